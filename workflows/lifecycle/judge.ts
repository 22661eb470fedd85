/** What a message that the inbox lets in does to its entity: the lifecycle's own effect or the kernel's, within the tables. */
import type { Lifecycle, StateDefinition } from './definition.js';
import type { AnySpec, Entity } from './entity.js';
import type { Actor, EntityState, Patch } from './entry.js';
import type { AppliedEffect } from './inbox.js';
import { KERNEL_EFFECTS, type KernelView } from './kernel-effects.js';
import { isKernelMessage } from './kernel-messages.js';
import type { HeldMessage } from './message.js';
import { merged, partFault } from './patches.js';
import { assignedElsewhere, contributed, openLateTask, proposed, taskOfState } from './reviews.js';
import { dangling } from './saga.js';
import type { Effect, Sender } from './spec.js';

// The types of facts differ from lifecycle to lifecycle; nothing here looks inside them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyEntity = Entity<any, any>;

export class Judge {
  constructor(
    private readonly entity: AnyEntity,
    private readonly spec: AnySpec,
  ) {}

  /** The effect of a message; one that the tables forbid is refused before anything of it is journaled. */
  effectOf(message: HeldMessage): Effect<string> {
    const { state } = this.entity;
    const effect = this.reopened(message, this.decided(message, this.wanted(message)));
    if (!('apply' in effect)) return effect;
    const forbidden = effect.move && !this.entity.leads(state.state, effect.move.to);
    const ends = effect.move && this.stateDefinition(effect.move.to)?.terminal;
    if (ends && dangling(state, merged(effect.apply, effect.move?.patch ?? {})).length > 0)
      return { reject: 'notUndone' };
    return forbidden || partFault(this.lifecycle, state, effect.apply) !== undefined
      ? { reject: 'illegalTransition' }
      : effect;
  }

  /** Whether a message takes up again an entity that has ended. */
  isReopenedBy(name: string): boolean {
    const { reopens } = this.definition ?? {};
    if (!reopens?.by.includes(name)) return false;
    return Date.now() - Date.parse(this.entity.state.since) <= reopens.within * this.entity.rules.scale;
  }

  /** What late evidence leaves behind: a review task. */
  lateTask(name: string): AppliedEffect {
    const { state, workflowId, rules } = this.entity;
    const sequence = state.sequence + 1;
    const task = openLateTask(this.lifecycle, name, sequence, Date.now(), rules.scale);
    return { apply: { reviews: { [`${workflowId}#${sequence}`]: task } } };
  }

  private get lifecycle(): Lifecycle {
    return this.spec.lifecycle as Lifecycle;
  }

  private get definition(): StateDefinition | undefined {
    return this.stateDefinition(this.entity.state.state);
  }

  private stateDefinition(state: string): StateDefinition | undefined {
    return this.lifecycle.states[state];
  }

  /** A message that reopens an ended entity leads where the table says, unless its own effect does. */
  private reopened({ name }: HeldMessage, effect: Effect<string>): Effect<string> {
    if (!('apply' in effect) || effect.move || !this.isReopenedBy(name)) return effect;
    return { ...effect, move: { to: this.definition?.reopens?.to ?? '', reason: { code: 'reopened' } } };
  }

  private wanted({ name, data, envelope: { actor } }: HeldMessage): Effect<string> {
    if (!isKernelMessage(name)) return this.effect(name, data, { actor, approves: false });
    const view: KernelView = {
      state: this.entity.state,
      rules: this.entity.rules,
      now: Date.now(),
      actor,
      approved: (message, proposal) => this.effect(message, proposal, { actor, approves: true }),
      takenBack: (message) => this.spec.corrected?.(this.entity, message) ?? {},
    };
    return (KERNEL_EFFECTS[name] as (view: KernelView, data: unknown) => Effect<string>)(view, data);
  }

  private effect(name: string, data: unknown, by: Sender): Effect<string> {
    const effect = this.spec.effects[name] as (entity: AnyEntity, data: unknown, by: Sender) => Effect<string>;
    return effect(this.entity, data, by);
  }

  /** A message that decides the state's review: only by the assignee, and above the authority of one only by two. */
  private decided(message: HeldMessage, effect: Effect<string>): Effect<string> {
    const { name, data, digest, envelope } = message;
    if (!('apply' in effect) || !this.definition?.review?.decidedBy?.includes(name)) return effect;
    const [taskId, task] = taskOfState(this.entity.state) ?? [];
    if (taskId === undefined || !task) return effect;
    if (assignedElsewhere(task, envelope.actor)) return { reject: 'assignedElsewhere' };
    if (!this.spec.needsSecondPerson?.(this.entity, name, data, envelope.actor)) return { ...effect, decides: true };
    const proposal = { message: name, data, digest, by: envelope.actor.id };
    return { apply: { reviews: { [taskId]: proposed(task, proposal) } }, code: 'awaitingSecondPerson' };
  }
}

/** The patch of an effect; whoever changes what a person is asked to approve cannot approve it. */
export function withContributor(state: EntityState, { apply, move }: AppliedEffect, actor: Actor): Patch {
  const [taskId, task] = taskOfState(state) ?? [];
  const changes = apply.facts ?? apply.parts;
  if (taskId === undefined || !task || move || !changes || actor.kind !== 'staff' || apply.reviews) return apply;
  return { ...apply, reviews: { [taskId]: contributed(task, actor.id) } };
}
