/** What the kernel's own messages do. Pure but for the entity's clock: each gives a patch or a refusal, as a lifecycle's effects do. */
import { instant, lengthOf, moved, paused, resumed, type ClockRules } from './clockwork.js';
import type { Actor, Clock, EntityState, Patch, Reason, ReviewTask } from './entry.js';
import type { KernelMessages } from './kernel-messages.js';
import { assignedElsewhere, maySecond, withoutProposal } from './reviews.js';
import type { Effect } from './spec.js';

/** What the effects see of their entity. */
export interface KernelView {
  readonly state: EntityState;
  readonly rules: ClockRules;
  readonly now: number;
  readonly actor: Actor;
  /** The effect of a decision that somebody proposed and this actor approves. */
  readonly approved: (message: string, data: unknown) => Effect<string>;
  /** What a lifecycle takes back of a wrong decision. */
  readonly takenBack: (message: string) => Patch;
}

type KernelEffects = {
  readonly [Name in keyof KernelMessages]: (view: KernelView, data: KernelMessages[Name]) => Effect<string>;
};

export const KERNEL_EFFECTS: KernelEffects = {
  assignReview: ({ state, actor }, { taskId, assignee }) =>
    withTask(state, taskId, (task) => {
      if (task.assignee === assignee) return { reject: 'alreadyDone' };
      // Who takes a task for himself takes it from nobody; giving it to somebody else is a supervisor's move.
      if (assignee === actor.id && assignedElsewhere(task, actor)) return { reject: 'assignedElsewhere' };
      return changed(taskId, { ...task, assignee });
    }),
  releaseReview: ({ state }, { taskId }) =>
    withTask(state, taskId, ({ assignee, ...task }) =>
      assignee === undefined ? { reject: 'notAssigned' } : changed(taskId, task),
    ),
  parkReview: ({ state, now, actor }, { taskId, until, ...because }) =>
    withTask(state, taskId, (task) => {
      if (assignedElsewhere(task, actor)) return { reject: 'assignedElsewhere' };
      if (Date.parse(until) <= now) return { reject: 'notInFuture' };
      return { ...changed(taskId, { ...task, parkedUntil: instant(Date.parse(until)) }), reason: reasonOf(because) };
    }),
  noteReview: ({ state }, { taskId, note }) =>
    withTask(state, taskId, () => ({ apply: {}, reason: { code: 'note', note } })),
  resolveReview: ({ state, actor }, { taskId, decision, ...because }) =>
    withTask(state, taskId, (task) => {
      if (task.ofState) return { reject: 'decideInstead' };
      if (assignedElsewhere(task, actor)) return { reject: 'assignedElsewhere' };
      return { apply: { reviews: { [taskId]: { resolved: decision } } }, reason: reasonOf(because) };
    }),
  approveReview: (view, { taskId, proposal: digest, note }) =>
    withTask(view.state, taskId, (task) => {
      const { proposal } = task;
      if (!proposal) return { reject: 'noProposal' };
      if (proposal.digest !== digest) return { reject: 'proposalChanged' };
      if (!maySecond(task, view.actor)) return { reject: 'fourEyes' };
      const effect = view.approved(proposal.message, proposal.data);
      if (!('apply' in effect)) return effect;
      const reason: Reason = { code: 'approved', ...(note !== undefined && { note }) };
      // Without a move the task stays open for what comes next.
      const reviews = effect.move ? {} : { [taskId]: withoutProposal(task) };
      return {
        ...effect,
        apply: { ...effect.apply, reviews: { ...effect.apply.reviews, ...reviews } },
        reason,
        decides: true,
      };
    }),
  declineReview: ({ state }, { taskId, proposal: digest, ...because }) =>
    withTask(state, taskId, (task) => {
      if (!task.proposal) return { reject: 'noProposal' };
      if (task.proposal.digest !== digest) return { reject: 'proposalChanged' };
      return { ...changed(taskId, withoutProposal(task)), reason: reasonOf(because) };
    }),
  correctDecision: ({ state, rules, takenBack }, { sequence, ...because }) => {
    const decision = state.decisions[sequence];
    const back = decision?.state ?? '';
    if (!decision || !rules.lifecycle.states[state.state]?.to.includes(back)) return { reject: 'notCorrectable' };
    const reason = reasonOf(because);
    return {
      apply: takenBack(decision.message),
      move: { to: back, reason: { ...reason, code: 'decisionCorrected' } },
      corrects: sequence,
      reason,
    };
  },
  moveClock: ({ state, now }, { clock: name, dueAt, reference, ...because }) =>
    withClock(state, name, (clock) => {
      if (Date.parse(dueAt) <= now) return { reject: 'notInFuture' };
      const due = instant(Date.parse(dueAt));
      return { ...clockPatch(state, name, moved(clock, due, now)), reason: referring(because, reference) };
    }),
  pauseClock: ({ state, now }, { clock: name, reference, ...because }) =>
    withClock(state, name, (clock) =>
      clock.pausedAt !== undefined || clock.breachedAt !== undefined
        ? { reject: 'alreadyPaused' }
        : { ...clockPatch(state, name, paused(clock, 'person', now)), reason: referring(because, reference) },
    ),
  resumeClock: ({ state, rules, now }, { clock: name, reference, ...because }) =>
    withClock(state, name, (clock) => {
      if (clock.pausedBy !== 'person') return { reject: 'notPaused' };
      // A state's own deadline is a plain duration.
      const definition = rules.lifecycle.clocks?.[name];
      const within = (definition && lengthOf(definition, state.facts)) ?? 0;
      return { ...clockPatch(state, name, resumed(rules, within, clock, now)), reason: referring(because, reference) };
    }),
  placeHold: ({ state, rules, now, actor }, { hold, reference, ...because }) => {
    const refusal = holdRefusal(rules, hold, actor);
    if (refusal !== undefined) return { reject: refusal };
    if (state.holds[hold]) return { reject: 'alreadyPlaced' };
    const reason = reasonOf(because);
    return { apply: { holds: { [hold]: { placedAt: instant(now), by: actor, reason, reference } } }, reason };
  },
  releaseHold: ({ state, rules, actor }, { hold, reference, ...because }) => {
    const refusal = holdRefusal(rules, hold, actor);
    if (refusal !== undefined) return { reject: refusal };
    if (!state.holds[hold]) return { reject: 'notPlaced' };
    return { apply: { holds: { [hold]: null } }, reason: referring(because, reference) };
  },
  dependencyResumed: ({ state }, { dependency }) =>
    state.deferrals[`dependency:${dependency}`] ? { apply: {} } : { ignore: true },
};

