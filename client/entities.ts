/** The typed client of one lifecycle. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowFailedError, type Client } from '@temporalio/client';
import type { Actor, Envelope } from '../workflows/lifecycle/entry.js';
import type { Profile } from '../workflows/lifecycle/message.js';
import type { LifecycleBinding, Understood } from './binding.js';
import { checkedMessage, deliver } from './deliver.js';
import { EntityStopped, OutcomeTimeout, Unreachable } from './errors.js';
import type { Delivery, GatewayClient } from './gateway.js';
import { start, type LookUp } from './start.js';
import { submit, type Submitted, type SubmissionFrame } from './submit.js';
import { isNotFound, unreachable } from './temporal.js';
import type { EntitySummary, Explanation, JournalLine, ListFilter, TotalsView } from './views.js';

/** Version of the messages' schemas that this client sends. */
const SCHEMA_VERSION = 1;

/** Pause before Temporal is asked again after it could not be reached while waiting for an outcome, in milliseconds. */
const RETRY_PAUSE_MS = 1_000;

/** Between two looks at the record while waiting for an outcome, in milliseconds. */
const RECORD_PAUSE_MS = 2_000;

/** What every entity client shares. */
export interface Sender {
  readonly temporal: Client;
  readonly gateway: GatewayClient;
  /** URI reference of the sending system, e.g. `/services/call-centre`. */
  readonly source: string;
  /** Who acts unless a message says otherwise. */
  readonly actor: Actor;
}

/** Who says so, and since when. */
export interface SendOptions {
  /** Default: the client's own actor. */
  readonly actor?: Actor;
  readonly correlationId?: string;
  readonly causationId?: string;
  /** ISO-8601 instant of the sender's clock; default now. */
  readonly occurredAt?: string;
}

/** How to send one message. */
export interface MessageOptions extends SendOptions {
  /** Key under which a repeat is recognised and gets the first answer. Default: a new UUID, so nothing is a repeat. */
  readonly messageId?: string;
  /** How long to wait for the answer of an update, in milliseconds. Default 30 s. */
  readonly timeoutMs?: number;
}

/** How to submit. */
export interface SubmitOptions extends SendOptions {
  /** How durations scale; fixed for the entity's life. Default `standard`. */
  readonly profile?: Profile;
  /**
   * Digest of what the notice was made from (a row, a form), where that says more than the notice. The same key with another
   * basis is a conflict, not a repeat.
   */
  readonly basis?: string;
}

/** Submits, messages and reads the entities of one lifecycle. */
export class EntityClient<Notice, Messages, Result> {
  /** @param resultOf the result of an entity that Temporal has forgotten, from its record */
  constructor(
    protected readonly sender: Sender,
    private readonly binding: LifecycleBinding<Notice, Messages>,
    private readonly resultOf: (explanation: Explanation) => Result | undefined,
  ) {}

  /**
   * Starts an entity. A repeat with the same content gets the first answer, with `started: false`. Of a catastrophe whose claims
   * are admitted at a rate, the gateway may keep it in line; the answer then says `waiting`.
   * @throws InvalidMessage, ConflictingSubmission, Unreachable
   */
  submit(notice: Notice, options: SubmitOptions = {}): Promise<Submitted> {
    const { temporal, gateway } = this.sender;
    const lookUp: LookUp = (lifecycle, id) => gateway.submission(lifecycle, id);
    const frame: SubmissionFrame = {
      envelope: this.frame(options),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
      ...(options.basis === undefined ? {} : { basis: options.basis }),
    };
    return submit(
      temporal,
      {
        lookUp,
        openCatastrophes: () => gateway.catastrophes.open(),
        admit: async (order, given) => {
          try {
            return await gateway.submit(this.binding.name, order.id, given, frame);
          } catch (err) {
            if (!(err instanceof Unreachable)) throw err;
            // A claim is never turned away: without the gateway it starts at once. Should the gateway have it in line, it is the same.
            return start(temporal, lookUp, order);
          }
        },
      },
      this.binding,
      notice,
      frame,
    );
  }

  /**
   * Sends a message: one of the lifecycle's own, or one that every entity understands (review tasks, clocks, holds). A signal is
   * `accepted` once Temporal holds it; an update is answered by the entity.
   * @throws InvalidMessage, UnknownEntity, EntityClosed, MessageRefused, NoAnswer, Unreachable
   */
  async message<Name extends keyof Understood<Messages> & string>(
    id: string,
    name: Name,
    data: Understood<Messages>[Name],
    options: MessageOptions = {},
  ): Promise<Delivery> {
    const checked = checkedMessage(this.binding, name, data);
    const envelope: Envelope = {
      ...this.frame(options),
      entityId: id,
      messageId: options.messageId ?? randomUUID(),
    };
    const message = { envelope, data: checked.data };
    try {
      const { temporal } = this.sender;
      return await deliver(temporal, this.binding.workflowId(id), name, checked.kind, message, options.timeoutMs);
    } catch (err) {
      if (!isNotFound(err)) throw err;
      // No open run: the gateway knows whether the entity is closed, already had this message, or never was, and keeps it.
      return this.sender.gateway.message(this.binding.name, id, name, message);
    }
  }

