/** All that is left of an entity once it has ended, or should have: the records, the history of every run, the calls made. */
import { temporal } from '@temporalio/proto';
import { loadJournal, verifyEntity } from '../../records/verify.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { canonicalJson, digest } from '../../workflows/lifecycle/canonical.js';
import { faultsOfMessage, UNIDENTIFIED } from '../../workflows/lifecycle/inbox.js';
import { KERNEL_MESSAGES } from '../../workflows/lifecycle/kernel-messages.js';
import { kernelShapes } from '../../workflows/lifecycle/kernel-shapes.js';
import type { Answer, Message } from '../../workflows/lifecycle/message.js';
import { payloadConverter } from '../../workflows/lifecycle/payload-converter.js';
import { claimShapes } from '../../workflows/claim/shapes.js';
import type { History } from '../support/history.js';
import { parcelShapes } from './parcel/messages.js';
import type { Span, World } from './world.js';

type Event = NonNullable<History['events']>[number];

/** A message that Temporal handed to the entity. */
export interface Delivery {
  readonly name: string;
  readonly messageId: string;
  readonly digest: string;
  /** It is a message for this entity, of a shape that it understands, and says who decides where somebody must. */
  readonly fits: boolean;
  /** With an update: what its sender was told. */
  readonly answer?: Answer;
}

export interface Evidence {
  readonly lifecycle: Lifecycle;
  readonly id: string;
  /** As the records have it. */
  readonly journal: readonly Entry[];
  /** What the verifier says of the records. */
  readonly faults: readonly string[];
  /** The events of all runs, in order. */
  readonly events: readonly Event[];
  readonly deliveries: readonly Delivery[];
  /** The calls that reached a service: Idempotency-Key and input. */
  readonly calls: ReadonlyArray<{ readonly activity: string; readonly key: string; readonly input: string }>;
  readonly unattended: readonly Span[];
  /** How long its world has lived, in milliseconds of real time: nothing that the machine delays is later than that. */
  readonly aged: number;
}

const SHAPES = { ...kernelShapes, ...claimShapes, ...parcelShapes };

export async function gather(world: World, lifecycle: Lifecycle, id: string): Promise<Evidence> {
  const events = await eventsOf(world, `${lifecycle.name}/${id}`);
  const journal: Entry[] = [];
  for await (const row of loadJournal(world.db, lifecycle.name, id)) journal.push(row.entry);
  const calls = [...world.claims.calls(id), ...world.parcels.calls(id)];
  return {
    lifecycle,
    id,
    journal,
    faults: await verifyEntity(world.db, lifecycle.name, id),
    events,
    deliveries: deliveriesOf(lifecycle, id, events),
    calls: calls.map(({ activity, input }) => ({ activity, key: input.key, input: canonicalJson(input) })),
    unattended: world.unattended,
    aged: Date.now() - world.begun,
  };
}

/**
 * Whether an update came with the same workflow task as another message. Of those the time-skipping server tells the worker another
 * order than it writes down, so a replay has it otherwise; nothing can be said of such an entity. (A real server keeps the order.)
 */
export function isScrambled({ events }: Evidence): boolean {
  let waiting = 0;
  let seen = 0;
  for (const event of events) {
    if (event.workflowExecutionSignaledEventAttributes) waiting++;
    if (event.workflowTaskStartedEventAttributes) seen = waiting;
    if (event.workflowTaskCompletedEventAttributes) waiting -= seen;
    if (event.workflowExecutionUpdateAcceptedEventAttributes && ++seen > 1) return true;
  }
  return false;
}

/** The events of a run and of those that made way for it. */
async function eventsOf(world: World, workflowId: string): Promise<Event[]> {
  const { workflow } = world.client;
  const runs: Event[][] = [];
  // Backwards: the server at times names a later run than the first as the first.
  for (let runId: string | undefined; ;) {
    const { events = [] } = (await workflow.getHandle(workflowId, runId).fetchHistory()) as { events?: Event[] };
    runs.unshift(events);
    const before = events[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!before) return runs.flat();
    runId = before;
  }
}

function deliveriesOf(lifecycle: Lifecycle, id: string, events: readonly Event[]): Delivery[] {
  const answers = new Map<string, Answer>();
  for (const event of events) {
    const done = event.workflowExecutionUpdateCompletedEventAttributes;
    const answer = done && answerOf(done.outcome);
    if (answer) answers.set(done?.meta?.updateId ?? '', answer);
  }
  return events.flatMap((event): Delivery[] => {
    const signal = event.workflowExecutionSignaledEventAttributes;
    if (signal) return [delivery(lifecycle, id, signal.signalName ?? '', signal.input?.payloads?.[0])];
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest;
    if (!update) return [];
    const answer = answers.get(update.meta?.updateId ?? '');
    const made = delivery(lifecycle, id, update.input?.name ?? '', update.input?.args?.payloads?.[0]);
    return [{ ...made, ...(answer && { answer }) }];
  });
}

/** As the inbox reads a message; what the envelope does not say, it fills in. */
function delivery(
  lifecycle: Lifecycle,
  id: string,
  name: string,
  payload: Parameters<typeof payloadConverter.fromPayload>[0] | null | undefined,
): Delivery {
  const workflowId = `${lifecycle.name}/${id}`;
  const value: unknown =
    payload && payloadConverter.fromPayload(payload, { type: 'workflow', namespace: 'default', workflowId });
  const framed = faultsOfMessage(undefined, value).length === 0;
  const content = framed ? (value as Message<unknown>).data : value;
  const known = Object.hasOwn(lifecycle.messages, name) || Object.hasOwn(kernelShapes, name);
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  const { messageId, entityId = id, actor } = (framed && (value as Message<unknown>).envelope) || {};
  const rules: Readonly<Record<string, { readonly needsActor?: boolean }>> = {
    ...KERNEL_MESSAGES,
    ...lifecycle.messages,
  };
  const anonymous = actor === undefined || actor.id === UNIDENTIFIED.id;
  const contentDigest = digest(content);
  return {
    name,
    digest: contentDigest,
    messageId: messageId ?? `anonymous:${contentDigest}`,
    fits:
      known &&
      framed &&
      faultsOfMessage(shape, value).length === 0 &&
      entityId === id &&
      !(anonymous && rules[name]?.needsActor === true),
  };
}

function answerOf(outcome: temporal.api.update.v1.IOutcome | null | undefined): Answer | undefined {
  const given = outcome?.success?.payloads?.[0] ?? outcome?.failure?.applicationFailureInfo?.details?.payloads?.[0];
  return given ? payloadConverter.fromPayload<Answer>(given) : undefined;
}
