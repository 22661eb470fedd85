/**
 * Runs lifecycles: sets the handlers before any message can arrive, carries journal entries with the activities, walks the steps
 * and ends only when everything is written.
 */
import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  scheduleActivity,
  setDefaultSignalHandler,
  setHandler,
  TemporalFailure,
  TimeoutFailure,
  workflowInfo,
  type ActivityInput,
  type Next,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { digest } from './canonical.js';
import { attachedTo, PRIORITY } from './catastrophe.js';
import { PROFILES, type StateDefinition } from './definition.js';
import { Entity, type AnySpec, type Cause } from './entity.js';
import { KERNEL_VERSION, UNBORN, type EntityRef, type EntityState } from './entry.js';
import { execution, type EarlyMessage } from './execution.js';
import { faultsOfMessage, UNIDENTIFIED } from './inbox.js';
import type { Answer, Continuation, Submission } from './message.js';
import { isForeignRun, isRefusal, refusalOf } from './refusals.js';
import { REMEDIES } from './remedies.js';
import { messageRules, messageShapes } from './rules.js';
import { misfits, type Shape } from './shape.js';
import type { LifecycleSpec, Move } from './spec.js';

/** Above this many characters of JSON, entries go by an activity of their own instead of swelling a domain call. */
const MOST_CARRIED = 64 * 1024;
/** A queue that nobody polls must not hide the state: after this the entries go by the records queue. */
const SCHEDULE_TO_START = '5 minutes';
/**
 * Messages that a run still takes after the server has suggested to continue as new while a call is under way: far fewer than the
 * updates and signals that are then left to it.
 */
const MOST_AFTER_SUGGESTION = 100;

/** The interceptor factory of the bundle: it runs before the first job, so that no message finds its handler missing. */
export function kernelInterceptors(specs: readonly AnySpec[]): () => WorkflowInterceptors {
  return () => {
    const spec = specs.find(({ lifecycle }) => lifecycle.name === workflowInfo().workflowType);
    if (!spec) return {};
    setHandlers(spec);
    return { outbound: [{ scheduleActivity: carry }, { scheduleActivity: letEverydayPass }] };
  };
}

/** The workflow function of a lifecycle. */
export function lifecycleWorkflow<State extends string, Facts, Messages, Notice, Result>(
  spec: LifecycleSpec<State, Facts, Messages, Notice, Result>,
): (input: Submission<Notice> | Continuation) => Promise<Result> {
  const unsaid = Object.keys(spec.lifecycle.compensations ?? {}).filter((undo) => !spec.compensations?.[undo]);
  if (unsaid.length > 0) throw new Error(`${spec.lifecycle.name} does not say how ${unsaid.join(', ')} is done`);
  return async (input) => {
    const born = isContinuation(input) ? goOn(spec, input.continued) : begin(spec, input);
    for (const waiting of execution().early.splice(0))
      waiting.answer = born.inbox.receive(waiting.name, waiting.message);
    try {
      do {
        await walk(born, spec); // yields
        await conclude(born); // yields
        // Late evidence that reopens the entity while its last run goes on.
      } while (!born.leaving && !born.isOver);
    } catch (err) {
      if (isForeignRun(err)) {
        throw ApplicationFailure.nonRetryable(
          `${spec.lifecycle.name} ${born.id} already lives under another run; this one has done nothing`,
          'ForeignRun',
        );
      }
      // Anything that is no failure of Temporal's is a defect: the task is repeated until it is mended, and nothing ends.
      if (!(err instanceof TemporalFailure)) throw err;
      born.cutShort(isCancellation(err) ? 'cancelledFromOutside' : 'failed');
      born.inbox.close();
      await CancellationScope.nonCancellable(() => settleUp(born)); // yields
      throw err;
    }
    if (born.leaving) await continueAsNew<(input: Continuation) => Promise<Result>>(born.continuation());
    return spec.result(born as unknown as Entity<State, Facts>);
  };
}

function setHandlers(spec: AnySpec): void {
  const remedies = { ...REMEDIES, ...spec.remedies };
  for (const [name, rule] of Object.entries(messageRules(spec))) {
    if (rule.kind === 'signal') {
      setHandler(defineSignal<[unknown]>(name), (message) => void receive(name, message), { description: rule.means });
    } else {
      setHandler(defineUpdate<Answer, [unknown]>(name), (message) => answer(remedies, name, message), {
        description: rule.means,
        validator: (message) => validate(spec, name, message),
      });
    }
  }
  setDefaultSignalHandler((name, message) => void receive(name, message));
  setHandler(defineQuery<EntityState>('status'), () => execution().entity?.state ?? UNBORN);
}

type Remedies = Readonly<Record<string, string>>;

function receive(name: string, message: unknown): { readonly answer?: Answer } {
  const running = execution();
  const { entity } = running;
  if (entity) {
    if (workflowInfo().continueAsNewSuggested && ++running.afterSuggestion > MOST_AFTER_SUGGESTION) entity.leave();
    return { answer: entity.inbox.receive(name, message) };
  }
  const waiting: EarlyMessage = { name, message };
  running.early.push(waiting);
  return waiting;
}

