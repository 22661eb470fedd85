/** Invariants of messages: what Temporal handed over against what the journal says of it. */
import { isDeepStrictEqual } from 'node:util';
import { answersOf } from '../../workflows/lifecycle/answers.js';
import type { Entry, MessageRecord } from '../../workflows/lifecycle/entry.js';
import type { Delivery, Evidence } from './evidence.js';

type Judged = Entry & { readonly message: MessageRecord };

const signature = ({ name, messageId }: { readonly name: string; readonly messageId: string }) =>
  `${name}:${messageId}`;

/** Reasons for which a message is refused whatever came before it; nothing is remembered of it. */
const UNJUDGED = new Set(['malformed', 'unknownMessage', 'wrongEntity', 'actorMissing']);

/** Every message that came, by what its journal entries say of it. */
export function accounted({ lifecycle, journal, deliveries }: Evidence): {
  readonly accounted: readonly string[];
  readonly held: readonly string[];
} {
  const entries = grouped(
    journal.filter((entry): entry is Judged => entry.message !== undefined),
    ({ message }) => signature(message),
  );
  const came = grouped(deliveries, signature);
  const faults: string[] = [];
  const lost: string[] = [];
  const over = lifecycle.states[journal.findLast(({ kind }) => kind === 'transition')?.to ?? '']?.terminal === true;
  for (const key of new Set([...entries.keys(), ...came.keys()])) {
    const told = entries.get(key) ?? [];
    const given = came.get(key) ?? [];
    const refused = told.filter(({ reason }) => UNJUDGED.has(reason?.code ?? ''));
    const unfit = given.filter(({ fits }) => !fits);
    if (refused.length !== unfit.length) {
      faults.push(`${key}: ${unfit.length} came that do not fit, ${refused.length} are told to be refused for that`);
    }
    const judged = told.filter((entry) => !refused.includes(entry));
    const fitting = given.filter(({ fits }) => fits);
    const name = given[0]?.name ?? told[0]?.message.name ?? '';
    const mayVanish = name === 'dependencyResumed' || lifecycle.messages[name]?.late === 'ignore';
    const { settlements, wrong } = told.length > 0 ? retold(key, judged) : { settlements: 0, wrong: [] };
    faults.push(...wrong);
    const expected = fitting.length + settlements;
    if (mayVanish ? judged.length > expected : judged.length !== expected) {
      faults.push(`${key}: ${fitting.length} came, but the journal has ${judged.length} entries (${outcomes(judged)})`);
    }
    if (over && judged[0]?.message.outcome === 'held' && settlements === 0)
      lost.push(`${key} was held and never judged`);
  }
  return { accounted: faults, held: lost };
}

/** One first outcome, then duplicates, then refusals of other content; what was held is settled once. */
function retold(key: string, judged: readonly Judged[]): { readonly settlements: number; readonly wrong: string[] } {
  const [first, ...rest] = judged;
  const wrong: string[] = [];
  let settlements = 0;
  if (!first) return { settlements, wrong };
  if (first.message.outcome === 'duplicate') wrong.push(`${key} is a duplicate of nothing`);
  for (const { message, reason, sequence } of rest) {
    const same = message.digest === first.message.digest;
    const reused = message.outcome === 'rejected' && reason?.code === 'messageIdReused';
    if (same && message.outcome === 'duplicate') continue;
    if (!same && reused) continue;
    const settles =
      same && first.message.outcome === 'held' && settlements === 0 && message.outcome !== 'held' && !reused;
    if (settles) settlements++;
    else wrong.push(`${key} is ${first.message.outcome} first, and in entry ${sequence} ${message.outcome} again`);
  }
  return { settlements, wrong };
}

/** Every update was told what the first of its kind was told, and that is what the journal says. */
export function* answered({ journal, deliveries }: Evidence): Generator<string> {
  const onRecord = new Map(answersOf(journal).map(([key, digest, answer]) => [key, { digest, answer }]));
  const first = new Map<string, Delivery>();
  for (const delivery of deliveries) {
    const { answer, fits, digest } = delivery;
    const key = signature(delivery);
    if (!answer || !fits || answer.code === 'messageIdReused') continue;
    const record = onRecord.get(key);
    // The journal does not tell a move that the message makes from one that the flow makes right after it.
    const told = { ...answer, state: record?.answer.state };
    if (record?.digest === digest && !isDeepStrictEqual(record.answer, told)) {
      yield `${key} was told ${JSON.stringify(answer)}, the journal says ${JSON.stringify(record.answer)}`;
    }
    const before = first.get(key);
    if (before && before.digest === digest && !isDeepStrictEqual(before.answer, answer)) {
      yield `${key} was told ${JSON.stringify(before.answer)} first, then ${JSON.stringify(answer)}`;
    }
    if (!before) first.set(key, delivery);
  }
}

const outcomes = (entries: readonly Judged[]) => entries.map(({ message }) => message.outcome).join(', ') || 'none';

function grouped<T>(all: readonly T[], by: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}
