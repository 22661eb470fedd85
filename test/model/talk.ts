/** Speaks to one entity: turns the commands of its plan into signals and updates, as any sender may send them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { RawValue } from '@temporalio/common';
import { digest } from '../../workflows/lifecycle/canonical.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import type { EntityState, Envelope } from '../../workflows/lifecycle/entry.js';
import { KERNEL_MESSAGES, isKernelMessage, type KernelMessages } from '../../workflows/lifecycle/kernel-messages.js';
import { ACTORS, type Command, type Who } from './plan.js';
import { isAtRest } from './rest.js';

/** How long anything is waited for that should come at once: an answer, a query. In milliseconds of real time. */
const PATIENCE_MS = 10_000;

/** How long an entity may take to come to rest. In milliseconds of real time. */
const REST_MS = 8_000;
const REST_LOOK_MS = 50;

interface Sent {
  readonly name: string;
  readonly kind: 'signal' | 'update';
  readonly argument: unknown;
}

export class Talk {
  readonly handle: WorkflowHandle;
  private readonly sent: Sent[] = [];
  /** Whether a workflow worker is there, which could answer. Updates are not sent without. */
  attended = true;
  /** Whether the entity may come to rest: its records can be written. */
  restful = true;
  /** The worker keeps the entity in its memory. */
  remembered = false;
  private count = 0;
  /**
   * Its runs make way for new ones. Then no update is sent: this server loses the order in which the worker answered it, and no replay
   * finds that again. A real server keeps it.
   */
  private readonly renews: boolean;
  private seen: EntityState | undefined;

  constructor(
    private readonly client: Client,
    private readonly lifecycle: Lifecycle,
    private readonly id: string,
    /** Aborted when nobody listens any more. */
    private readonly over: AbortSignal,
  ) {
    // Of whatever run there is, as other services address it.
    this.renews = /-r\d+$/.test(id);
    this.handle = client.workflow.getHandle(`${lifecycle.name}/${id}`);
  }

  /** Does what a plan says. What is said to an entity that has ended is lost, as it may be. */
  async say(command: Command): Promise<void> {
    const made = await this.made(command);
    if (made) await this.send(made);
  }

  /** Looks at the entity, as it sees itself; undefined where it has never run. Needs a worker. */
  async look(): Promise<EntityState | undefined> {
    this.over.throwIfAborted();
    try {
      this.seen = await this.client.withDeadline(Date.now() + PATIENCE_MS, () =>
        this.handle.query<EntityState>('status'),
      );
    } catch {
      // It is gone; what was seen last is as good.
    }
    return this.seen;
  }

  /** A kernel message under an id of its own. */
  async kernel<Name extends keyof KernelMessages>(name: Name, data: KernelMessages[Name], who: Who): Promise<void> {
    const { kind } = KERNEL_MESSAGES[name];
    await this.send({ name, kind, argument: { envelope: this.envelope(this.nextId(name), who), data } });
  }

  /** A message of the lifecycle under an id of its own. */
  async message(name: string, data: unknown, who: Who): Promise<void> {
    await this.send({
      name,
      kind: this.kindOf(name),
      argument: { envelope: this.envelope(this.nextId(name), who), data },
    });
  }

  private async made(command: Command): Promise<Sent | undefined> {
    switch (command.say) {
      case 'message': {
        const { name, data, id, who, envelope } = command;
        const given = this.envelope(`${name}-${id}`, who);
        const frame = envelope === 'foreign' ? { ...given, entityId: 'another' } : given;
        return { name, kind: this.kindOf(name), argument: envelope === 'bare' ? { data } : { envelope: frame, data } };
      }
      case 'again':
        return this.sent[command.nth % Math.max(this.sent.length, 1)];
      case 'nonsense':
        return this.nonsense(command.how, command.nth);
      case 'hold': {
        const because = { hold: 'embargo', reasonCode: 'checked', reference: 'case-7' };
        const hold = Object.keys(this.lifecycle.holds ?? {})[0] ?? 'none';
        await this.kernel(command.what === 'place' ? 'placeHold' : 'releaseHold', { ...because, hold }, command.who);
        return undefined;
      }
      case 'resumed':
        await this.kernel('dependencyResumed', { dependency: command.dependency }, 'service');
        return undefined;
      case 'task':
      case 'clock':
      case 'correct':
        await this.work(command);
        return undefined;
    }
  }

  private nonsense(how: Extract<Command, { say: 'nonsense' }>['how'], nth: number): Sent {
    const name = pick(Object.keys(this.lifecycle.messages), nth) ?? '';
    switch (how) {
      case 'unknown':
        return { name: 'constructor', kind: 'signal', argument: { data: { nth } } };
      case 'undecodable':
        return { name, kind: this.kindOf(name), argument: BROKEN };
      case 'malformed':
        return { name, kind: this.kindOf(name), argument: { data: { nonsense: nth } } };
      case 'noMessage':
        return { name, kind: this.kindOf(name), argument: nth };
    }
  }

