/**
 * One running entity: what a lifecycle's steps and effects see of it, and the rules that they cannot break.
 *
 * The state changes in exactly three ways: a step says where it leads, a message moves the entity, or a clock is breached. Each
 * way ends in {@link Entity.transition}, which walks only edges of the table; the first two are asked of the guards before.
 */
import { ApplicationFailure, CancellationScope, condition, TemporalFailure, workflowInfo } from '@temporalio/workflow';
import { clockIsDue, earliestAlarm, recheckAt, type Alarm } from './alarms.js';
import { US_FEDERAL } from './calendar.js';
import { clockChanges, instant, stateClock, type ClockRules } from './clockwork.js';
import { ClockTimer } from './clocks.js';
import { PROFILES, type Lifecycle, type StateDefinition } from './definition.js';
import type {
  Actor,
  Compensation,
  Deferral,
  EntityRef,
  EntityState,
  Envelope,
  MessageRecord,
  Patch,
  Reason,
} from './entry.js';
import { blockedByHold, objectionOf, type Objection } from './guards.js';
import { Inbox, type AppliedEffect, type InboxOwner } from './inbox.js';
import { Journal, type EntryDraft } from './journal.js';
import { Judge, withContributor } from './judge.js';
import type { Answers, Continuation, Profile } from './message.js';
import { asked, frame, isReturn, merged, partFault, received } from './patches.js';
import { Publisher } from './publisher.js';
import { Recorder } from './recorder.js';
import * as reviews from './reviews.js';
import { messageRules, messageShapes } from './rules.js';
import type { Guard, LifecycleSpec, Move, Step } from './spec.js';
import { isRefusal, refusalOf } from './refusals.js';
import { dangling, registered, toUndo, undoable, type Registered } from './saga.js';
import { strike } from './strikes.js';

/** What something is attributed to in the journal. */
export interface Cause {
  /** A message id, `activity:<type>` or `clock:<name>`. */
  readonly causationId: string;
  readonly actor: Actor;
}

// The types of facts and messages differ from lifecycle to lifecycle; the kernel never looks inside them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnySpec = LifecycleSpec<any, any, any, any, any>;

/** What an entity has behind it when a run takes it over. */
export type Past = Pick<Continuation['continued'], 'state' | 'held' | 'published'> & { readonly answers: Answers };

const KERNEL: Actor = { kind: 'system', id: 'throughline', authenticated: 'temporal' };

export class Entity<State extends string = string, Facts = Record<string, unknown>> {
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly publisher: Publisher;
  readonly recorder: Recorder;
  /** What the next transition is attributed to: the last message applied or activity completed. */
  cause: Cause;
  /** The run is about to make way for the next one: steps are left where they are. */
  leaving = false;
  private readonly timer = new ClockTimer(() => this.onTimer());
  /** Counts state changes, so that a step that was overtaken can be told from one that still speaks for the entity. */
  private epoch = 1;
  private stepScope: CancellationScope | undefined;
  private awaited: (() => boolean) | undefined;
  /** The epoch whose step got what it waited for when its deadline had just passed: its calls may finish. 0: none. */
  private answeredIn = 0;
  /** The last message applied, the epoch it left the entity in, and the workflow task that brought it (its place in history). */
  private applied: { readonly cause: Cause; readonly epoch: number; readonly task: number } | undefined;
  /** Counts what may let a deferred call through: the dependency's signal, the timer. */
  private woken = 0;
  /** Reminders under way. */
  private errands = 0;

  constructor(
    private readonly spec: AnySpec,
    readonly ref: EntityRef,
    submitted: Cause,
    past?: Past,
  ) {
    this.journal = new Journal(ref, past?.state);
    this.recorder = new Recorder(this.journal);
    this.publisher = new Publisher(this.lifecycle, past?.published);
    this.inbox = new Inbox(this.inboxOwner(), messageRules(spec), messageShapes(spec), past);
    this.cause = submitted;
  }

  // ---- what steps and effects see -----------------------------------------------------------------------------------------------

  /** The business key. */
  get id(): string {
    return this.ref.id;
  }

  get workflowId(): string {
    return workflowInfo().workflowId;
  }

  get state(): EntityState {
    return this.journal.state;
  }

  /** What is known so far; changed only by the patches of moves, messages and {@link learn}. */
  get facts(): Facts {
    return this.journal.state.facts as Facts;
  }

  /**
   * The Idempotency-Key of a business step: stable over technical retries. `ordinal` counts business repetitions; unless it is
   * given, a reopened entity asks anew.
   */
  key(step: string, ordinal: number | string = this.ref.stage): string {
    return `${this.workflowId}/${step}/${ordinal}`;
  }

