/**
 * One running entity: what a lifecycle's steps and effects see of it, and the rules that they cannot break.
 *
 * The state changes in exactly three ways: a step says where it leads, a message moves the entity, or a clock is breached. Each
 * way ends in {@link Entity.transition}, which walks only edges of the table.
 */
import { ApplicationFailure, CancellationScope, condition, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { RECORDS_TASK_QUEUE, type RecordsActivities } from '../../activities/records/contract.js';
import { ClockTimer, earliest } from './clocks.js';
import { partKind, PROFILES, type Lifecycle, type StateDefinition } from './definition.js';
import type { Actor, Clock, EntityRef, EntityState, Envelope, MessageRecord, Patch, Reason } from './entry.js';
import type { InboxOwner } from './inbox.js';
import { Inbox } from './inbox.js';
import { Journal } from './journal.js';
import type { Profile } from './message.js';
import { Publisher } from './publisher.js';
import type { Effect, LifecycleSpec, Move, Step } from './spec.js';

/** What something is attributed to in the journal. */
export interface Cause {
  /** A message id, `activity:<type>` or `clock:<name>`. */
  readonly causationId: string;
  readonly actor: Actor;
}

// The types of facts and messages differ from lifecycle to lifecycle; the kernel never looks inside them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnySpec = LifecycleSpec<any, any, any, any, any>;

const CLOCK: Actor = { kind: 'system', id: 'clock', authenticated: 'temporal' };

const records = proxyActivities<RecordsActivities>({
  taskQueue: RECORDS_TASK_QUEUE,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

export class Entity<State extends string = string, Facts = Record<string, unknown>> {
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly publisher: Publisher;
  /** What the next transition is attributed to: the last message applied or activity completed. */
  cause: Cause;
  private readonly timer = new ClockTimer(() => this.onTimer());
  /** Counts state changes, so that a step that was overtaken can be told from one that still speaks for the entity. */
  private epoch = 0;
  private stepScope: CancellationScope | undefined;
  private awaited: (() => boolean) | undefined;
  /** The epoch whose step got what it waited for when its deadline had just passed: its calls may finish. */
  private answeredIn = 0;
  /** The last message applied, and the epoch it left the entity in. */
  private applied: { readonly cause: Cause; readonly epoch: number } | undefined;
  private flushing = false;
  private flushFailure: Error | undefined;

  constructor(
    private readonly spec: AnySpec,
    readonly ref: EntityRef,
    private readonly profile: Profile,
    submitted: Cause,
  ) {
    this.journal = new Journal(ref);
    this.publisher = new Publisher(this.lifecycle);
    this.inbox = new Inbox(this.inboxOwner(), this.lifecycle.messages, spec.shapes);
    this.cause = submitted;
  }

  /** The business key. */
  get id(): string {
    return this.ref.id;
  }

  private get lifecycle(): Lifecycle {
    return this.spec.lifecycle as Lifecycle;
  }

  get workflowId(): string {
    return workflowInfo().workflowId;
  }

  get state(): EntityState {
    return this.journal.state;
  }

  /** What is known so far; changed only by the patches of moves and messages. */
  get facts(): Facts {
    return this.journal.state.facts as Facts;
  }

  /** The Idempotency-Key of a business step: stable over technical retries. `ordinal` counts business repetitions. */
  key(step: string, ordinal: number | string = 1): string {
    return `${this.workflowId}/${step}/${ordinal}`;
  }

  /** Now, in workflow time. */
  now(): string {
    return new Date(Date.now()).toISOString();
  }

  /**
   * Waits until `holds` is true. Entries that no activity carries are written meanwhile. While it waits, messages and clocks may
   * take the entity elsewhere; the wait then ends by cancellation and the step's answer no longer counts.
   */
  async until(holds: () => boolean): Promise<void> {
    this.awaited = holds;
    try {
      while (!holds()) {
        this.answeredIn = 0;
        this.armTimer();
        this.publisher.publish(this.state);
        if (this.journal.waiting) this.flushInBackground();
        await condition(() => holds() || (this.journal.waiting && !this.flushing) || this.flushFailure !== undefined); // yields: messages may be handled
        this.rethrowFlushFailure();
      }
      if (this.due()) this.answeredIn = this.epoch;
      // A call that was answered meanwhile is not why the flow goes on.
      if (this.applied?.epoch === this.epoch) this.cause = this.applied.cause;
    } finally {
      this.awaited = undefined;
    }
  }

  /** Arms the entity's timer for its earliest clock. Called where the flow is about to wait. */
  armTimer(): void {
    if (this.answeredIn !== this.epoch) this.timer.arm(earliest(this.state)?.dueAt);
  }

  /** Begins the entity's life: its first entry and its first state. */
  begin(patch: Patch): void {
    const { initial } = this.lifecycle;
    this.checkParts(patch);
    const clock = this.stateClock(initial);
    this.journal.append({
      kind: 'transition',
      ...this.cause,
      to: initial,
      patch: { ...patch, ...(clock && { clocks: { state: clock } }) },
    });
    this.epoch++;
  }

  /**
   * Takes the entity along one edge of the table and overtakes whatever step is running.
   * @throws ApplicationFailure `IllegalTransition`, non-retryable, naming both states.
   */
  transition(move: Move<string>, cause: Cause = this.cause): void {
    const from = this.state.state;
    const target = this.definition(move.to);
    if (!target || !this.definition(from)?.to.includes(move.to)) {
      throw ApplicationFailure.nonRetryable(
        `${this.lifecycle.name} ${this.id} cannot go from ${from} to ${move.to}: the table has no such edge`,
        'IllegalTransition',
        { from, to: move.to },
      );
    }
    const entering = this.entering(move.to, from, move.reason);
    const patch = merged(merged(entering, move.patch ?? {}), this.frame(from, move.to, target, move.reason));
    this.checkParts(patch);
    this.journal.append({
      kind: 'transition',
      ...cause,
      from,
      to: move.to,
      ...(move.reason && { reason: move.reason }),
      ...(move.guard && { guard: move.guard }),
      patch,
    });
    this.epoch++;
    this.stepScope?.cancel();
    this.inbox.release();
  }

  /** Runs the step of the current state; answers what it said, or undefined when it was overtaken. */
  async step(): Promise<{ readonly move: Move<string> | void } | undefined> {
    const epoch = this.epoch;
    const scope = new CancellationScope({ cancellable: true });
    this.stepScope = scope;
    try {
      const steps = this.spec.steps as Readonly<Record<string, Step<string, Facts>>>;
      const run = steps[this.state.state] as Step<State, Facts>;
      const move = await scope.run(() => run(this)); // yields
      return this.epoch === epoch ? { move } : undefined;
    } catch (err) {
      if (this.epoch !== epoch) return undefined;
      throw err;
    }
  }

  /** Journals that the run ends before the entity does; the state stays what it was, with a mark for people. */
  cutShort(attention: 'cancelledFromOutside' | 'failed'): void {
    this.journal.append({
      kind: 'note',
      causationId: `temporal:${attention}`,
      actor: { kind: 'system', id: 'temporal', authenticated: 'temporal' },
      patch: { attention },
    });
  }

  /** Everything is written and nothing is being written: a run must not end under an activity of its own. */
  get settled(): boolean {
    return !this.journal.pending && !this.flushing;
  }

  /** Writes every entry, on its own if need be; returns when nothing is pending or being written. */
  async flush(): Promise<void> {
    while (!this.settled) {
      if (this.flushing)
        await condition(() => !this.flushing); // yields
      else await this.record(); // yields
    }
    this.rethrowFlushFailure();
  }

  private async record(): Promise<void> {
    this.flushing = true;
    try {
      await CancellationScope.nonCancellable(() => records.record({})); // yields
    } finally {
      this.flushing = false;
    }
  }

  private flushInBackground(): void {
    if (this.flushing) return;
    // Retries are unlimited: what comes here is final and belongs to the flow, which waits in `until`.
    void this.record().catch((err: unknown) => {
      this.flushFailure = err as Error;
    });
  }

  private rethrowFlushFailure(): void {
    if (this.flushFailure !== undefined) throw this.flushFailure;
  }

  private entering(to: string, from: string, reason: Reason | undefined): Patch {
    const hooks = (this.spec.entering ?? {}) as Partial<
      Record<string, (entity: this, from: string, reason?: Reason) => Patch>
    >;
    return hooks[to]?.(this, from, reason) ?? {};
  }

  private definition(state: string): StateDefinition | undefined {
    return this.lifecycle.states[state];
  }

  private stateClock(state: string): Clock | undefined {
    const { deadline, onDeadline } = this.definition(state) ?? {};
    if (typeof deadline !== 'number' || onDeadline === undefined) return undefined;
    const startedAt = Date.now();
    return {
      basis: `entered ${state}`,
      startedAt: new Date(startedAt).toISOString(),
      dueAt: new Date(startedAt + Math.ceil(deadline * PROFILES[this.profile])).toISOString(),
      leadsTo: onDeadline,
    };
  }

  /** What every transition changes by itself: the state's clock, the review task, the attention mark. */
  private frame(from: string, to: string, target: StateDefinition, reason: Reason | undefined): Patch {
    const clock = this.stateClock(to);
    const review = this.reviewChange(from, to, target, reason, clock);
    const attention = target.review ? (reason?.code ?? to) : null;
    return {
      clocks: { state: clock ?? null },
      ...(review && { review }),
      ...((attention !== null || this.state.attention !== undefined) && { attention }),
    };
  }

  private reviewChange(from: string, to: string, target: StateDefinition, reason: Reason | undefined, clock?: Clock) {
    if (target.review) {
      return {
        taskId: `${this.workflowId}#${this.state.sequence + 1}`,
        action: 'open' as const,
        queue: target.review.queue,
        reason: reason?.code ?? to,
        priority: target.review.priority,
        ...(clock && { dueAt: clock.dueAt }),
      };
    }
    const open = this.state.openReview;
    return open && this.definition(from)?.review ? { ...open, action: 'resolve' as const, decision: to } : undefined;
  }

  /** A clock is breached: an entry of its own, then the transition that the table promises. */
  private breach(name: string, clock: Clock): void {
    const cause: Cause = { causationId: `clock:${name}`, actor: CLOCK };
    const open = this.state.openReview;
    this.journal.append({
      kind: 'deadline',
      ...cause,
      breach: { name, ...clock },
      patch: {
        clocks: { [name]: null },
        // A state that leads to itself opens a fresh task; the one that was missed ends here.
        ...(open && { review: { ...open, action: 'resolve', decision: 'overdue' } }),
      },
    });
    this.transition({ to: clock.leadsTo, reason: { code: 'deadlineElapsed' } }, cause);
  }

  private onTimer(): void {
    // A message of the same workflow task comes before the timer; if it is what the step waits for, or waited for, it wins.
    if (this.awaited?.() || this.answeredIn === this.epoch) return;
    const due = this.due();
    if (due) {
      const { name, ...clock } = due;
      this.breach(name, clock);
    } else {
      this.armTimer();
    }
  }

  /** The clock that has struck, if one has. */
  private due(): (Clock & { readonly name: string }) | undefined {
    const first = earliest(this.state);
    return first && Date.parse(first.dueAt) <= Date.now() ? first : undefined;
  }

  private checkParts(patch: Patch): void {
    const fault = this.partFault(patch);
    if (fault !== undefined) {
      throw ApplicationFailure.nonRetryable(`${this.lifecycle.name} ${this.id}: ${fault}`, 'IllegalTransition');
    }
  }

  private partFault(patch: Patch): string | undefined {
    for (const [name, next] of Object.entries(patch.parts ?? {})) {
      const table = this.lifecycle.parts?.[partKind(this.lifecycle, name) ?? ''] ?? {};
      const current = this.state.parts[name]?.state;
      const legal = current === undefined ? Object.keys(table)[0] === next.state : table[current]?.includes(next.state);
      if (!legal && current !== next.state) {
        return `part ${name} cannot go from ${current ?? '(start)'} to ${next.state}: its table has no such edge`;
      }
    }
    return undefined;
  }

  /** An effect that the tables forbid is refused before anything of it is journaled. */
  private effectOf(name: string, data: unknown): Effect<string> {
    const effect = (this.spec.effects[name] as (entity: this, data: unknown) => Effect<string>)(this, data);
    if ('reject' in effect) return effect;
    const forbidden = effect.move && !this.definition(this.state.state)?.to.includes(effect.move.to);
    return forbidden || this.partFault(effect.apply) !== undefined ? { reject: 'illegalTransition' } : effect;
  }

  private inboxOwner(): InboxOwner {
    const state = () => this.state.state;
    const deadline = () => this.state.clocks['state']?.dueAt;
    return {
      id: this.ref.id,
      get state() {
        return state();
      },
      get deadlineAt() {
        return deadline();
      },
      effect: (name, data) => this.effectOf(name, data),
      journal: (record, envelope, effect, code) => this.journalMessage(record, envelope, effect, code),
    };
  }

  private journalMessage(record: MessageRecord, envelope: Envelope, effect?: Effect<string>, code?: string): number {
    const cause: Cause = { causationId: envelope.messageId, actor: envelope.actor };
    const patch = effect && 'apply' in effect ? effect.apply : undefined;
    const entry = this.journal.append({
      kind: 'message',
      causationId: envelope.causationId ?? envelope.messageId,
      actor: envelope.actor,
      message: record,
      ...(code !== undefined && { reason: { code } }),
      ...(patch && { patch }),
    });
    const move = effect && 'apply' in effect ? effect.move : undefined;
    if (record.outcome === 'applied') {
      this.cause = cause;
      this.applied = { cause, epoch: this.epoch + (move ? 1 : 0) };
    }
    if (move) this.transition(move, cause);
    return entry.sequence;
  }
}

/** Two patches of one entry; maps are joined, the second wins. */
function merged(a: Patch, b: Patch): Patch {
  return {
    ...a,
    ...b,
    ...((a.facts ?? b.facts) && { facts: { ...a.facts, ...b.facts } }),
    ...((a.parts ?? b.parts) && { parts: { ...a.parts, ...b.parts } }),
    ...((a.clocks ?? b.clocks) && { clocks: { ...a.clocks, ...b.clocks } }),
    ...((a.expectations ?? b.expectations) && { expectations: { ...a.expectations, ...b.expectations } }),
  };
}