  /**
   * State, since, why, what it waits for and what comes next. Works without workers.
   * @param at as it was at this moment; default: now
   * @throws UnknownEntity, Unreachable
   */
  explain(id: string, at?: string): Promise<Explanation> {
    return this.sender.gateway.explain(this.binding.name, id, at);
  }

  /** All entities that fit, page by page. @throws Unreachable */
  list(filter: ListFilter = {}, pageSize = 100): AsyncGenerator<EntitySummary, void, void> {
    return this.sender.gateway.list(this.binding.name, filter, pageSize);
  }

  /** How many entities a filter finds, and what they come to. @throws Unreachable */
  totals(filter: ListFilter = {}): Promise<TotalsView> {
    return this.sender.gateway.totals(this.binding.name, filter);
  }

  /** The journal, oldest entry first, page by page. @throws UnknownEntity, Unreachable */
  async *journal(id: string, pageSize = 500): AsyncGenerator<JournalLine, void, void> {
    for (let after = 0; ;) {
      const { items } = await this.sender.gateway.journal(this.binding.name, id, { after, limit: pageSize });
      yield* items;
      const last = items.at(-1);
      if (!last || items.length < pageSize) return;
      after = last.sequence;
    }
  }

  /** Summaries of the ids that exist; at most 500 at a time. @throws Unreachable */
  lookup(ids: readonly string[]): Promise<readonly EntitySummary[]> {
    return this.sender.gateway.lookup(this.binding.name, ids);
  }

  /**
   * Waits until the entity has ended, over restarts of Temporal and continue-as-new. It is over when its record says so, also where
   * its run goes on for the sake of evidence that came late.
   * @throws OutcomeTimeout, EntityStopped, UnknownEntity
   */
  async waitForOutcome(id: string, { timeoutMs = 60_000 }: { readonly timeoutMs?: number } = {}): Promise<Result> {
    const over = new AbortController();
    const patience = AbortSignal.any([AbortSignal.timeout(timeoutMs), over.signal]);
    const sources = [this.runsResult(id, patience), this.closedOnRecord(id, patience)];
    try {
      // Either ends without an answer only when the time is over.
      const result = (await Promise.race(sources)) ?? (await Promise.all(sources)).find((found) => found !== undefined);
      if (result === undefined) throw new OutcomeTimeout(this.binding.name, id, timeoutMs);
      return result;
    } finally {
      over.abort();
      await Promise.allSettled(sources);
    }
  }

  /** The result of the entity's run; undefined where patience ended first. */
  private async runsResult(id: string, patience: AbortSignal): Promise<Result | undefined> {
    const { temporal } = this.sender;
    while (!patience.aborted) {
      try {
        return await temporal.withAbortSignal(patience, () =>
          temporal.workflow.result<() => Promise<Result>>(this.binding.workflowId(id), undefined, { followRuns: true }),
        );
      } catch (err) {
        if (patience.aborted) break;
        if (isNotFound(err)) return this.recordedResult(id, 'its run is no longer known to Temporal');
        if (err instanceof WorkflowFailedError) return this.recordedResult(id, err.cause?.message ?? err.message, err);
        if (!unreachable(err)) throw err;
      }
      await pauseUnless(patience, RETRY_PAUSE_MS);
    }
    return undefined;
  }

  /** The result on record once it says that the entity is closed; undefined where patience ended first. */
  private async closedOnRecord(id: string, patience: AbortSignal): Promise<Result | undefined> {
    while (await pauseUnless(patience, RECORD_PAUSE_MS)) {
      const [entity] = await this.lookup([id]).catch((err: unknown) => {
        // The run alone can tell, as long as nobody can say what is on record.
        if (err instanceof Unreachable) return [];
        throw err;
      });
      if (entity?.closed) return this.recordedResult(id, 'its record has no outcome');
    }
    return undefined;
  }

  private async recordedResult(id: string, how: string, cause?: unknown): Promise<Result> {
    let explanation: Explanation | undefined;
    try {
      explanation = await this.explain(id);
    } catch (err) {
      if (cause === undefined || !(err instanceof Unreachable)) throw err;
    }
    const result = explanation?.closed ? this.resultOf(explanation) : undefined;
    if (result === undefined) throw new EntityStopped(this.binding.name, id, how, { cause });
    return result;
  }

  private frame(options: SendOptions): Omit<Envelope, 'entityId' | 'messageId'> {
    return {
      occurredAt: options.occurredAt ?? new Date().toISOString(),
      source: this.sender.source,
      actor: options.actor ?? this.sender.actor,
      schemaVersion: SCHEMA_VERSION,
      ...(options.correlationId === undefined ? {} : { correlationId: options.correlationId }),
      ...(options.causationId === undefined ? {} : { causationId: options.causationId }),
    };
  }
}

/** Pauses, and says whether there is still patience. */
async function pauseUnless(patience: AbortSignal, ms: number): Promise<boolean> {
  await pause(ms, undefined, { signal: patience }).catch(() => undefined);
  return !patience.aborted;
}