  /** In a detour: the state that the entity was in before, and goes back to. */
  get detouredFrom(): State | undefined {
    return this.state.clocks['state']?.suspends?.state as State | undefined;
  }

  /** Now, in workflow time. */
  now(): string {
    return instant(Date.now());
  }

  /**
   * Opens an expectation of the table, `<name>` or `<name>:<which>`; it is on record before the request leaves. A patch for a
   * move, an effect or {@link learn}.
   * @param what in place of the table's phrase, for one of many.
   */
  expect(name: string, given: { readonly what?: string; readonly reference?: string } = {}): Patch {
    return asked(this.lifecycle, name, given, Date.now(), this.scale);
  }

  /** What was expected is here: a patch that says so, empty where nobody waits for it. */
  received(name: string): Patch {
    return received(this.state, name, Date.now());
  }

  /**
   * Registers the undo of a call, under a name of the step's choice; it is on record before the call leaves. A patch for {@link learn} or a
   * move.
   */
  compensation(name: string, undo: string, given: Readonly<Record<string, unknown>>): Patch {
    return registered(this.lifecycle, this.state, name, undo, given, Date.now());
  }

  /**
   * Undoes everything that is registered, the last first. What fails for good does not keep the rest from being undone.
   * @returns the names of what could not be undone: a person has to look at them
   */
  async compensate(): Promise<readonly string[]> {
    for (const group of undoable(this.lifecycle, this.state)) {
      await Promise.all(group.map((each) => this.undo(each))); // yields
    }
    return toUndo(this.state).map(([name]) => name);
  }

  /** Journals what a step has learned before it knows where it leads. */
  learn(patch: Patch): void {
    this.checkParts(patch);
    this.append({ kind: 'note', ...this.cause, patch });
  }

  /**
   * Waits until `holds` is true. Entries that no activity carries are written meanwhile. While it waits, messages and clocks may
   * take the entity elsewhere; the wait then ends by cancellation and the step's answer no longer counts.
   */
  async until(holds: () => boolean): Promise<void> {
    this.awaited = holds;
    try {
      await this.idle(holds); // yields
      if (clockIsDue(this.state, Date.now())) this.answeredIn = this.epoch;
      // A call that was answered meanwhile is not why the flow goes on.
      if (this.applied?.epoch === this.epoch) this.cause = this.applied.cause;
    } finally {
      this.awaited = undefined;
    }
  }

  // ---- what the kernel does with it ---------------------------------------------------------------------------------------------

  /** Begins the entity's life: its first entry and its first state. */
  begin(patch: Patch, profile: Profile): void {
    const { initial } = this.lifecycle;
    const scaled = profile === 'standard' ? patch : { ...patch, profile };
    const clock = stateClock({ ...this.rules, scale: PROFILES[profile] }, initial, Date.now());
    const scale = PROFILES[profile];
    this.checkParts(patch);
    this.append(
      {
        kind: 'transition',
        ...this.cause,
        to: initial,
        patch: { ...scaled, ...(clock && { clocks: { state: clock } }) },
      },
      scale,
    );
    this.epoch++;
  }

  /**
   * Takes the entity along one edge of the table and overtakes whatever step is running.
   * @throws ApplicationFailure `IllegalTransition`, non-retryable, naming both states.
   */
  transition(move: Move<string>, cause: Cause = this.cause): void {
    const from = this.state.state;
    const target = this.definition(move.to);
    if (!target || !this.leads(from, move.to)) {
      throw ApplicationFailure.nonRetryable(
        `${this.lifecycle.name} ${this.id} cannot go from ${from} to ${move.to}: the table has no such edge`,
        'IllegalTransition',
        { from, to: move.to },
      );
    }
    // Back from a detour, the entity goes on where it was: nothing is entered anew.
    const entering = isReturn(this.state, move.to) ? {} : this.entering(move.to, from, move.reason);
    const patch = merged(merged(entering, move.patch ?? {}), frame(this.rules, this.state, this.workflowId, move));
    this.checkParts(patch);
    const [left] = target.terminal ? dangling(this.state, patch) : [];
    if (left !== undefined) {
      throw ApplicationFailure.nonRetryable(
        `${this.lifecycle.name} ${this.id} cannot end in ${move.to} while ${left} is not undone`,
        'IllegalTransition',
        { from, to: move.to },
      );
    }
    this.append({
      kind: 'transition',
      ...cause,
      from,
      to: move.to,
      ...(move.reason && { reason: move.reason }),
      ...(move.guard && { guard: move.guard }),
      patch,
    });
    this.overtake();
    if (target.terminal) this.inbox.retire();
    else this.inbox.release();
  }

