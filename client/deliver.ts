/** Delivery of a message to a running entity through Temporal. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowHandle,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { digest } from '../workflows/lifecycle/canonical.js';
import type { Envelope } from '../workflows/lifecycle/entry.js';
import type { Answer, Message } from '../workflows/lifecycle/message.js';
import type { LifecycleBinding } from './binding.js';
import { MessageRefused, NoAnswer, UnknownMessage } from './errors.js';
import type { Delivery } from './gateway.js';
import { callTemporal, isAtLimit, unreachable } from './temporal.js';
import { validated } from './validate.js';

/** How long the sender of an update waits for its answer unless it says otherwise, in milliseconds. */
const ANSWER_TIMEOUT_MS = 30_000;

/** How often an update is asked again when continue-as-new cut its answer off. */
const CUT_OFF_LIMIT = 5;

/** Pauses before an update is sent again to a run that takes no more at once, in milliseconds; they double, with jitter. */
const AT_LIMIT_PAUSE_MS = { first: 200, longest: 5_000 } as const;

/** A message whose id is known: the key under which a repeat is recognised. */
export interface Addressed extends Message<unknown> {
  readonly envelope: Partial<Envelope> & Pick<Envelope, 'messageId'>;
}

/**
 * Checks a message against its schema and returns it as it travels.
 * @throws UnknownMessage, InvalidMessage
 */
export function checkedMessage<Notice, Messages>(
  binding: LifecycleBinding<Notice, Messages>,
  name: string,
  data: unknown,
): { readonly kind: 'signal' | 'update'; readonly data: unknown } {
  const message = Object.hasOwn(binding.messages, name) ? binding.messages[name as keyof Messages] : undefined;
  if (!message) throw new UnknownMessage(binding.name, name, Object.keys(binding.messages));
  return { kind: message.kind, data: validated<unknown>(message.schema, data, `message ${name}`) };
}

/**
 * Sends a checked message: a signal is accepted once it is in history, an update is answered by the entity.
 * @throws WorkflowNotFoundError where no run is open; MessageRefused, NoAnswer, Unreachable
 */
export async function deliver(
  temporal: Client,
  workflowId: string,
  name: string,
  kind: 'signal' | 'update',
  message: Addressed,
  answerTimeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Delivery> {
  const handle = temporal.workflow.getHandle(workflowId);
  if (kind === 'update') return ask(temporal, handle, name, message, answerTimeoutMs);
  await callTemporal(temporal, () => handle.signal<[Message<unknown>]>(name, message));
  return { outcome: 'accepted' };
}

/**
 * The operation signature serves as update id, so that the server answers a repeat within a run, and the inbox one across runs.
 * It holds the content too: the inbox shall see, and refuse, other content under a used message id.
 */
async function ask(
  temporal: Client,
  handle: WorkflowHandle,
  name: string,
  message: Addressed,
  timeoutMs: number,
): Promise<Answer> {
  const { messageId } = message.envelope;
  const updateId = `${name}:${messageId}:${digest(message.data)}`;
  const deadline = Date.now() + timeoutMs;
  let pauseMs: number = AT_LIMIT_PAUSE_MS.first;
  for (let cutOff = 0; ;) {
    try {
      return await temporal.withDeadline(deadline, () =>
        handle.executeUpdate<Answer, [Message<unknown>]>(name, { args: [message], updateId }),
      );
    } catch (err) {
      if (wasCutOff(err) && ++cutOff < CUT_OFF_LIMIT) continue;
      if (isAtLimit(err) && Date.now() + pauseMs < deadline) {
        await pause(pauseMs * (0.5 + Math.random() / 2));
        pauseMs = Math.min(pauseMs * 2, AT_LIMIT_PAUSE_MS.longest);
        continue;
      }
      if (err instanceof WorkflowUpdateRPCTimeoutOrCancelledError) throw new NoAnswer(messageId, timeoutMs);
      throw refusal(err) ?? unreachable(err) ?? err;
    }
  }
}

/** The entity's refusal of an update, in the client's words. */
function refusal(err: unknown): MessageRefused | undefined {
  if (!(err instanceof WorkflowUpdateFailedError) || !(err.cause instanceof ApplicationFailure)) return undefined;
  const { type, message, details } = err.cause;
  if (type === 'MalformedMessage') return new MessageRefused('malformed', message);
  const answer = details?.[0] as Partial<Answer> | undefined;
  return new MessageRefused(answer?.code ?? type ?? 'refused', message, answer?.state);
}

function wasCutOff(err: unknown): boolean {
  return (
    err instanceof WorkflowUpdateFailedError &&
    err.cause instanceof ApplicationFailure &&
    err.cause.type === 'AcceptedUpdateCompletedWorkflow'
  );
}
