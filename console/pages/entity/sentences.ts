/** Journal entries as sentences. */
import type { JournalDetail } from '../../../client/console-views.js';
import { inWords } from '../../words/words.js';

const OUTCOMES: Readonly<Record<string, string>> = {
  applied: '',
  held: ', kept for later',
  duplicate: ', which had come before',
  late: ', too late',
  rejected: ', refused',
};

const lower = (code: string): string => inWords(code).toLowerCase();

/** What an entry says. */
export function sentenceOf(line: JournalDetail): string {
  const because = line.reason === undefined ? '' : `: ${lower(line.reason.code)}`;
  switch (line.kind) {
    case 'transition':
      return line.from === undefined
        ? `Began as ${inWords(line.to ?? '')}${because}`
        : `${inWords(line.from)} → ${inWords(line.to ?? '')}${because}`;
    case 'message':
      return `${inWords(line.message?.name ?? 'message')}${OUTCOMES[line.message?.outcome ?? ''] ?? ''}${because}`;
    case 'deadline':
      if (line.escalation) return `Review escalated to ${lower(line.escalation.queue)}, level ${line.escalation.level}`;
      return line.clock === undefined || line.clock === 'state'
        ? 'The deadline of the state has passed'
        : `The clock has struck: ${lower(line.clock)}`;
    case 'guard':
      return `Check ${line.guard?.guard ?? ''} says ${line.guard?.verdict ?? ''}${because}`;
    case 'reminder':
      return `Reminded of ${lower(line.reminds ?? '')}`;
    case 'compensation':
      return `Undoing ${lower(line.compensates ?? '')}${because}`;
    default:
      return `Noted${because}`;
  }
}

/** What caused it, where that is more than the message that it is itself. */
export function causeOf({ causationId, message }: JournalDetail): string | undefined {
  if (causationId === message?.messageId) return undefined;
  const [kind, name] = causationId.split(/:(.*)/);
  if (kind === 'activity' && name !== undefined) return `answer to ${lower(name)}`;
  if (kind === 'clock' && name !== undefined) return `clock ${lower(name)}`;
  return `caused by ${causationId}`;
}