  /** A step or a message wants the entity to move: its guards say whether it goes, waits, or goes elsewhere. */
  propose(move: Move<string>, cause: Cause = this.cause): void {
    const objection = this.objection(move);
    const [waitedFor] = this.deferredMove() ?? [];
    if (objection?.verdict === 'defer') {
      if (waitedFor !== objection.guard) this.defer(objection, { move: { ...move, cause } }, cause);
      return;
    }
    const cancelled = objection && {
      to: objection.to,
      reason: { code: objection.reason },
      guard: { guard: objection.guard, verdict: 'cancel' as const, reason: objection.reason },
    };
    const proceeds =
      waitedFor === undefined ? move : { ...move, guard: { guard: waitedFor, verdict: 'proceed' as const } };
    this.transition(cancelled ?? proceeds, cause);
  }

  /** Runs the step of the current state; answers what it said, or undefined when it was overtaken. */
  async step(): Promise<{ readonly move: Move<string> | void } | undefined> {
    const steps = this.spec.steps as Readonly<Record<string, Step<string, Facts>>>;
    const run = steps[this.state.state] as unknown as Step<State, Facts>;
    const waiting = this.deferredMove();
    return this.overtakable(() => (waiting ? this.patience(...waiting) : run(this)));
  }

  /** Ended, but not over: late evidence still waits for a person. */
  async linger(): Promise<void> {
    await this.overtakable(() => this.idle(() => !this.isOver || Object.keys(this.state.reviews).length === 0)); // yields
  }

  /** Journals that the run ends before the entity does; the state stays what it was, with a mark for people. */
  cutShort(attention: 'cancelledFromOutside' | 'failed'): void {
    this.append({
      kind: 'note',
      causationId: `temporal:${attention}`,
      actor: { kind: 'system', id: 'temporal', authenticated: 'temporal' },
      patch: { attention },
    });
  }

  /** Leaves the current step where it is; the next run begins it anew. */
  leave(): void {
    this.leaving = true;
    this.stepScope?.cancel();
  }

  /** It is in a terminal state. */
  get isOver(): boolean {
    return this.definition(this.state.state)?.terminal === true;
  }

  /** Nothing is to be written, being written, or being reminded of. */
  get settled(): boolean {
    return this.recorder.settled && this.errands === 0;
  }

  /** Returns when {@link settled}. */
  async settle(): Promise<void> {
    await this.recorder.flush(); // yields
    await condition(() => this.errands === 0); // yields
  }

  /** What the next run of the entity has to know. Only where nothing is pending. */
  continuation(): Continuation {
    return {
      continued: {
        ref: this.ref,
        state: this.state,
        ...this.inbox.snapshot(),
        published: this.publisher.published,
        cause: this.cause,
      },
    };
  }

  /** Arms the entity's timer for whatever strikes first. Called where the flow is about to wait. */
  armTimer(): void {
    if (this.answeredIn === this.epoch) return;
    const alarm = earliestAlarm(this.state);
    const again = recheckAt(this.state, this.id, Date.now());
    const times = [...(alarm ? [Date.parse(alarm.at)] : []), ...(again === undefined ? [] : [again])];
    if (times.length > 0) this.timer.arm(Math.min(...times));
  }

  /** Before a call: waits while a hold blocks the state that makes it. */
  async whileHeld(call: string): Promise<void> {
    for (;;) {
      const hold = blockedByHold(this.lifecycle, this.state, this.state.state);
      if (!hold) return;
      if (!this.state.deferrals[hold.guard]) this.defer(hold, { call });
      await this.idle(() => this.state.holds[hold.guard.slice('hold:'.length)] === undefined); // yields
      this.proceed(hold.guard);
    }
  }

  /** A call was refused because its dependency is paused or failing: waits until it may be tried again. */
  async whilePaused(dependency: string, reason: string, call: string): Promise<void> {
    const guard = `dependency:${dependency}`;
    if (!this.state.deferrals[guard]) this.defer({ guard, verdict: 'defer', reason }, { call });
    const before = this.woken;
    await this.idle(() => this.woken > before || this.state.deferrals[guard] === undefined); // yields
  }

  /** A call was let through: whatever deferred it no longer does. */
  letThrough(dependency: string): void {
    this.proceed(`dependency:${dependency}`);
  }

  // ---- waiting ------------------------------------------------------------------------------------------------------------------

