/**
 * Explain: what is happening to an entity right now, why, since when, and what happens next.
 *
 * A pure function over the entity's record, the end of its journal, Temporal's description of its run and of the task queues (or why
 * there is none) and the lifecycle's table. No query and no worker is involved, so it answers with every worker stopped.
 */
import type {
  AdmissionView,
  ClockView,
  ClosedDependency,
  DeadlineView,
  Explanation,
  JournalLine,
  QueueView,
  RunView,
} from '../client/views.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import type { Entry } from '../workflows/lifecycle/entry.js';
import { cutEntry, type Audience } from '../records/audience.js';
import { cutFor } from './explain-audience.js';
import { blockageOf } from './explain-blockage.js';
import {
  clocksOf,
  compensationsOf,
  deferralsOf,
  expectationsOf,
  holdsOf,
  reviewsOf,
  visitsOf,
} from './explain-parts.js';
import { becauseOf, sentenceOf } from './explain-words.js';

/** The description of a run and when it was asked for, or why there is none. */
export type RunAnswer = { readonly view: RunView; readonly asOf: string } | { readonly error: string };

/** The queues that an entity depends on now, and when they were asked for, or why they could not be. */
export type BacklogAnswer =
  { readonly queues: readonly QueueView[]; readonly asOf: string } | { readonly error: string };

/** Everything that an explanation is made from. */
export interface ExplainInput {
  readonly record: EntityRecord;
  /** Why `record` is not the record but what the run published last. */
  readonly recordError?: string;
  /** Its place in line, where it has not been started. */
  readonly admission?: AdmissionView;
  /** The table of the lifecycle version that the entity lives by. */
  readonly definition: Lifecycle;
  /** The last entries, oldest first. */
  readonly tail: readonly Entry[];
  /** The transition that led to the current state. */
  readonly enteredBy?: Entry;
  /** The message that caused that transition, where one did. */
  readonly causedBy?: Entry;
  /** The entries that opened the review tasks: they say who may see why. */
  readonly openings: readonly Entry[];
  /** The dependencies whose gate is not up. */
  readonly dependencies: readonly ClosedDependency[];
  readonly run: RunAnswer;
  readonly backlog: BacklogAnswer;
  /** The moment for which it is explained. */
  readonly now: Date;
  /** That moment has passed. */
  readonly past?: true;
}

/** Explains one entity to somebody. */
export function explain(whole: ExplainInput, audience: Audience = 'staff'): Explanation {
  const input = cutFor(audience, whole);
  const { record, definition, tail, run, backlog, now } = input;
  const state = definition.states[record.state];
  const visits = visitsOf(record, now);
  const clocks = clocksOf(record, now);
  const next = clocks.find(running);
  const facts: Omit<Explanation, 'sentence'> = {
    lifecycle: record.lifecycle,
    id: record.id,
    ...(input.past && { asOf: now.toISOString() }),
    state: record.state,
    since: record.since,
    timesEntered: visits[record.state]?.entered ?? 1,
    totalInStateMs: visits[record.state]?.totalMs ?? 0,
    visits,
    because: becauseOf(input),
    waitsFor: state?.waitsFor ?? null,
    owner: state?.owner ?? null,
    expectations: expectationsOf(record, now),
    // A detour leads back: it is no place that the entity is on its way to.
    next: (state?.to ?? []).filter((to) => !definition.states[to]?.detour),
    deadline: next ? { at: next.dueAt, leadsTo: next.leadsTo, ...extensionOf(next, tail) } : null,
    clocks,
    blockedBy: blockageOf(input),
    holds: holdsOf(record),
    deferrals: deferralsOf(record),
    reviews: reviewsOf(record, now),
    compensations: compensationsOf(record),
    retention: record.retention,
    closed: record.closed,
    parts: record.parts,
    amounts: Object.fromEntries(
      Object.entries(record.parts).flatMap(([name, { amount }]) => (amount ? [[name, amount]] : [])),
    ),
    journal: tail.map((entry) => journalLine(entry, audience)),
    run: 'view' in run ? run.view : run,
    queues: 'queues' in backlog ? backlog.queues : [],
    lifecycleVersion: record.lifecycleVersion,
    sources: {
      record: recordSource(input),
      temporal: 'view' in run ? { asOf: run.asOf } : run,
      backlog: 'queues' in backlog ? { asOf: backlog.asOf } : backlog,
    },
    ...(record.attention === undefined ? {} : { attention: record.attention }),
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
  };
  return { ...facts, sentence: sentenceOf(facts, now) };
}

/** A clock that was moved: from when, and by what, where that is among the last entries. */
function extensionOf({ name, originalDueAt }: ClockView, tail: readonly Entry[]): Partial<DeadlineView> {
  if (originalDueAt === undefined) return {};
  const by = tail.findLast(({ patch }) => patch?.clocks?.[name]?.change === 'moved')?.reason?.reference;
  return { originalAt: originalDueAt, ...(by !== undefined && { reference: by }) };
}

function recordSource({ record, recordError, now }: ExplainInput): Explanation['sources']['record'] {
  if (recordError !== undefined) return { error: recordError };
  return { asOf: record.updatedAt, ageMs: Math.max(0, now.getTime() - Date.parse(record.updatedAt)) };
}

const running = ({ pausedAt, breachedAt }: ClockView): boolean => pausedAt === undefined && breachedAt === undefined;

/** An entry as people read it, cut to what they may see. */
export function journalLine(whole: Entry, audience: Audience = 'staff'): JournalLine {
  const entry = cutEntry(audience, whole);
  const { sequence, kind, recordedAt, from, to, causationId, reason, actor } = entry;
  const { message, breach, guard, escalation, reminds, compensates } = entry;
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
    ...(guard && { guard }),
    ...(escalation && { escalation }),
    ...(reminds === undefined ? {} : { reminds }),
    ...(compensates === undefined ? {} : { compensates }),
  };
}
