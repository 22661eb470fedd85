/** What an entity journals, and where it goes, when something strikes. Pure. */
import type { Alarm } from './alarms.js';
import { breached, instant, type ClockRules } from './clockwork.js';
import type { Actor, EntityState, ReviewTask } from './entry.js';
import type { EntryDraft } from './journal.js';
import { isReturn } from './patches.js';
import { escalated, resolvedByLeaving } from './reviews.js';
import type { Move } from './spec.js';

const CLOCK: Actor = { kind: 'system', id: 'clock', authenticated: 'temporal' };

/** An entry of its own, and what follows from it. */
export interface Strike {
  readonly draft: EntryDraft;
  /** Of a clock: the transition that the table promises. */
  readonly move?: Move<string>;
  /** Of a reminder: what the other side is reminded of, for the how-manieth time. */
  readonly reminds?: { readonly name: string; readonly ordinal: number };
}

/** What becomes of an alarm of the state that has struck. */
export function strike(alarm: Alarm, state: EntityState, rules: ClockRules, now: number): Strike {
  switch (alarm.kind) {
    case 'clock':
      return breach(alarm.name, state, rules, now);
    case 'escalation':
      return escalation(alarm.taskId, state, rules, now);
    case 'unpark':
      return unparking(alarm.taskId, state);
    case 'reminder':
      return reminder(alarm.name, state, rules);
  }
}

function breach(name: string, state: EntityState, { lifecycle }: ClockRules, now: number): Strike {
  const clock = known(state.clocks[name]);
  const own = name === 'state';
  // A state that leads to itself opens a fresh task; the one that was missed ends here. A detour, and the way back, leave it open.
  const kept = lifecycle.states[clock.leadsTo]?.detour === true || isReturn(state, clock.leadsTo);
  const missed = kept ? {} : resolvedByLeaving(state, 'overdue');
  return {
    draft: {
      kind: 'deadline',
      causationId: `clock:${name}`,
      actor: CLOCK,
      breach: { name, ...clock },
      patch: {
        // That of a detour still says where the entity was before it.
        clocks: { [name]: own && !clock.suspends ? null : breached(clock, now) },
        ...(Object.keys(missed).length > 0 && { reviews: missed }),
      },
    },
    move: { to: clock.leadsTo, reason: { code: own ? 'deadlineElapsed' : `${name}Elapsed` } },
  };
}

/** Nobody has resolved a task in time: it goes to the next level by itself. */
function escalation(taskId: string, state: EntityState, { lifecycle, scale }: ClockRules, now: number): Strike {
  const next = escalated(lifecycle, state.state, known(state.reviews[taskId]), now, scale);
  return {
    draft: {
      kind: 'deadline',
      causationId: `clock:${taskId}`,
      actor: CLOCK,
      escalation: { taskId, level: next.level ?? 1, queue: next.queue },
      patch: { reviews: { [taskId]: next } },
    },
  };
}

function unparking(taskId: string, state: EntityState): Strike {
  const { parkedUntil: _until, ...task }: ReviewTask = known(state.reviews[taskId]);
  return {
    draft: { kind: 'note', causationId: `clock:${taskId}`, actor: CLOCK, patch: { reviews: { [taskId]: task } } },
  };
}

function reminder(name: string, state: EntityState, { lifecycle, scale }: ClockRules): Strike {
  const { remindAt: _at, ...open } = known(state.expectations[name]);
  const reminded = (open.reminded ?? 0) + 1;
  const { within = 0, reminders = [] } = lifecycle.expectations?.[name.split(':')[0] ?? ''] ?? {};
  const next = reminders[reminded];
  const due = Date.parse(open.dueAt ?? open.askedAt) + (open.dueAt === undefined ? within * scale : 0);
  return {
    draft: {
      kind: 'reminder',
      causationId: `clock:${name}`,
      actor: CLOCK,
      reminds: name,
      patch: {
        expectations: {
          [name]: { ...open, reminded, ...(next !== undefined && { remindAt: instant(due - next * scale) }) },
        },
      },
    },
    reminds: { name, ordinal: reminded },
  };
}

/** Alarms are read off the state, so what they name is there. */
function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('an alarm struck for something that the entity does not have');
  return value;
}