  private async idle(holds: () => boolean): Promise<void> {
    while (!holds()) {
      this.answeredIn = 0;
      if (this.crowded()) this.leave();
      this.armTimer();
      this.publisher.publish(this.state);
      this.recorder.flushInBackground();
      await condition(() => holds() || this.recorder.called || this.recorder.failed || this.crowded()); // yields: messages may be handled
      this.recorder.rethrow();
    }
  }

  private crowded(): boolean {
    return !this.leaving && workflowInfo().continueAsNewSuggested;
  }

  private async overtakable<T>(run: () => Promise<T>): Promise<{ readonly move: T } | undefined> {
    const epoch = this.epoch;
    const scope = new CancellationScope({ cancellable: true });
    this.stepScope = scope;
    const overtaken = () => this.epoch !== epoch || this.leaving;
    try {
      const move = await scope.run(run); // yields
      return overtaken() ? undefined : { move };
    } catch (err) {
      if (overtaken()) return undefined;
      throw err;
    }
  }

  private overtake(): void {
    this.epoch++;
    this.stepScope?.cancel();
  }

  private async undo([name, compensation]: Registered): Promise<void> {
    const undoing = this.spec.compensations?.[compensation.undo];
    if (!undoing) {
      // The task is repeated until a worker comes that knows.
      throw new Error(
        `${compensation.undo} was registered by an earlier version; keep it among the spec's compensations`,
      );
    }
    const { failed: _failed, ...again } = compensation;
    const begun = { ...again, begunAt: this.now() };
    const journal = (code: string, after: Compensation | null) =>
      this.append({
        kind: 'compensation',
        ...this.cause,
        compensates: name,
        reason: { code },
        patch: { compensations: { [name]: after } },
      });
    journal('begun', begun);
    try {
      await undoing(this, compensation.given); // yields
    } catch (err) {
      if (!isRefusal(err)) throw err;
      const reason = refusalOf(err) ?? 'serviceFailed';
      journal(reason, { ...begun, failed: { at: this.now(), reason } });
      return;
    }
    journal('undone', null);
  }

  // ---- guards -------------------------------------------------------------------------------------------------------------------

  private objection(move: Move<string>): Objection | undefined {
    const hold = blockedByHold(this.lifecycle, this.state, move.to);
    if (hold) return hold;
    for (const guard of (this.spec.guards ?? []) as readonly Guard<string, Facts>[]) {
      if (guard.before !== move.to) continue;
      const objection = objectionOf(guard.name, guard.check(this, move));
      if (objection) return objection;
    }
    return undefined;
  }

  /** The transition that waits for a guard, if one does. */
  private deferredMove(): readonly [guard: string, deferral: Deferral] | undefined {
    return Object.entries(this.state.deferrals).find(([, { move }]) => move !== undefined);
  }

  /** Waits until the guard that deferred a transition thinks otherwise. */
  private async patience(guard: string, { move }: Deferral): Promise<Move<string> | void> {
    if (!move) return;
    const { cause, ...wanted } = move;
    await this.idle(() => this.objection(wanted)?.guard !== guard); // yields
    this.cause = cause;
    return wanted;
  }

  private defer(objection: Objection, what: Pick<Deferral, 'move' | 'call'>, cause: Cause = this.cause): void {
    const { guard, reason } = objection;
    const [before] = this.deferredMove() ?? [];
    // Decided is decided: the person's task ends although the entity still waits.
    const decided = what.move && reviews.resolvedByLeaving(this.state, what.move.reason?.code ?? what.move.to);
    this.append({
      kind: 'guard',
      ...cause,
      guard: { guard, verdict: 'defer', reason },
      patch: {
        deferrals: {
          ...(what.move && before !== undefined && { [before]: null }),
          [guard]: { since: this.now(), reason, ...what },
        },
        ...(decided && Object.keys(decided).length > 0 && { reviews: decided }),
      },
    });
  }

  private proceed(guard: string): void {
    if (!this.state.deferrals[guard]) return;
    this.append({
      kind: 'guard',
      causationId: guard,
      actor: KERNEL,
      guard: { guard, verdict: 'proceed' },
      patch: { deferrals: { [guard]: null } },
    });
  }

  // ---- transitions --------------------------------------------------------------------------------------------------------------

  private get lifecycle(): Lifecycle {
    return this.spec.lifecycle as Lifecycle;
  }

  private get scale(): number {
    return PROFILES[(this.state.profile ?? 'standard') as Profile];
  }

  /** By which rules its clocks run. */
  get rules(): ClockRules {
    return {
      lifecycle: this.lifecycle,
      calendars: [US_FEDERAL, ...(this.spec.calendars ?? [])],
      scale: this.scale,
    };
  }