async function answer(remedies: Remedies, name: string, message: unknown): Promise<Answer> {
  const received = receive(name, message);
  // Only before the entity is born; after a cancellation the wait itself would be refused.
  if (!received.answer) await condition(() => received.answer !== undefined); // yields
  const given = received.answer as Answer;
  if (given.outcome === 'rejected') {
    throw ApplicationFailure.nonRetryable(
      `${name} is rejected in ${given.state}: ${given.code} (${remedies[codeOf(given)] ?? 'see the wire contract'})`,
      'MessageRejected',
      given,
    );
  }
  return given;
}

/** What a code is about may stand behind a dot: `mergedInto.CLM-2012-000124`. */
const codeOf = ({ code = '' }: Answer): string => code.split('.')[0] ?? '';

function validate(spec: AnySpec, name: string, message: unknown): void {
  const faults = faultsOfMessage(messageShapes(spec)[name], message);
  if (faults.length > 0) {
    throw ApplicationFailure.nonRetryable(`${name} is malformed: ${faults.join('; ')}`, 'MalformedMessage', faults);
  }
}

/** Reads the submission and gives birth to the entity. */
function begin(spec: AnySpec, submission: Submission<unknown>): Entity {
  const { lifecycle } = spec;
  const profiles: Shape = { enum: Object.keys(PROFILES) };
  const faults = misfits(
    { type: 'object', required: ['data'], properties: { data: spec.shapes['submission'] ?? {}, profile: profiles } },
    submission,
    'submission',
  );
  if (faults.length > 0) {
    throw ApplicationFailure.nonRetryable(
      `submission is malformed: ${faults.join('; ')}`,
      'MalformedSubmission',
      faults,
    );
  }
  const id = spec.key(submission.data);
  const info = requireWorkflowId(lifecycle.name, id);
  const { envelope } = submission;
  const cause: Cause = {
    causationId: envelope?.causationId ?? envelope?.messageId ?? 'submit',
    actor: envelope?.actor ?? UNIDENTIFIED,
  };
  const entity = new Entity(
    spec,
    {
      lifecycle: lifecycle.name,
      id,
      stage: 1,
      firstRunId: info.firstExecutionRunId,
      correlationId: envelope?.correlationId ?? info.workflowId,
      contentHash: contentHash(info.memo, submission),
      kernelVersion: KERNEL_VERSION,
      lifecycleVersion: lifecycle.version,
    },
    cause,
  );
  execution().entity = entity;
  entity.begin(spec.born(submission.data), submission.profile ?? 'standard');
  return entity;
}

/** Takes over an entity from the run before, or from its records where it is reopened. */
function goOn(spec: AnySpec, past: Continuation['continued']): Entity {
  const { lifecycle } = spec;
  const info = requireWorkflowId(lifecycle.name, past.ref.id);
  if (!Object.hasOwn(lifecycle.states, past.state.state)) {
    // The task is repeated until a worker comes that knows the state.
    throw new Error(
      `${lifecycle.name} version ${lifecycle.version} has no state ${past.state.state}; keep it as deprecated, with a step`,
    );
  }
  const ref: EntityRef = {
    ...past.ref,
    firstRunId: past.ref.firstRunId || info.firstExecutionRunId,
    kernelVersion: KERNEL_VERSION,
    lifecycleVersion: lifecycle.version,
  };
  const cause: Cause = past.cause ?? { causationId: 'reopened', actor: UNIDENTIFIED };
  const entity = new Entity(spec, ref, cause, past);
  execution().entity = entity;
  if (past.reopening) entity.inbox.receive(past.reopening.name, past.reopening.message);
  return entity;
}

function isContinuation(input: object): input is Continuation {
  return 'continued' in input;
}

function requireWorkflowId(lifecycle: string, id: string) {
  const info = workflowInfo();
  if (info.workflowId === `${lifecycle}/${id}`) return info;
  throw ApplicationFailure.nonRetryable(
    `workflow id ${info.workflowId} does not fit: a ${lifecycle} with this key runs as ${lifecycle}/${id}`,
    'WrongWorkflowId',
  );
}

function contentHash(memo: Readonly<Record<string, unknown>> | undefined, submission: Submission<unknown>): string {
  const given = memo?.['contentHash'];
  return typeof given === 'string'
    ? given
    : digest({ data: submission.data, profile: submission.profile ?? 'standard' });
}

