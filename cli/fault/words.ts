/** Faults as people type them: `answer-lost=0.1`, `unavailable=next:3`, `latency=20%:1500ms`. */
import { InvalidArgumentError } from 'commander';
import { FAULT_KINDS, FAULT_MS, type FaultKind, type FaultSwitch } from '../../events/faults.js';

/** What goes wrong and how often, wherever that is. */
export type Fault = Omit<FaultSwitch, 'service' | 'operation'>;

/** `answerLost` as `answer-lost`. */
export const wordOf = (kind: FaultKind): string => kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** @throws InvalidArgumentError that lists the kinds there are */
export function kindNamed(word: string): FaultKind {
  const kind = FAULT_KINDS.find((known) => wordOf(known) === word);
  if (kind) return kind;
  throw new InvalidArgumentError(`${JSON.stringify(word)} is no fault; use ${FAULT_KINDS.map(wordOf).join(', ')}.`);
}

/** @throws InvalidArgumentError that says what is wrong and shows what would be right */
export function faultOf(text: string): Fault {
  const [, word = text, often = '', , amount, unit] =
    /^([^=]+)=((?:next:)?[^:]+)(:(\d+(?:\.\d+)?)(ms|s))?$/.exec(text) ?? [];
  const kind = kindNamed(word);
  const takes = FAULT_MS[kind] === undefined ? '' : `, and how long, as ${wordOf(kind)}=0.1:2s`;
  const frequency = frequencyOf(often);
  if (!frequency) {
    throw new InvalidArgumentError(
      `${JSON.stringify(text)} does not say how often; write ${wordOf(kind)}=0.1, ${wordOf(kind)}=10% or ${wordOf(kind)}=next:3${takes}.`,
    );
  }
  if (amount === undefined) return { kind, ...frequency };
  if (takes === '') throw new InvalidArgumentError(`${wordOf(kind)} takes no time; write ${wordOf(kind)}=${often}.`);
  return { kind, ...frequency, ms: Math.round(Number(amount) * (unit === 's' ? 1_000 : 1)) };
}

function frequencyOf(text: string): { readonly rate: number } | { readonly next: number } | undefined {
  const [, next] = /^next:(\d{1,7})$/.exec(text) ?? [];
  if (next !== undefined) return { next: Number(next) };
  const [, share, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const rate = Number(share) / (percent ? 100 : 1);
  return rate >= 0 && rate <= 1 ? { rate } : undefined;
}
