/** When an entity has to look at itself again: all that may strike, so that one timer serves any number of clocks. Pure. */
import type { EntityState, Instant } from './entry.js';

/** Something that strikes at a time. */
export type Alarm = { readonly at: Instant } & (
  | { readonly kind: 'clock'; readonly name: string }
  | { readonly kind: 'escalation' | 'unpark'; readonly taskId: string }
  | { readonly kind: 'reminder'; readonly name: string }
);

const MINUTE_MS = 60_000;
/** How soon what was deferred is looked at again, and how far the growing pauses grow. A hold is released by a message alone. */
const GUARD = { first: 5 * MINUTE_MS, longest: 24 * 60 * MINUTE_MS };
const DEPENDENCY = { first: MINUTE_MS, longest: 60 * MINUTE_MS };

/** The alarm that strikes first; of two at the same instant a clock, then by name. */
export function earliestAlarm(state: EntityState): Alarm | undefined {
  let first: Alarm | undefined;
  for (const alarm of alarms(state)) if (!first || alarm.at < first.at) first = alarm;
  return first;
}

/** Whether a clock has struck, whatever else has. */
export function clockIsDue(state: EntityState, now: number): boolean {
  for (const { kind, at } of alarms(state)) if (kind === 'clock' && Date.parse(at) <= now) return true;
  return false;
}

function* alarms(state: EntityState): Generator<Alarm> {
  const own = state.clocks['state'];
  if (own?.suspends) {
    // A detour: whatever else strikes does so on the way back.
    if (own.pausedAt === undefined) yield { kind: 'clock', name: 'state', at: own.dueAt };
    return;
  }
  for (const [name, { dueAt, pausedAt, breachedAt }] of Object.entries(state.clocks)) {
    if (pausedAt === undefined && breachedAt === undefined) yield { kind: 'clock', name, at: dueAt };
  }
  for (const [taskId, { escalatesAt, parkedUntil }] of Object.entries(state.reviews)) {
    if (escalatesAt !== undefined) yield { kind: 'escalation', taskId, at: escalatesAt };
    if (parkedUntil !== undefined) yield { kind: 'unpark', taskId, at: parkedUntil };
  }
  for (const [name, { remindAt, receivedAt }] of Object.entries(state.expectations)) {
    if (remindAt !== undefined && receivedAt === undefined) yield { kind: 'reminder', name, at: remindAt };
  }
}

/**
 * When what was deferred is looked at again although nobody said anything; undefined where nothing is. The pauses grow, since a
 * signal tells when a dependency is back, and every look is a history event; they differ from entity to entity, so that those who
 * wait for the same dependency do not come back all at once.
 */
export function recheckAt(state: EntityState, id: string, now: number): number | undefined {
  let first: number | undefined;
  for (const [guard, { since }] of Object.entries(state.deferrals)) {
    if (guard.startsWith('hold:')) continue;
    const rhythm = guard.startsWith('dependency:') ? DEPENDENCY : GUARD;
    let at = Date.parse(since);
    let pause = rhythm.first + (scatter(id) % rhythm.first);
    for (; at <= now; pause = Math.min(pause * 2, rhythm.longest)) at += pause;
    if (first === undefined || at < first) first = at;
  }
  return first;
}

/** A number that differs from entity to entity and never changes for one. */
function scatter(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 2_147_483_647;
  return sum;
}
