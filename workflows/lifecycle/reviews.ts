/** Review tasks as data: how they open and escalate, and who may decide. Pure. */
import { instant } from './clockwork.js';
import type { Lifecycle, ReviewDefinition } from './definition.js';
import type { Actor, EntityState, Patch, Proposal, ReviewTask } from './entry.js';

/** What opens a task. */
export interface Opening {
  readonly reason: string;
  readonly now: number;
  /** How durations scale. */
  readonly scale: number;
  readonly dueAt?: string;
  readonly ofState?: true;
  readonly about?: number;
}

/** A new task. */
export function openTask(definition: ReviewDefinition, { now, scale, ...given }: Opening): ReviewTask {
  const escalatesAt = escalationAt(definition, now, 0, scale);
  return {
    queue: definition.queue,
    priority: definition.priority,
    openedAt: instant(now),
    ...given,
    ...(escalatesAt !== undefined && { escalatesAt }),
  };
}

/** A task of late evidence, which nothing but a person ends. */
export function openLateTask(lifecycle: Lifecycle, message: string, about: number, now: number, scale: number) {
  const { lateReview } = lifecycle;
  if (!lateReview)
    throw new Error(`lifecycle ${lifecycle.name} has no lateReview, but ${message} opens a task when late`);
  const dueAt = instant(now + lateReview.within * scale);
  const task = openTask(lateReview, { reason: `late.${message}`, now, scale, about, dueAt });
  return { escalatesAt: dueAt, ...task };
}

/** The task on its next level: in another queue, nobody's, no longer parked. */
export function escalated(
  lifecycle: Lifecycle,
  state: string,
  task: ReviewTask,
  now: number,
  scale: number,
): ReviewTask {
  const definition = definitionOf(lifecycle, state, task);
  const level = task.level ?? 0;
  const { queue, priority } = definition?.escalation?.[level] ?? { queue: task.queue, priority: 1 };
  const next = definition && escalationAt(definition, Date.parse(task.openedAt), level + 1, scale);
  // Late evidence belongs to no state whose deadline would follow: it is raised again and again.
  const again = task.ofState || !lifecycle.lateReview ? undefined : instant(now + lifecycle.lateReview.within * scale);
  const escalatesAt = next ?? again;
  const { assignee: _a, parkedUntil: _p, escalatesAt: _e, ...rest } = task;
  return { ...rest, queue, priority, level: level + 1, ...(escalatesAt !== undefined && { escalatesAt }) };
}

function definitionOf(lifecycle: Lifecycle, state: string, task: ReviewTask): ReviewDefinition | undefined {
  return task.ofState ? lifecycle.states[state]?.review : lifecycle.lateReview;
}

function escalationAt(definition: ReviewDefinition, openedAt: number, level: number, scale: number) {
  const next = definition.escalation?.[level];
  return next && instant(openedAt + Math.ceil(next.after * scale));
}

/** The open tasks that end with the entity leaving its state, as a patch that resolves them. */
export function resolvedByLeaving(state: EntityState, decision: string): NonNullable<Patch['reviews']> {
  const bound = Object.entries(state.reviews).filter(([, { ofState }]) => ofState);
  return Object.fromEntries(bound.map(([taskId]) => [taskId, { resolved: decision }]));
}

/** The task of the entity's state, if it has one. */
export function taskOfState(state: EntityState): readonly [taskId: string, task: ReviewTask] | undefined {
  return Object.entries(state.reviews).find(([, { ofState }]) => ofState);
}

/** Whether somebody else than this actor has taken the task. */
export function assignedElsewhere(task: ReviewTask, actor: Actor): boolean {
  return task.assignee !== undefined && task.assignee !== actor.id;
}

/** The task with a decision that waits for a second person; whoever proposed before has contributed too. */
export function proposed(task: ReviewTask, proposal: Proposal): ReviewTask {
  return { ...contributed(task, proposal.by), proposal };
}

/** The task without its proposal. */
export function withoutProposal({ proposal: _proposal, ...task }: ReviewTask): ReviewTask {
  return task;
}

/** The task, with somebody who changed what is to be approved. */
export function contributed(task: ReviewTask, who: string): ReviewTask {
  return { ...task, contributors: [...new Set([...(task.contributors ?? []), who])] };
}

/** The second person: a member of staff who neither proposed nor changed what is approved; never an automatic decider. */
export function maySecond(task: ReviewTask, actor: Actor): boolean {
  return actor.kind === 'staff' && task.proposal?.by !== actor.id && task.contributors?.includes(actor.id) !== true;
}
