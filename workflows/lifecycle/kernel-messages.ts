/**
 * The messages that every lifecycle understands: people work on review tasks, move and pause clocks, place and release holds,
 * correct a decision; the fleet says that a dependency is back. Data of each by wire name; their effects are in `people.ts` and
 * `clockwork.ts`, their schemas in `events/kernel.ts`.
 */
import type { MessageRule } from './definition.js';

/** Why somebody did it: a code, and a reference to a note where more is to be said. */
interface Because {
  readonly reasonCode: string;
  readonly note?: string;
}

/** The data of each kernel message by wire name. */
export interface KernelMessages {
  /** Taking a task is assigning it to oneself; reassigning is assigning it again. */
  readonly assignReview: { readonly taskId: string; readonly assignee: string };
  readonly releaseReview: { readonly taskId: string };
  /** Nobody needs to look until then; clocks and escalation run on. */
  readonly parkReview: Because & { readonly taskId: string; readonly until: string };
  /** A note in the subject store, by reference. */
  readonly noteReview: { readonly taskId: string; readonly note: string };
  /** Ends a task that no message decides (late evidence that was looked at). */
  readonly resolveReview: Because & { readonly taskId: string; readonly decision: string };
  /** The second person approves exactly what was proposed: `proposal` is its digest. */
  readonly approveReview: { readonly taskId: string; readonly proposal: string; readonly note?: string };
  /** The second person refuses; the task stays open without the proposal. */
  readonly declineReview: Because & { readonly taskId: string; readonly proposal: string };
  /** Undoes the decision in entry `sequence` by a counter-entry; the entity goes back to review. */
  readonly correctDecision: Because & { readonly sequence: number };
  /** Gives a clock another due; `reference` is what allows it: a bulletin, an agreement. */
  readonly moveClock: Because & { readonly clock: string; readonly dueAt: string; readonly reference: string };
  readonly pauseClock: Because & { readonly clock: string; readonly reference: string };
  readonly resumeClock: Because & { readonly clock: string; readonly reference: string };
  readonly placeHold: Because & { readonly hold: string; readonly reference: string };
  readonly releaseHold: Because & { readonly hold: string; readonly reference: string };
  /** Sent by the fleet when a dependency's gate is open again. */
  readonly dependencyResumed: { readonly dependency: string };
}

type KernelRule = Pick<MessageRule, 'kind' | 'means' | 'late' | 'needsActor'>;

const byPeople = (means: string): KernelRule => ({ kind: 'update', means, late: 'reject', needsActor: true });

/** What each kernel message means. It is applied in every state, the terminal ones included while their run goes on. */
export const KERNEL_MESSAGES: { readonly [Name in keyof KernelMessages]: KernelRule } = {
  assignReview: byPeople('A review task is taken, or given to somebody.'),
  releaseReview: byPeople('A review task is given back to its queue.'),
  parkReview: byPeople('A review task rests until a date; its clocks run on.'),
  noteReview: byPeople('A note is added to a review task.'),
  resolveReview: byPeople('A review task that no message decides is done.'),
  approveReview: byPeople('A second person approves a proposed decision.'),
  declineReview: byPeople('A second person refuses a proposed decision.'),
  correctDecision: byPeople('A wrong decision is corrected by a counter-entry.'),
  moveClock: byPeople('A clock gets another due.'),
  pauseClock: byPeople('A clock is stopped for a while.'),
  resumeClock: byPeople('A paused clock runs on.'),
  placeHold: byPeople('A hold is placed.'),
  releaseHold: byPeople('A hold is released.'),
  dependencyResumed: { kind: 'signal', means: 'A dependency works again.', late: 'ignore' },
};

/** Whether a message is the kernel's own. */
export const isKernelMessage = (name: string): name is keyof KernelMessages => Object.hasOwn(KERNEL_MESSAGES, name);