  /** Appends an entry, and to its patch what it does to the named clocks. */
  private append(draft: EntryDraft, scale = this.scale) {
    const { facts, state } = this.state;
    const after = {
      state: draft.to ?? state,
      facts: draft.patch?.facts ? { ...facts, ...draft.patch.facts } : facts,
      entering: draft.kind === 'transition',
    };
    const changes = clockChanges({ ...this.rules, scale }, this.state, after, Date.now());
    return this.journal.append(changes ? { ...draft, patch: merged({ clocks: changes }, draft.patch ?? {}) } : draft);
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

  /** Whether the table leads from one state to another. */
  leads(from: string, to: string): boolean {
    const { to: exits = [], reopens } = this.definition(from) ?? {};
    return exits.includes(to) || reopens?.to === to;
  }

  private checkParts(patch: Patch): void {
    const fault = partFault(this.lifecycle, this.state, patch);
    if (fault !== undefined) {
      throw ApplicationFailure.nonRetryable(`${this.lifecycle.name} ${this.id}: ${fault}`, 'IllegalTransition');
    }
  }

  // ---- time ---------------------------------------------------------------------------------------------------------------------

  private onTimer(): void {
    this.woken++;
    for (let alarm = this.dueAlarm(); alarm; alarm = this.dueAlarm()) {
      // A message of the same workflow task comes before the timer; if it is what the step waits for, or waited for, it wins.
      if (this.awaited?.() || this.answeredIn === this.epoch) return;
      // A step that is still in a call has not looked at it: the call may be answered in this very task.
      if (!this.awaited && this.isAppliedJustNow()) return this.timer.arm(Date.now());
      this.strike(alarm);
    }
    this.armTimer();
  }

  private isAppliedJustNow(): boolean {
    return this.applied?.epoch === this.epoch && this.applied.task === workflowInfo().historyLength;
  }

  private dueAlarm(): Alarm | undefined {
    const first = earliestAlarm(this.state);
    return first && Date.parse(first.at) <= Date.now() ? first : undefined;
  }

  private strike(alarm: Alarm): void {
    const { draft, move, reminds } = strike(alarm, this.state, this.rules, Date.now());
    this.append(draft);
    if (move) this.transition(move, { causationId: draft.causationId, actor: draft.actor });
    if (reminds !== undefined) void this.errand(reminds.name, reminds.ordinal);
  }

  private async errand(name: string, ordinal: number): Promise<void> {
    if (!this.spec.remind) return;
    this.errands++;
    try {
      await this.spec.remind(this, name, ordinal); // yields
    } catch (err) {
      // A courtesy that failed; the reminder itself is on record. Anything else is a defect.
      if (!(err instanceof TemporalFailure)) throw err;
    } finally {
      this.errands--;
    }
  }

  // ---- messages -----------------------------------------------------------------------------------------------------------------

  private inboxOwner(): InboxOwner {
    const current = () => this.state;
    const judge = new Judge(this, this.spec);
    return {
      id: this.ref.id,
      get state() {
        return current().state;
      },
      get sequence() {
        return current().sequence;
      },
      get deadlineAt() {
        return current().clocks['state']?.dueAt;
      },
      isReopenedBy: (name) => judge.isReopenedBy(name),
      effect: (message) => judge.effectOf(message),
      lateTask: (name) => judge.lateTask(name),
      journal: (record, envelope, effect, code) => this.journalMessage(record, envelope, effect, code),
    };
  }

  private journalMessage(record: MessageRecord, envelope: Envelope, effect?: AppliedEffect, code?: string): number {
    const cause: Cause = { causationId: envelope.messageId, actor: envelope.actor };
    const reason = effect?.reason ?? (code === undefined ? undefined : { code });
    const entry = this.append({
      kind: 'message',
      causationId: envelope.causationId ?? envelope.messageId,
      actor: envelope.actor,
      message: record,
      ...(reason && { reason }),
      ...(effect?.decides && { decides: true as const }),
      ...(effect?.corrects !== undefined && { corrects: effect.corrects }),
      ...(effect && { patch: withContributor(this.state, effect, envelope.actor) }),
    });
    if (record.outcome !== 'applied') return entry.sequence;
    if (record.name === 'dependencyResumed') this.woken++;
    this.cause = cause;
    this.applied = { cause, epoch: this.epoch + (effect?.move ? 1 : 0), task: workflowInfo().historyLength };
    if (effect?.move) this.moveBy(effect.move, cause);
    return entry.sequence;
  }

  /** Decisions and withdrawals overtake the step, also where a guard makes them wait. */
  private moveBy(move: Move<string>, cause: Cause): void {
    const { epoch } = this;
    this.propose(move, cause);
    if (this.epoch === epoch) this.overtake();
  }
}