  /** What people do refers to what they saw last. */
  private async work(command: Extract<Command, { say: 'task' | 'clock' | 'correct' }>): Promise<void> {
    const state = this.seen;
    if (!state) return;
    const reasonCode = 'looked';
    if (command.say === 'correct') {
      const sequence = Number(pick(Object.keys(state.decisions), command.nth) ?? 1);
      return this.kernel('correctDecision', { sequence, reasonCode }, 'alice');
    }
    if (command.say === 'clock') {
      const clock = pick(Object.keys(state.clocks), command.nth) ?? 'noClock';
      const because = { clock, reasonCode, reference: 'bulletin-3' };
      const dueAt = new Date(Date.parse(state.since) + command.hours * 3_600_000).toISOString();
      if (command.what === 'move') return this.kernel('moveClock', { ...because, dueAt }, 'alice');
      return this.kernel(command.what === 'pause' ? 'pauseClock' : 'resumeClock', because, 'alice');
    }
    const { what, nth, who } = command;
    const taskId = pick(Object.keys(state.reviews), nth) ?? `${this.lifecycle.name}/${this.id}#1`;
    const proposal = state.reviews[taskId]?.proposal?.digest ?? digest('nothing');
    switch (what) {
      case 'assign':
        return this.kernel('assignReview', { taskId, assignee: ACTORS[who]?.id ?? 'alice' }, 'alice');
      case 'release':
        return this.kernel('releaseReview', { taskId }, who);
      case 'park':
        return this.kernel('parkReview', { taskId, reasonCode, until: '2090-01-01T00:00:00.000Z' }, who);
      case 'note':
        return this.kernel('noteReview', { taskId, note: 'note-1' }, who);
      case 'resolve':
        return this.kernel('resolveReview', { taskId, reasonCode, decision: 'seen' }, who);
      case 'approve':
        return this.kernel('approveReview', { taskId, proposal }, who);
      case 'decline':
        return this.kernel('declineReview', { taskId, proposal, reasonCode }, who);
    }
  }

  private async send(sent: Sent): Promise<void> {
    this.over.throwIfAborted();
    this.sent.push(sent);
    const { name, kind, argument } = sent;
    try {
      if (kind === 'signal') await this.handle.signal(name, argument);
      else await this.ask(name, argument);
    } catch {
      // The entity has ended.
    }
  }

  /**
   * An update comes alone (see {@link isScrambled}). Where no worker remembers the entity, a signal that leaves no trace comes before
   * it: a worker that reads this server's history anew takes the update for a part of the empty task before, which no later replay
   * does. It has an update id of its own: the server would answer a repeat by itself, and the inbox is
   * what is tried.
   */
  private async ask(name: string, argument: unknown): Promise<void> {
    if (this.renews || !this.attended || !this.restful || !(await this.atRest())) return;
    if (!this.remembered) {
      await this.handle.signal('dependencyResumed', { data: { dependency: 'nothing' } });
      if (!(await this.atRest())) return;
    }
    const handle = this.client.workflow.getHandle(this.handle.workflowId);
    const asked = (await handle.describe()).runId;
    let open = true;
    const answer = this.client
      .withDeadline(Date.now() + PATIENCE_MS, () =>
        handle.executeUpdate<unknown, [unknown]>(name, { args: [argument], updateId: randomUUID() }),
      )
      // Refused, cut off, or the entity has ended: history tells which.
      .then(nothing, nothing)
      .finally(() => (open = false));
    while (open && !this.over.aborted) {
      await Promise.race([answer, pause(300)]);
      // An answer that a continue-as-new cut off never comes.
      if (open && (await handle.describe()).runId !== asked) return;
    }
  }

  /** Waits until no task and no activity is under way; false where that does not come soon. */
  async atRest(): Promise<boolean> {
    for (
      const deadline = Date.now() + REST_MS;
      Date.now() < deadline && !this.over.aborted;
      await pause(REST_LOOK_MS)
    ) {
      const { events } = await this.handle.fetchHistory();
      if (isAtRest(events ?? [])) return true;
    }
    return false;
  }

  private envelope(messageId: string, who: Who): Partial<Envelope> {
    const actor = ACTORS[who];
    return {
      entityId: this.id,
      messageId,
      occurredAt: '2012-11-02T10:00:00.000Z',
      source: '/model',
      schemaVersion: 1,
      ...(actor && { actor }),
    };
  }

  private nextId(name: string): string {
    return `${name}-own-${++this.count}`;
  }

  private kindOf(name: string): 'signal' | 'update' {
    if (isKernelMessage(name)) return KERNEL_MESSAGES[name].kind;
    return this.lifecycle.messages[name]?.kind ?? 'signal';
  }
}

const nothing = () => undefined;
const bytes = (text: string) => new TextEncoder().encode(text);
const BROKEN = RawValue.fromPayload({ metadata: { encoding: bytes('json/plain') }, data: bytes('{"data":') });

function pick<T>(of: readonly T[], nth: number): T | undefined {
  return of[nth % Math.max(of.length, 1)];
}
