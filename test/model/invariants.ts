/** What is true of every entity, whatever was done to it. */
import { isDeepStrictEqual } from 'node:util';
import { fold, UNBORN, type Entry } from '../../workflows/lifecycle/entry.js';
import { journalInHistory } from '../support/history.js';
import { accounted, answered } from './invariants-messages.js';
import { money } from './invariants-money.js';
import { clocks } from './invariants-time.js';
import { guards, people, rules, walked } from './invariants-walk.js';
import { isScrambled, type Evidence } from './evidence.js';

/**
 * `edges`: only ways of the table and of the parts' tables. `chain`: the verifier proves the records. `history`: they are what
 * history holds. `accounted`: every message has one first outcome, each repeat is a duplicate. `held`: a held message is applied or
 * ends late. `rules`: each outcome is that of the message's rule. `answers`: a repeat gets the first answer. `ends`: nothing is
 * stuck, and the end is on record. `clocks`: they strike when they are due, not paused, and no message was there first. `oneTimer`:
 * an entity has one. `guards`: no hold or guard is passed. `people`: decisions are made by those who may. `keys`: one
 * Idempotency-Key, one content. `money`: a claim pays what was granted, once. `healthy`: no workflow task fails.
 */
export type Invariant =
  | 'edges'
  | 'chain'
  | 'history'
  | 'accounted'
  | 'held'
  | 'rules'
  | 'answers'
  | 'ends'
  | 'clocks'
  | 'oneTimer'
  | 'guards'
  | 'people'
  | 'keys'
  | 'money'
  | 'healthy';

export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

const CHECKS: Readonly<Record<Invariant, (evidence: Evidence) => Iterable<string>>> = {
  edges: walked,
  chain: ({ faults }) => faults,
  history,
  accounted: (evidence) => accounted(evidence).accounted,
  held: (evidence) => accounted(evidence).held,
  rules,
  answers: answered,
  ends,
  clocks,
  oneTimer,
  guards,
  people,
  keys,
  money,
  healthy,
};

/** Everything that is not as it must be. */
export function violations(evidence: Evidence): Violation[] {
  if (isScrambled(evidence)) return [];
  return Object.entries(CHECKS).flatMap(([invariant, check]) =>
    found(evidence, check).map((what) => ({ invariant: invariant as Invariant, what })),
  );
}

/** A journal that cannot be read is a violation, too. */
function found(evidence: Evidence, check: (evidence: Evidence) => Iterable<string>): string[] {
  try {
    return [...check(evidence)];
  } catch (err) {
    return [err instanceof Error ? err.message : String(err)];
  }
}

function* history({ events, journal }: Evidence): Generator<string> {
  const told = journalInHistory({ events: [...events] });
  if (isDeepStrictEqual(told, journal)) return;
  const at = told.findIndex((entry, i) => !isDeepStrictEqual(entry, journal[i]));
  yield `history tells ${told.length} entries, the records ${journal.length}; the first difference is at ${at + 1}`;
}

const foldAll = (journal: readonly Entry[]) => journal.reduce(fold, UNBORN);

/** An entity that has ended lives on while late evidence waits for a person. */
function* ends({ lifecycle, journal, events }: Evidence): Generator<string> {
  const last = events.at(-1);
  const state = journal.findLast(({ kind }) => kind === 'transition')?.to ?? '(start)';
  const lingers = lifecycle.states[state]?.terminal === true && Object.keys(foldAll(journal).reviews).length > 0;
  if (lingers) return;
  if (!last?.workflowExecutionCompletedEventAttributes) {
    const failure = last?.workflowExecutionFailedEventAttributes?.failure?.message;
    yield failure ? `it failed: ${failure}` : `it is stuck in ${state} after entry ${journal.length}`;
  } else if (lifecycle.states[state]?.terminal !== true) {
    yield `it has ended, but the records say ${state}`;
  }
}

function* oneTimer({ events }: Evidence): Generator<string> {
  const armed = new Set<string>();
  for (const event of events) {
    if (event.workflowExecutionStartedEventAttributes) armed.clear();
    const started = event.timerStartedEventAttributes?.timerId;
    const ended = event.timerFiredEventAttributes?.timerId ?? event.timerCanceledEventAttributes?.timerId;
    if (started) armed.add(started);
    if (ended) armed.delete(ended);
    if (event.workflowTaskScheduledEventAttributes && armed.size > 1) {
      yield `${armed.size} timers are armed at event ${String(event.eventId)}`;
    }
  }
}

function* keys({ calls }: Evidence): Generator<string> {
  const inputs = new Map<string, string>();
  for (const { activity, key, input } of calls) {
    const before = inputs.get(`${activity} ${key}`);
    if (before !== undefined && before !== input)
      yield `${activity} was called under ${key} with ${before} and ${input}`;
    inputs.set(`${activity} ${key}`, input);
  }
}

function* healthy({ events }: Evidence): Generator<string> {
  for (const { workflowTaskFailedEventAttributes: failed } of events) {
    // New events came while the task was at work: it is done again.
    if (failed && !String(failed.cause).match(/^(1|WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND)$/)) {
      yield `a workflow task failed: ${failed.failure?.message ?? String(failed.cause)}`;
    }
  }
}
