/**
 * The one door through which every signal and update comes, one at a time, in the order Temporal hands them over.
 *
 * Each message is judged at once, against the state as it is, and ends in the journal as applied, held, duplicate, late or
 * rejected. A repeat (same action, same message id, same content) gets the first answer again. Nothing here ever waits for
 * another message.
 */
import { digest } from './canonical.js';
import type { MessageRule } from './definition.js';
import type { Actor, Envelope, MessageOutcome, MessageRecord } from './entry.js';
import type { Answer, Answers, HeldMessage, Message } from './message.js';
import { misfits, type Shape } from './shape.js';
import type { Effect } from './spec.js';

/** A sender that did not say who it is. */
export const UNIDENTIFIED: Actor = { kind: 'service', id: 'unidentified', authenticated: 'temporal' };

/** Messages held at the same time; one more is rejected with `inboxFull`. */
const MOST_HELD = 100;
/** Answers kept for repeats; the oldest is forgotten first. */
const MOST_ANSWERS = 1000;

/** What a message does once it is let in: nothing, for one whose time has not come or has passed. */
export type AppliedEffect = Extract<Effect<string>, { readonly apply: unknown }>;

/** What the inbox needs of its entity. */
export interface InboxOwner {
  readonly id: string;
  readonly state: string;
  /** Sequence of the entry that was journaled last. */
  readonly sequence: number;
  /** The entity has ended, and the message takes it up again. */
  isReopenedBy(name: string): boolean;
  /** The message's effect by the lifecycle's own rule, or by the kernel's. */
  effect(message: HeldMessage): Effect<string>;
  /** What late evidence leaves behind: a review task. */
  lateTask(name: string): AppliedEffect;
  /** Journals the message (and the move it causes); returns the sequence of the message's entry. */
  journal(record: MessageRecord, envelope: Envelope, effect?: AppliedEffect, code?: string): number;
  /** The current state's deadline, if it has one. */
  readonly deadlineAt: string | undefined;
}

export class Inbox {
  private readonly answers = new Map<string, readonly [digest: string, answer: Answer]>();
  private held: HeldMessage[];
  private closed = false;

  constructor(
    private readonly owner: InboxOwner,
    private readonly rules: Readonly<Record<string, MessageRule>>,
    private readonly shapes: Readonly<Record<string, Shape>>,
    before: { readonly answers: Answers; readonly held: readonly HeldMessage[] } = { answers: [], held: [] },
  ) {
    for (const [signature, digest, answer] of before.answers) this.answers.set(signature, [digest, answer]);
    this.held = [...before.held];
  }

  /** What the next run of the entity has to know. */
  snapshot(): { readonly answers: Answers; readonly held: readonly HeldMessage[] } {
    return {
      answers: [...this.answers].map(([signature, [digest, answer]]) => [signature, digest, answer]),
      held: this.held,
    };
  }

  /** Judges one message and answers it. Never throws: a signal handler that throws would fail the workflow. */
  receive(name: string, message: unknown): Answer {
    // A signal may bear any name, `constructor` too.
    const rule = Object.hasOwn(this.rules, name) ? this.rules[name] : undefined;
    const received = this.complete(name, message);
    if (!rule) return this.settle(received, 'rejected', 'unknownMessage');
    if (faultsOfMessage(this.shapes[name], message).length > 0) return this.settle(received, 'rejected', 'malformed');
    // Refusals of the envelope are not remembered: mended, the same message is judged anew.
    if (received.envelope.entityId !== this.owner.id) return this.settle(received, 'rejected', 'wrongEntity');
    if (rule.needsActor && received.envelope.actor.id === UNIDENTIFIED.id) {
      return this.settle(received, 'rejected', 'actorMissing');
    }

    const signature = `${name}:${received.envelope.messageId}`;
    const first = this.answers.get(signature);
    if (first) {
      const [firstDigest, answer] = first;
      if (firstDigest !== received.digest) return this.settle(received, 'rejected', 'messageIdReused');
      if (rule.late !== 'ignore') this.settle(received, 'duplicate');
      return answer;
    }
    const answer = this.judge(rule, received);
    if (!answer) return { outcome: 'late', state: this.owner.state, sequence: this.owner.sequence };
    this.remember(signature, received.digest, answer);
    return answer;
  }

  /** Applies what was held for the state just entered. A held message may move the entity on; the rest then waits for that state. */
  release(): void {
    const state = this.owner.state;
    const due = this.held.find((message) => this.rules[message.name]?.in.includes(state));
    if (!due) return;
    this.held = this.held.filter((message) => message !== due);
    this.apply(due);
    this.release();
  }

  /** In a terminal state nothing may stay held: what nobody asked for any more is late. */
  retire(): void {
    for (const message of this.held.splice(0)) {
      const task = !this.closed && this.rules[message.name]?.late === 'task';
      this.settle(message, 'late', 'neverAwaited', task ? this.owner.lateTask(message.name) : undefined);
    }
  }