/** From state to state until a terminal one's step is done, or the run makes way for the next. */
async function walk(born: Entity, spec: AnySpec): Promise<void> {
  while (!born.leaving) {
    const { state } = born.state;
    const { terminal, onFailure } = (spec.lifecycle.states as Readonly<Record<string, StateDefinition>>)[state] ?? {};
    let said: { readonly move: Move<string> | void } | undefined;
    try {
      said = await born.step(); // yields
    } catch (err) {
      if (!isRefusal(err)) throw err;
      if (onFailure === undefined) {
        const remedy = 'the table does not say where that leads: give the state onFailure';
        throw new Error(`${err.activityType} failed in ${state}, and ${remedy}`, { cause: err });
      }
      born.transition(
        { to: onFailure, reason: { code: refusalOf(err) ?? 'serviceFailed' } },
        { causationId: `activity:${err.activityType}`, actor: serviceActor(err.activityType) },
      );
      continue;
    }
    if (!said) continue; // overtaken: the entity is elsewhere already
    if (terminal) return;
    if (!said.move) throw new Error(`the step of ${state} ended without saying where the ${spec.lifecycle.name} goes`);
    born.propose(said.move);
  }
}

/** After the last state: late evidence waits for its person, and everything is written. */
async function conclude(born: Entity): Promise<void> {
  do {
    if (!born.leaving) await born.linger(); // yields
    await settleUp(born); // yields
  } while (!born.leaving && born.isOver && Object.keys(born.state.reviews).length > 0);
}

/** The one way out: handlers finished, nothing pending, nothing under way, looked at again after every wait. */
async function settleUp(born: Entity): Promise<void> {
  while (!born.settled || !allHandlersFinished()) {
    await born.settle(); // yields
    await condition(allHandlersFinished); // yields
  }
}

/**
 * Every activity takes along the entries that none has confirmed, as an argument after its own. Where the records cannot be
 * written, or nobody polls the queue, the entries go by themselves first and the call is issued again with its retries whole.
 * Where the dependency's gate is closed, the call waits for it.
 */
async function carry(
  input: ActivityInput,
  next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
): Promise<unknown> {
  const carrier = execution().entity;
  if (!carrier) return next(input);
  if (input.activityType === 'record') return carryAlone(carrier, input, next);
  await carrier.whileHeld(input.activityType); // yields
  carrier.publisher.publishInPassing(carrier.state);
  carrier.armTimer();
  if (carrier.journal.weight > MOST_CARRIED) await carrier.recorder.flush(); // yields
  const load = carrier.journal.load();
  const options = load ? { scheduleToStartTimeout: SCHEDULE_TO_START, ...input.options } : input.options;
  const service = serviceOf(input);
  try {
    const result = await next(load ? { ...input, options, args: [...input.args, load] } : input); // yields
    if (load) carrier.journal.confirm(load);
    carrier.letThrough(service);
    carrier.cause = { causationId: `activity:${input.activityType}`, actor: serviceActor(service) };
    return result;
  } catch (err) {
    const gate = gateOf(err);
    // The gate is asked after the entries are written.
    if (load && gate) carrier.journal.confirm(load);
    else if (load) carrier.journal.unload();
    if (gate)
      await carrier.whilePaused(gate.dependency, gate.reason, input.activityType); // yields
    else if (wasNotCalled(err))
      await carrier.recorder.flush(); // yields
    else {
      if (!isCancellation(err)) carrier.letThrough(service);
      throw err;
    }
    return scheduleActivity(input.activityType, input.args, input.options);
  }
}

async function carryAlone(
  carrier: Entity,
  input: ActivityInput,
  next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
): Promise<unknown> {
  carrier.publisher.publish(carrier.state);
  carrier.armTimer();
  const load = carrier.journal.load(MOST_CARRIED);
  if (!load) return next(input);
  try {
    const result = await next({ ...input, args: [...input.args, load] }); // yields
    carrier.journal.confirm(load);
    return result;
  } catch (err) {
    carrier.journal.unload();
    throw err;
  }
}

/** Calls of an entity that was attached to a catastrophe after its start, which it began as an everyday one. */
function letEverydayPass(
  input: ActivityInput,
  next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
): Promise<unknown> {
  const { entity } = execution();
  if (!entity || attachedTo(entity.state) === undefined) return next(input);
  return next({ ...input, options: { ...input.options, priority: { priorityKey: PRIORITY.catastrophe } } });
}

const serviceOf = (input: ActivityInput): string =>
  input.options.taskQueue?.replace(/^throughline-/, '') ?? input.activityType;

const serviceActor = (id: string): Cause['actor'] => ({ kind: 'service', id, authenticated: 'temporal' });

/** The domain call was not made: the records could not be written, or no worker took the task in time. */
function wasNotCalled(err: unknown): boolean {
  if (!(err instanceof ActivityFailure)) return false;
  if (err.cause instanceof TimeoutFailure) return err.cause.timeoutType === 'SCHEDULE_TO_START';
  return err.cause instanceof ApplicationFailure && err.cause.type === 'RecordsUnavailable';
}

/** The gate that refused a call, and why; undefined where the call was let through. */
function gateOf(err: unknown): { readonly dependency: string; readonly reason: string } | undefined {
  if (!(err instanceof ActivityFailure)) return undefined;
  const { cause } = err;
  if (!(cause instanceof ApplicationFailure) || cause.type !== 'DependencyPaused') return undefined;
  const [gate] = (cause.details ?? []) as { readonly dependency: string; readonly reason: string }[];
  return gate;
}
