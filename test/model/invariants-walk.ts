/** Invariants of the way that an entity has taken, entry by entry. */
import { fold, UNBORN, type EntityState, type Entry } from '../../workflows/lifecycle/entry.js';
import { partKind, type MessageRule } from '../../workflows/lifecycle/definition.js';
import { isKernelMessage } from '../../workflows/lifecycle/kernel-messages.js';
import { UNIDENTIFIED } from '../../workflows/lifecycle/inbox.js';
import type { ParcelFacts } from './parcel/workflow.js';
import type { Evidence } from './evidence.js';

/** A deferred transition is looked at whenever anything changes; this long after it nothing can be on its way. */
const LOOK_MS = 60 * 60_000;

/** Each entry with the state that it met. */
export function* steps({ journal }: Evidence): Generator<{ readonly entry: Entry; readonly before: EntityState }> {
  let before = UNBORN;
  for (const entry of journal) {
    yield { entry, before };
    before = fold(before, entry);
  }
}

/** Only edges of the tables. */
export function* walked(evidence: Evidence): Generator<string> {
  const { lifecycle } = evidence;
  for (const { entry, before } of steps(evidence)) {
    const { kind, sequence, from, to = '' } = entry;
    if (kind === 'transition' && from === undefined && to !== lifecycle.initial)
      yield `entry ${sequence} begins in ${to}`;
    if (kind === 'transition' && from !== undefined) {
      const { to: exits = [], reopens } = lifecycle.states[from] ?? {};
      if (!exits.includes(to) && reopens?.to !== to) yield `entry ${sequence} goes from ${from} to ${to}`;
    }
    for (const [name, part] of Object.entries(entry.patch?.parts ?? {})) {
      const table = lifecycle.parts?.[partKind(lifecycle, name) ?? ''] ?? {};
      const now = before.parts[name]?.state;
      const legal = now === undefined ? Object.keys(table)[0] === part.state : table[now]?.includes(part.state);
      if (!legal && now !== part.state)
        yield `entry ${sequence} takes ${name} from ${now ?? '(start)'} to ${part.state}`;
    }
  }
}

/** A message is applied, held or late where its rule says so. */
export function* rules(evidence: Evidence): Generator<string> {
  const { lifecycle } = evidence;
  for (const { entry, before } of steps(evidence)) {
    const { message, sequence, patch } = entry;
    const rule =
      message && Object.hasOwn(lifecycle.messages, message.name) ? lifecycle.messages[message.name] : undefined;
    if (!message || !rule || isKernelMessage(message.name)) continue;
    const where = `entry ${sequence}: ${message.name} is ${message.outcome} in ${before.state}`;
    const { terminal = false, reopens } = lifecycle.states[before.state] ?? {};
    // While the run of an entity that has ended goes on, what reopens it does so in that very run.
    const reopening = message.outcome === 'applied' && reopens?.by.includes(message.name) === true;
    if (!reopening && !mayBe(message.outcome, rule, before.state, terminal)) yield where;
    if (message.outcome === 'late' && rule.late === 'task' && Object.keys(patch?.reviews ?? {}).length === 0) {
      yield `${where}, and nobody was asked to look`;
    }
  }
}

function mayBe(outcome: string, rule: MessageRule, state: string, terminal: boolean): boolean {
  switch (outcome) {
    case 'applied':
      return rule.in.includes(state);
    case 'held':
      return rule.early?.includes(state) === true;
    case 'late':
      return terminal || (!rule.in.includes(state) && rule.early?.includes(state) !== true);
    default:
      return true;
  }
}

/** No hold and no guard is passed, and what was deferred is told. */
export function* guards(evidence: Evidence): Generator<string> {
  const { lifecycle } = evidence;
  for (const { entry, before } of steps(evidence)) {
    const { kind, to = '', sequence, causationId, recordedAt } = entry;
    if (entry.breach?.name === 'state' && waitsForNothing(before, recordedAt)) {
      yield `entry ${sequence}: the deadline strikes a transition that nothing defers any more`;
    }
    if (kind !== 'transition') continue;
    // Where a deadline leads is not asked of holds: nothing is called there as long as one blocks it.
    const byDeadline = causationId.startsWith('clock:');
    for (const hold of Object.keys(before.holds)) {
      const blocked = lifecycle.holds?.[hold]?.blocks.includes(to) === true;
      if (blocked && !byDeadline) yield `entry ${sequence} enters ${to} under the hold ${hold}`;
    }
    if (lifecycle.name !== 'parcel' || to !== 'Delivery') continue;
    const { notice, paid = 0 } = before.facts as unknown as ParcelFacts;
    if (paid < notice.duty)
      yield `entry ${sequence} enters Delivery with ${paid} of ${notice.duty} paid (${causationId})`;
    if (notice.forbidden && before.state !== 'Inspection') yield `entry ${sequence} delivers what is forbidden`;
  }
}

/** Who decides is known, has the task, and has not approved himself. */
export function* people(evidence: Evidence): Generator<string> {
  const { lifecycle } = evidence;
  let caused: Entry | undefined;
  for (const { entry, before } of steps(evidence)) {
    const { message, actor, sequence, patch } = entry;
    // Two people destroy a parcel.
    if (patch?.outcome === 'destroy' && caused?.message?.name === 'inspect') {
      yield `entry ${sequence}: ${caused.actor.id} alone destroys the parcel`;
    }
    caused = message ? entry : caused;
    if (message?.outcome !== 'applied') continue;
    const where = `entry ${sequence}: ${message.name} by ${actor.id}`;
    const [, task] = Object.entries(before.reviews).find(([, { ofState }]) => ofState) ?? [];
    const decides = lifecycle.states[before.state]?.review?.decidedBy?.includes(message.name) === true;
    if (lifecycle.messages[message.name]?.needsActor && actor.id === UNIDENTIFIED.id) yield `${where} is nobody's`;
    if (decides && task?.assignee !== undefined && task.assignee !== actor.id)
      yield `${where}, but ${task.assignee} has it`;
    if (message.name !== 'approveReview') continue;
    if (actor.kind !== 'staff') yield `${where}, who is no person`;
    if (task?.proposal?.by === actor.id || task?.contributors?.includes(actor.id))
      yield `${where}, who proposed or changed it`;
  }
}

/** The duty is paid, and no hold is in force; the last look at that was minutes ago at most, unless nobody looked. */
function waitsForNothing({ deferrals, facts, holds, since }: EntityState, now: string): boolean {
  const { notice, paid = 0 } = facts as unknown as ParcelFacts;
  const deferred = deferrals['duty'];
  if (!deferred?.move || Object.keys(holds).length > 0 || Date.parse(now) - Date.parse(since) < LOOK_MS) return false;
  return paid >= notice.duty;
}
