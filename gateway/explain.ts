/**
 * Explain: what is happening to an entity right now, why, since when, and what happens next.
 *
 * A pure function over the entity's record, the end of its journal, Temporal's description of its run (or why there is none) and
 * the lifecycle's table. No query and no worker is involved, so it answers with every worker stopped.
 */
import type { Explanation, JournalLine, RunView } from '../client/views.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import type { Entry } from '../workflows/lifecycle/entry.js';
import { blockageOf } from './explain-blockage.js';
import { becauseOf, sentenceOf } from './explain-words.js';

/** The description of a run and when it was asked for, or why there is none. */
export type RunAnswer = { readonly view: RunView; readonly asOf: string } | { readonly error: string };

/** Everything that an explanation is made from. */
export interface ExplainInput {
  readonly record: EntityRecord;
  /** The table of the lifecycle version that the entity lives by. */
  readonly definition: Lifecycle;
  /** The last entries, oldest first. */
  readonly tail: readonly Entry[];
  /** The transition that led to the current state. */
  readonly enteredBy?: Entry;
  /** The message that caused that transition, where one did. */
  readonly causedBy?: Entry;
  readonly run: RunAnswer;
  readonly now: Date;
}

/** Explains one entity. */
export function explain(input: ExplainInput): Explanation {
  const { record, definition, tail, run, now } = input;
  const state = definition.states[record.state];
  const visit = record.visits[record.state] ?? { entered: 1, totalMs: 0 };
  const clocks = Object.entries(record.clocks)
    .map(([name, clock]) => ({ name, ...clock, overdue: Date.parse(clock.dueAt) < now.getTime() }))
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt));
  const [first] = clocks;
  const facts: Omit<Explanation, 'sentence'> = {
    lifecycle: record.lifecycle,
    id: record.id,
    state: record.state,
    since: record.since,
    timesEntered: visit.entered,
    totalInStateMs: visit.totalMs + (now.getTime() - Date.parse(record.since)),
    because: becauseOf(input),
    waitsFor: state?.waitsFor ?? null,
    owner: state?.owner ?? null,
    expectations: Object.entries(record.expectations)
      .map(([name, expectation]) => ({ name, ...expectation }))
      .sort((a, b) => Number(a.receivedAt !== undefined) - Number(b.receivedAt !== undefined)),
    next: state?.to ?? [],
    deadline: first ? { at: first.dueAt, leadsTo: first.leadsTo } : null,
    clocks,
    blockedBy: blockageOf(input),
    closed: record.closed,
    parts: record.parts,
    amounts: Object.fromEntries(
      Object.entries(record.parts).flatMap(([name, { amount }]) => (amount ? [[name, amount]] : [])),
    ),
    journal: tail.map(journalLine),
    run: 'view' in run ? run.view : run,
    lifecycleVersion: record.lifecycleVersion,
    sources: {
      record: { asOf: record.updatedAt, ageMs: Math.max(0, now.getTime() - Date.parse(record.updatedAt)) },
      temporal: 'view' in run ? { asOf: run.asOf } : run,
    },
    ...(record.attention === undefined ? {} : { attention: record.attention }),
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  };
  return { ...facts, sentence: sentenceOf(facts, now) };
}

/** An entry as people read it. */
export function journalLine(entry: Entry): JournalLine {
  const { sequence, kind, recordedAt, from, to, causationId, reason, actor, message, breach } = entry;
  return {
    sequence,
    kind,
    recordedAt,
    causationId,
    actor,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(reason === undefined ? {} : { reason }),
    ...(message && { message: { name: message.name, messageId: message.messageId, outcome: message.outcome } }),
    ...(breach && { clock: breach.name }),
  };
}
