/** The answers that an inbox gave, read out of its entity's journal: where an entity goes on after its end, repeats get them again. */
import type { Entry, MessageRecord } from './entry.js';
import type { Answer, Answers } from './message.js';

/** As many as the inbox keeps. */
const MOST_ANSWERS = 1000;

/** Refused before anything is remembered: the same message id may come again, mended, or is another message's. */
const NOT_REMEMBERED = new Set(['unknownMessage', 'malformed', 'wrongEntity', 'actorMissing', 'messageIdReused']);
/** Said of a message that was applied; other reasons of an applied one are its sender's own. */
const SAID_WHEN_APPLIED = new Set(['awaitingSecondPerson']);

/** A message that is being judged: everything that its judgement caused at once decides the state that its sender is told. */
interface Judgement {
  readonly answer: { -readonly [K in keyof Answer]: Answer[K] };
  /** Message ids that this judgement speaks for: its own, and those of held messages that it released. */
  readonly causes: Set<string>;
}

/**
 * The first answers, oldest first, as the inbox would hold them behind these entries.
 * @param entries a whole journal, in order.
 * @param most how many are kept; the oldest are forgotten first.
 */
export function answersOf(entries: Iterable<Entry>, most = MOST_ANSWERS): Answers {
  const answers = new Map<string, { readonly digest: string; readonly answer: Answer }>();
  const held = new Set<string>();
  let state = '';
  let judged: Judgement | undefined;
  for (const { kind, sequence, causationId, to, reason, message } of entries) {
    const signature = message && `${message.name}:${message.messageId}`;
    if (kind === 'transition') state = to ?? state;
    const repeat = message && !isJudged(message, reason?.code);
    const released = signature !== undefined && !repeat && held.delete(signature);
    if (message && signature !== undefined && !released) {
      judged = undefined;
      if (repeat || answers.has(signature)) continue;
      if (message.outcome === 'held') held.add(signature);
      const answer = { outcome: message.outcome, state, sequence, ...codeOf(message, reason?.code) };
      remember(answers, signature, { digest: message.digest, answer }, most);
      judged = message.moves ? { answer, causes: new Set([message.messageId]) } : undefined;
    } else if (message) {
      // It was held and is judged now: its sender has its answer, but whoever released it is told where that led.
      judged?.causes.add(message.messageId);
    } else if (kind === 'guard' || !judged?.causes.has(causationId)) {
      // A guard made the transition wait: it comes later, when the answer was long given.
      judged = undefined;
    }
    if (judged) judged.answer.state = state;
  }
  return [...answers].map(([signature, { digest, answer }]) => [signature, digest, answer]);
}

function isJudged({ outcome }: MessageRecord, code: string | undefined): boolean {
  return outcome !== 'duplicate' && !(outcome === 'rejected' && code !== undefined && NOT_REMEMBERED.has(code));
}

function codeOf({ outcome }: MessageRecord, code: string | undefined): { readonly code?: string } {
  const said = outcome === 'applied' || outcome === 'held' ? SAID_WHEN_APPLIED.has(code ?? '') : true;
  return said && code !== undefined ? { code } : {};
}

function remember<T>(answers: Map<string, T>, signature: string, answer: T, most: number): void {
  if (answers.size >= most) {
    const oldest = answers.keys().next().value;
    if (oldest !== undefined) answers.delete(oldest);
  }
  answers.set(signature, answer);
}
