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
import { PROFILES, type StateDefinition } from './definition.js';
import { Entity, type AnySpec, type Cause } from './entity.js';
import { KERNEL_VERSION, UNBORN, type EntityState } from './entry.js';
import { faultsOfMessage, UNIDENTIFIED } from './inbox.js';
import type { Answer, Submission } from './message.js';
import { misfits, type Shape } from './shape.js';
import type { LifecycleSpec, Move } from './spec.js';

/** Above this many characters of JSON, entries go by an activity of their own instead of swelling a domain call. */
const MOST_CARRIED = 64 * 1024;
/** A queue that nobody polls must not hide the state: after this the entries go by the records queue. */
const SCHEDULE_TO_START = '5 minutes';

/** The entity of this workflow execution; module state is private to an execution. */
let entity: Entity | undefined;
/** Messages that came with the very first workflow task, before the submission was read. */
const early: EarlyMessage[] = [];

/** The interceptor factory of the bundle: it runs before the first job, so that no message finds its handler missing. */
export function kernelInterceptors(specs: readonly AnySpec[]): () => WorkflowInterceptors {
  return () => {
    const spec = specs.find(({ lifecycle }) => lifecycle.name === workflowInfo().workflowType);
    if (!spec) return {};
    setHandlers(spec);
    return { outbound: [{ scheduleActivity: carry }] };
  };
}

/** The workflow function of a lifecycle. */
export function lifecycleWorkflow<State extends string, Facts, Messages, Notice, Result>(
  spec: LifecycleSpec<State, Facts, Messages, Notice, Result>,
): (submission: Submission<Notice>) => Promise<Result> {
  return async (submission) => {
    const born = begin(spec, submission);
    try {
      await walk(born, spec); // yields
      await settleUp(born); // yields
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
      await CancellationScope.nonCancellable(() => settleUp(born)); // yields
      throw err;
    }
    return spec.result(born as unknown as Entity<State, Facts>);
  };
}

function setHandlers(spec: AnySpec): void {
  const remedies = { ...REMEDIES, ...spec.remedies };
  for (const [name, rule] of Object.entries(spec.lifecycle.messages)) {
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
  setHandler(defineQuery<EntityState>('status'), () => entity?.state ?? UNBORN);
}

type Remedies = Readonly<Record<string, string>>;

/** What the sender of an update can do that the inbox itself refused. */
const REMEDIES: Remedies = {
  actorMissing: 'it is a decision: say in the envelope who takes it',
  illegalTransition: 'the table has no such way from here; look at what the entity may do next',
  inboxFull: 'too many messages wait for a later state; send it again then',
  messageIdReused: 'this message id was used for other content; send it under a new one',
  wrongEntity: 'the envelope names another entity than the one addressed',
  wrongState: 'not possible in this state; look at what the entity waits for',
};

interface EarlyMessage {
  readonly name: string;
  readonly message: unknown;
  answer?: Answer;
}

function receive(name: string, message: unknown): { readonly answer?: Answer } {
  if (entity) return { answer: entity.inbox.receive(name, message) };
  const waiting: EarlyMessage = { name, message };
  early.push(waiting);
  return waiting;
}

async function answer(remedies: Remedies, name: string, message: unknown): Promise<Answer> {
  const received = receive(name, message);
  // Only before the entity is born; after a cancellation the wait itself would be refused.
  if (!received.answer) await condition(() => received.answer !== undefined); // yields
  const given = received.answer as Answer;
  if (given.outcome === 'rejected') {
    throw ApplicationFailure.nonRetryable(
      `${name} is rejected in ${given.state}: ${given.code} (${remedies[given.code ?? ''] ?? 'see the wire contract'})`,
      'MessageRejected',
      given,
    );
  }
  return given;
}

function validate(spec: AnySpec, name: string, message: unknown): void {
  const faults = faultsOfMessage(spec.shapes[name], message);
  if (faults.length > 0) {
    throw ApplicationFailure.nonRetryable(`${name} is malformed: ${faults.join('; ')}`, 'MalformedMessage', faults);
  }
}

/** Reads the submission and gives birth to the entity; messages that came with it are judged now, in their order. */
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
  const info = workflowInfo();
  if (info.workflowId !== `${lifecycle.name}/${id}`) {
    throw ApplicationFailure.nonRetryable(
      `workflow id ${info.workflowId} does not fit: a ${lifecycle.name} with this key runs as ${lifecycle.name}/${id}`,
      'WrongWorkflowId',
    );
  }
  const { envelope } = submission;
  const cause: Cause = {
    causationId: envelope?.causationId ?? envelope?.messageId ?? 'submit',
    actor: envelope?.actor ?? UNIDENTIFIED,
  };
  entity = new Entity(
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
    submission.profile ?? 'standard',
    cause,
  );
  entity.begin(spec.born(submission.data));
  for (const waiting of early.splice(0)) waiting.answer = entity.inbox.receive(waiting.name, waiting.message);
  return entity;
}