function withTask(state: EntityState, taskId: string, effect: (task: ReviewTask) => Effect<string>): Effect<string> {
  const task = state.reviews[taskId];
  return task ? effect(task) : { reject: 'unknownTask' };
}

function withClock(state: EntityState, name: string, effect: (clock: Clock) => Effect<string>): Effect<string> {
  const clock = state.clocks[name];
  return clock ? effect(clock) : { reject: 'unknownClock' };
}

function changed(taskId: string, task: ReviewTask): { readonly apply: Patch } {
  return { apply: { reviews: { [taskId]: task } } };
}

/** A state's own clock is also when its review task is due; a detour's is not. */
function clockPatch(state: EntityState, name: string, clock: Clock): { readonly apply: Patch } {
  const own = name === 'state' && !clock.suspends;
  const bound = Object.entries(state.reviews).filter(([, { ofState }]) => ofState && own);
  const reviews = Object.fromEntries(bound.map(([taskId, task]) => [taskId, { ...task, dueAt: clock.dueAt }]));
  return { apply: { clocks: { [name]: clock }, ...(bound.length > 0 && { reviews }) } };
}

function holdRefusal({ lifecycle }: ClockRules, hold: string, actor: Actor): string | undefined {
  const definition = lifecycle.holds?.[hold];
  if (!definition) return 'unknownHold';
  return definition.by.includes(actor.kind) ? undefined : 'noAuthority';
}

function reasonOf({ reasonCode, note }: { readonly reasonCode: string; readonly note?: string }): Reason {
  return { code: reasonCode, ...(note !== undefined && { note }) };
}

function referring(because: { readonly reasonCode: string; readonly note?: string }, reference: string): Reason {
  return { ...reasonOf(because), reference };
}
