/** Invariants of clocks: they strike when they are due, and only where nothing was there first. */
import type { EntityState, Entry } from '../../workflows/lifecycle/entry.js';
import type { Evidence } from './evidence.js';
import { steps } from './invariants-walk.js';
import type { ParcelFacts } from './parcel/workflow.js';

/** How late a clock may be seen to strike, beside what the machine takes: its time is the server's while nothing is skipped. */
const LATE_MS = 60_000;
/** The calls of a step whose message came just in time may still take all their attempts. */
const CALLS_MS = 15 * 60_000;

export function* clocks(evidence: Evidence): Generator<string> {
  let fulfilled: Entry | undefined;
  let detourEnded = 0;
  for (const { entry, before } of steps(evidence)) {
    const { kind, sequence, recordedAt, breach, escalation, reminds } = entry;
    const now = Date.parse(recordedAt);
    // In a detour everything but its own deadline waits for the way back.
    const detour = before.clocks['state']?.suspends !== undefined;
    if (detour && kind === 'transition') detourEnded = now;
    if (kind === 'deadline' && breach) {
      const clock = before.clocks[breach.name];
      if (!clock) yield `entry ${sequence}: ${breach.name} strikes, but there is no such clock`;
      else if (clock.pausedAt !== undefined) yield `entry ${sequence}: ${breach.name} strikes although it is paused`;
      else if (clock.breachedAt !== undefined) yield `entry ${sequence}: ${breach.name} strikes twice`;
      else if (now < Date.parse(clock.dueAt)) yield `entry ${sequence}: ${breach.name} strikes before ${clock.dueAt}`;
      if (fulfilled?.recordedAt === recordedAt) {
        yield `entry ${sequence}: ${breach.name} strikes, but entry ${fulfilled.sequence} was there first`;
      }
    }
    const struck = breach?.dueAt ?? (escalation && before.reviews[escalation.taskId]?.escalatesAt);
    const alarm = struck ?? (reminds && before.expectations[reminds]?.remindAt);
    // One that was overdue when it was paused, since no worker was there, strikes when it runs on.
    const { runningSince = alarm } = breach ?? {};
    const due = Math.max(Date.parse(alarm ?? ''), Date.parse(runningSince ?? ''), detourEnded);
    if (alarm !== undefined && late(evidence, due, now, LATE_MS)) {
      yield `entry ${sequence}: what was due at ${alarm} strikes at ${recordedAt}`;
    }
    for (const [name, clock] of Object.entries(before.clocks)) {
      const sleeps = detour && name !== 'state';
      const runs = !sleeps && clock.pausedAt === undefined && clock.breachedAt === undefined;
      const runsSince = Date.parse(clock.runningSince ?? clock.startedAt);
      const overdue = Math.max(Date.parse(clock.dueAt), runsSince, detourEnded);
      if (runs && breach === undefined && late(evidence, overdue, now, CALLS_MS)) {
        yield `entry ${sequence} of ${recordedAt}: ${name} was due at ${clock.dueAt} and has not struck`;
      }
    }
    fulfilled = fulfils(evidence.lifecycle.name, before, entry) ? entry : fulfilled;
  }
}

/** Nobody sees a clock strike while no worker is there. */
function late({ unattended, aged }: Evidence, due: number, now: number, most: number): boolean {
  const grace = most + aged;
  let excused = due;
  // A worker that is there between two absences for a moment alone may see it after the second.
  for (const { from, to } of unattended) if (from - grace <= excused && excused <= to + grace) excused = to;
  return now > excused + grace;
}

/** The message is what the step of a parcel's state waits for. What comes while a call is under way is not waited for yet. */
function fulfils(lifecycle: string, { state, facts, parts }: EntityState, { message, patch }: Entry): boolean {
  if (lifecycle !== 'parcel' || message?.outcome !== 'applied') return false;
  const after = { ...parts, ...patch?.parts };
  const open = (...states: string[]) => Object.values(after).some((part) => states.includes(part.state));
  const { cleared } = { ...facts, ...patch?.facts } as unknown as ParcelFacts;
  if (state === 'Weighing') return message.name === 'weighed' && !open('Expected');
  if (state === 'Customs') return message.name === 'cleared' && cleared !== undefined;
  return state === 'Delivery' && message.name === 'delivered' && (facts as unknown as ParcelFacts).tour !== undefined;
}