function contentHash(memo: Readonly<Record<string, unknown>> | undefined, submission: Submission<unknown>): string {
  const given = memo?.['contentHash'];
  return typeof given === 'string'
    ? given
    : digest({ data: submission.data, profile: submission.profile ?? 'standard' });
}

/** From state to state until a terminal one's step is done. */
async function walk(born: Entity, spec: AnySpec): Promise<void> {
  for (;;) {
    const { state } = born.state;
    const { terminal, onFailure } = (spec.lifecycle.states as Readonly<Record<string, StateDefinition>>)[state] ?? {};
    let said: { readonly move: Move<string> | void } | undefined;
    try {
      said = await born.step(); // yields
    } catch (err) {
      if (!(err instanceof ActivityFailure) || isCancellation(err) || isForeignRun(err)) throw err;
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
    born.transition(said.move);
  }
}

/** The one way out: handlers finished, nothing pending, no write under way, looked at again after every wait. */
async function settleUp(born: Entity): Promise<void> {
  born.inbox.close();
  while (!born.settled || !allHandlersFinished()) {
    await born.flush(); // yields
    await condition(allHandlersFinished); // yields
  }
}

/**
 * Every activity takes along the entries that none has confirmed, as an argument after its own. Where the records cannot be
 * written, or nobody polls the queue, the entries go by themselves first and the call is issued again with its retries whole.
 */
async function carry(
  input: ActivityInput,
  next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
): Promise<unknown> {
  const carrier = entity;
  if (!carrier) return next(input);
  const recording = input.activityType === 'record';
  if (recording) carrier.publisher.publish(carrier.state);
  else carrier.publisher.publishInPassing(carrier.state);
  carrier.armTimer();
  if (!recording && carrier.journal.weight > MOST_CARRIED) await carrier.flush(); // yields
  const load = carrier.journal.load(recording ? MOST_CARRIED : undefined);
  if (!load) return attributed(carrier, input, await next(input)); // yields
  try {
    const options = recording ? input.options : { scheduleToStartTimeout: SCHEDULE_TO_START, ...input.options };
    const result = await next({ ...input, options, args: [...input.args, load] }); // yields
    carrier.journal.confirm(load);
    return recording ? result : attributed(carrier, input, result);
  } catch (err) {
    carrier.journal.unload();
    if (recording || !wasNotCalled(err)) throw err;
    await carrier.flush(); // yields
    return scheduleActivity(input.activityType, input.args, input.options);
  }
}

function attributed(carrier: Entity, input: ActivityInput, result: unknown): unknown {
  const service = input.options.taskQueue?.replace(/^throughline-/, '') ?? input.activityType;
  carrier.cause = { causationId: `activity:${input.activityType}`, actor: serviceActor(service) };
  return result;
}

const serviceActor = (id: string): Cause['actor'] => ({ kind: 'service', id, authenticated: 'temporal' });

/** The domain call was not made: the records could not be written, or no worker took the task in time. */
function wasNotCalled(err: unknown): boolean {
  if (!(err instanceof ActivityFailure)) return false;
  if (err.cause instanceof TimeoutFailure) return err.cause.timeoutType === 'SCHEDULE_TO_START';
  return err.cause instanceof ApplicationFailure && err.cause.type === 'RecordsUnavailable';
}

/** The name of a service's refusal, which no retry would change; undefined where the service just failed. */
function refusalOf(err: ActivityFailure): string | undefined {
  const { cause } = err;
  return cause instanceof ApplicationFailure && cause.nonRetryable ? (cause.type ?? undefined) : undefined;
}

function isForeignRun(err: unknown): boolean {
  return err instanceof ActivityFailure && err.cause instanceof ApplicationFailure && err.cause.type === 'ForeignRun';
}
