/** What a journal shows to have been walked of its lifecycle's table, spelled as `universe.ts` spells what the table promises. */
import { partKind, type Lifecycle } from '../../workflows/lifecycle/definition.js';
import { factAt, fold, UNBORN, type Clock, type EntityState, type Entry } from '../../workflows/lifecycle/entry.js';
import { isKernelMessage } from '../../workflows/lifecycle/kernel-messages.js';
import {
  BY_DEADLINE,
  BY_FAILURE,
  byClock,
  byReopening,
  cell,
  edge,
  KINDS,
  partEdge,
  ruling,
  type Items,
  type Kind,
} from './universe.js';

/** A signal in Temporal's history: what a rule ignores has left no other trace. */
export interface Heard {
  readonly name: string;
  readonly messageId?: string;
  /** When the workflow saw it, in ms since the epoch. */
  readonly at: number;
}

type Found = readonly [kind: Kind, item: string];

/** Everything that an entity has walked. */
export function walkedBy(lifecycle: Lifecycle, journal: readonly Entry[], heard: readonly Heard[] = []): Items {
  const items: Record<Kind, Set<string>> = Object.fromEntries(KINDS.map((kind) => [kind, new Set()])) as never;
  const names = new Map(journal.flatMap(({ message }) => (message ? [[message.messageId, message.name]] : [])));
  let state = UNBORN;
  for (const entry of journal) {
    const step = { lifecycle, entry, before: state, names };
    for (const find of [transitions, parts, clocks, messages, expectations, holds, compensations, escalations]) {
      for (const [kind, item] of find(step)) items[kind].add(item);
    }
    state = fold(state, entry);
  }
  for (const item of ignored(lifecycle, journal, heard)) items.messages.add(item);
  return items;
}

interface Step {
  readonly lifecycle: Lifecycle;
  readonly entry: Entry;
  /** The entity before the entry. */
  readonly before: EntityState;
  /** Of all messages in the journal, by message id. */
  readonly names: ReadonlyMap<string, string>;
}

function transitions({ lifecycle, entry, names }: Step): Found[] {
  const { kind, from, to, causationId, reason } = entry;
  if (kind !== 'transition' || to === undefined) return [];
  const { terminal, onFailure } = lifecycle.states[from ?? ''] ?? {};
  if (terminal) return [['edges', edge(from, to, byReopening(names.get(causationId) ?? 'nothing'))]];
  const found: Found[] = [['edges', edge(from, to)]];
  const clock = /^clock:(.+)$/.exec(causationId)?.[1];
  if (clock !== undefined) found.push(['edges', edge(from, to, clock === 'state' ? BY_DEADLINE : byClock(clock))]);
  if (to === onFailure && reason?.code === 'serviceFailed') found.push(['edges', edge(from, to, BY_FAILURE)]);
  return found;
}

function parts({ lifecycle, entry, before }: Step): Found[] {
  return Object.entries(entry.patch?.parts ?? {}).flatMap(([name, { state }]): Found[] => {
    const was = before.parts[name]?.state;
    return was === state ? [] : [['part edges', partEdge(partKind(lifecycle, name) ?? name, was, state)]];
  });
}

function clocks({ lifecycle, entry, before }: Step): Found[] {
  const found: Found[] = [];
  for (const [name, clock] of Object.entries(entry.patch?.clocks ?? {})) {
    if (!clock) continue;
    if (name === 'state' && entry.kind === 'transition') found.push(['clocks', `deadline of ${entry.to}: started`]);
    else if (!before.clocks[name]) found.push(['clocks', `${name}: started, ${clock.basis}`]);
    const how = changed(entry, before, clock);
    if (how !== undefined) found.push(['clocks', `${name}: ${how}`]);
    if (clock.change === 'stopped' && fulfilled(lifecycle, name, entry, before)) {
      found.push(['clocks', `${name}: stopped by its fact`]);
    }
  }
  if (entry.breach) {
    const { name } = entry.breach;
    found.push(['clocks', name === 'state' ? `deadline of ${before.state}: breached` : `${name}: breached`]);
  }
  return found;
}

function changed(entry: Entry, before: EntityState, { change }: Clock): string | undefined {
  const byState = entry.kind === 'transition';
  switch (change) {
    case 'moved':
      return 'moved';
    case 'paused':
      return byState ? `paused in ${entry.to}` : 'paused by a person';
    case 'resumed':
      return byState ? `resumed after ${before.state}` : 'resumed by a person';
    default:
      return undefined;
  }
}