  /** The run is cut short: whatever comes from now on is late, and opens no task that nobody could work on. */
  close(): void {
    this.closed = true;
    this.retire();
  }

  /** @returns undefined for what leaves no trace */
  private judge(rule: MessageRule, received: HeldMessage): Answer | undefined {
    const applies = rule.in.includes(this.owner.state) || this.owner.isReopenedBy(received.name);
    if (!this.closed && applies) return this.apply(received);
    if (!this.closed && rule.early?.includes(this.owner.state)) {
      if (this.held.length >= MOST_HELD) return this.settle(received, 'rejected', 'inboxFull');
      this.held.push(received);
      return this.settle(received, 'held');
    }
    return this.late(rule, received);
  }

  private late(rule: MessageRule, received: HeldMessage): Answer | undefined {
    switch (this.closed && rule.late === 'task' ? 'record' : rule.late) {
      case 'reject':
        return this.settle(received, 'rejected', 'wrongState');
      case 'record':
        return this.settle(received, 'late');
      case 'task':
        return this.settle(received, 'late', undefined, this.owner.lateTask(received.name));
      case 'ignore':
        return undefined;
    }
  }

  private apply(received: HeldMessage): Answer {
    const effect = this.owner.effect(received);
    if ('ignore' in effect) return { outcome: 'late', state: this.owner.state, sequence: this.owner.sequence };
    if ('reject' in effect) return this.settle(received, 'rejected', effect.reject);
    return this.settle(received, 'applied', effect.code, effect);
  }

  private settle(received: HeldMessage, outcome: MessageOutcome, code?: string, effect?: AppliedEffect): Answer {
    const { envelope, name, receivedAt } = received;
    const overdue = outcome === 'applied' && this.owner.deadlineAt !== undefined && receivedAt >= this.owner.deadlineAt;
    const sequence = this.owner.journal(
      {
        name,
        messageId: envelope.messageId,
        outcome,
        source: envelope.source,
        occurredAt: envelope.occurredAt,
        receivedAt,
        schemaVersion: envelope.schemaVersion,
        digest: received.digest,
        ...(overdue && { afterDeadline: true as const }),
        ...(effect?.move && { moves: true as const }),
        ...((outcome === 'held' || outcome === 'late') && { data: received.data }),
      },
      envelope,
      effect,
      code,
    );
    return { outcome, state: this.owner.state, sequence, ...(code !== undefined && { code }) };
  }

  private remember(signature: string, contentDigest: string, answer: Answer): void {
    if (this.answers.size >= MOST_ANSWERS) {
      const oldest = this.answers.keys().next().value;
      if (oldest !== undefined) this.answers.delete(oldest);
    }
    this.answers.set(signature, [contentDigest, answer]);
  }

  /** The rule for senders without a Throughline client: what the envelope does not say is filled in, never invented. */
  private complete(name: string, message: unknown): HeldMessage {
    const frame = misfits(MESSAGE, message, 'message').length === 0 ? (message as Message<unknown>) : undefined;
    const data = frame?.data;
    const contentDigest = digestOf(frame ? data : message);
    const receivedAt = new Date(Date.now()).toISOString();
    const given = frame?.envelope ?? {};
    return {
      name,
      data,
      digest: contentDigest,
      receivedAt,
      envelope: {
        entityId: this.owner.id,
        messageId: `anonymous:${contentDigest}`,
        occurredAt: receivedAt,
        source: 'unidentified',
        actor: UNIDENTIFIED,
        schemaVersion: 1,
        ...given,
      },
    };
  }
}

/**
 * What is wrong with the shape of a message: its frame, then its data. Empty when it fits.
 * @param shape of the data; without one the data may be any object.
 */
export function faultsOfMessage(shape: Shape | undefined, message: unknown): string[] {
  const faults = misfits(MESSAGE, message, 'message');
  return faults.length > 0 || !shape ? faults : misfits(shape, (message as Message<unknown>).data);
}

/** Content too deep to be walked is malformed anyway; it must not take the workflow with it. */
function digestOf(content: unknown): string {
  try {
    return digest(content);
  } catch {
    return 'unreadable';
  }
}

const text: Shape = { type: 'string', minLength: 1, maxLength: 256 };

/** The frame; the data inside has its own shape. */
const MESSAGE: Shape = {
  type: 'object',
  required: ['data'],
  properties: {
    data: { type: 'object' },
    envelope: {
      type: 'object',
      properties: {
        entityId: text,
        messageId: text,
        correlationId: text,
        causationId: text,
        sequence: { type: 'integer', minimum: 0 },
        occurredAt: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$' },
        source: text,
        schemaVersion: { type: 'integer', minimum: 1 },
        actor: {
          type: 'object',
          required: ['kind', 'id', 'authenticated'],
          properties: {
            kind: { enum: ['customer', 'staff', 'service', 'system'] },
            id: text,
            onBehalfOf: text,
            authenticated: { enum: ['none', 'hmac', 'token', 'temporal'] },
          },
        },
      },
    },
  },
};