function fulfilled(lifecycle: Lifecycle, clock: string, { patch }: Entry, before: EntityState): boolean {
  const { stops } = lifecycle.clocks?.[clock] ?? {};
  return stops !== undefined && factAt({ ...before.facts, ...patch?.facts }, stops.fact) !== undefined;
}

function messages({ lifecycle, entry, before }: Step): Found[] {
  const { message, reason } = entry;
  if (!message) return [];
  const { name, outcome } = message;
  if (isKernelMessage(name)) {
    return outcome === 'applied' || outcome === 'rejected' ? [['kernel messages', `${name}: ${outcome}`]] : [];
  }
  // What was held and never awaited did not meet the state in which it is let go.
  if (!Object.hasOwn(lifecycle.messages, name) || reason?.code === 'neverAwaited') return [];
  const at = before.state;
  if (outcome === 'applied' || outcome === 'held') return [['messages', cell(name, at, outcome)]];
  if (outcome === 'late') return [['messages', cell(name, at, opensTask(entry) ? 'late, with a task' : 'late')]];
  return outcome === 'rejected' && reason?.code === 'wrongState' ? [['messages', cell(name, at, 'rejected')]] : [];
}

const opensTask = ({ patch }: Entry): boolean =>
  Object.values(patch?.reviews ?? {}).some((change) => !('resolved' in change));

function expectations({ lifecycle, entry, before }: Step): Found[] {
  const declared = (name: string): string | undefined =>
    [name, name.split(':')[0] ?? ''].find((candidate) => Object.hasOwn(lifecycle.expectations ?? {}, candidate));
  const found: Found[] = [];
  for (const [name, expectation] of Object.entries(entry.patch?.expectations ?? {})) {
    const as = declared(name);
    if (as === undefined || !expectation) continue;
    const was = before.expectations[name];
    if (was?.askedAt !== expectation.askedAt) found.push(['expectations', `${as}: asked`]);
    if (expectation.receivedAt !== undefined && was?.receivedAt === undefined) {
      found.push(['expectations', `${as}: received`]);
    }
    if (entry.kind === 'reminder') found.push(['expectations', `${as}: reminder ${expectation.reminded ?? 0}`]);
  }
  return found;
}

function compensations({ entry, before }: Step): Found[] {
  return Object.entries(entry.patch?.compensations ?? {}).flatMap(([name, after]): Found[] => {
    const undo = (after ?? before.compensations?.[name])?.undo ?? name;
    if (entry.kind !== 'compensation') return after ? [['compensations', `${undo}: registered`]] : [];
    if (!after) return [['compensations', `${undo}: undone`]];
    return after.failed ? [['compensations', `${undo}: failed`]] : [];
  });
}

function holds({ entry, before }: Step): Found[] {
  const found: Found[] = [];
  for (const [name, hold] of Object.entries(entry.patch?.holds ?? {})) {
    found.push(['holds', `${name}: ${hold ? 'placed' : 'released'}`]);
  }
  for (const [guard, deferral] of Object.entries(entry.patch?.deferrals ?? {})) {
    const hold = /^hold:(.+)$/.exec(guard)?.[1];
    // A hold on the state that the entity is in keeps its services from being called.
    if (hold !== undefined && deferral) found.push(['holds', `${hold}: blocks ${deferral.move?.to ?? before.state}`]);
  }
  return found;
}

function escalations({ entry, before }: Step): Found[] {
  const { escalation } = entry;
  if (!escalation) return [];
  const ofState = before.reviews[escalation.taskId]?.ofState === true;
  return [['escalation', `${ofState ? before.state : 'late evidence'}: level ${escalation.level}`]];
}

/** Signals whose rule leaves no trace of them: they are in history and in no entry. */
function ignored(lifecycle: Lifecycle, journal: readonly Entry[], heard: readonly Heard[]): string[] {
  const known = new Set(journal.map(({ message }) => message?.messageId));
  return heard.flatMap(({ name, messageId, at }) => {
    const rule = Object.hasOwn(lifecycle.messages, name) ? lifecycle.messages[name] : undefined;
    if (rule?.late !== 'ignore' || known.has(messageId)) return [];
    const met = journal.findLast(({ kind, recordedAt }) => kind === 'transition' && Date.parse(recordedAt) < at)?.to;
    return met !== undefined && ruling(rule, met) === 'ignored' ? [cell(name, met, 'ignored')] : [];
  });
}
