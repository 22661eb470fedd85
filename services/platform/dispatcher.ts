/**
 * Sends callbacks to the gateway: durably, at least once, within milliseconds of the commit when all is well.
 *
 * A callback is a row of `svc_<service>.callback`, written in the statement of its effect with a lease on itself. After the
 * commit the row is handed to this process directly, so the normal way costs no read. Whatever is left over (a kill between
 * commit and sending, a failed attempt) is found by the poll once its lease or its pause is over; `FOR UPDATE SKIP LOCKED` lets
 * several processes poll the same tables.
 */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import { signWebhook } from '../../events/webhook.js';
import { inScope } from '../../telemetry/scope.js';
import { contextOf, traced } from '../../telemetry/tracing.js';
import { ServicesConfig, type ServiceName } from '../config.js';
import type { Callback } from './callback.js';
import { Database } from './database.js';
import { callsBack } from './operations.js';

/** Callbacks on their way at the same time. */
const CONCURRENCY = 16;
/** Beyond this many in memory, new ones are left to the poll. */
const QUEUE_LIMIT = 10_000;
const ATTEMPT_TIMEOUT_MS = 8_000;
/** How long a process may hold a callback before another may take it; above the attempt's time-out. */
const LEASE_MS = 10_000;
const POLL_MS = 500;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** The gateway's final no: the entity is unknown, closed, or does not take this message. Asking again would change nothing. */
const REFUSALS = new Set([404, 409, 410, 422]);

/**
 * Definition of a service's callback table. `status`: pending, delivered, refused by the gateway with `last_status`, or lost by a
 * fault switch.
 */
export const callbackTable = (schema: string): string => `
  CREATE TABLE IF NOT EXISTS ${schema}.callback (
    id uuid PRIMARY KEY,
    type text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    status text NOT NULL DEFAULT 'pending',
    failures int NOT NULL DEFAULT 0,
    last_status int,
    due_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz
  );
  ALTER TABLE ${schema}.callback
    DROP CONSTRAINT IF EXISTS callback_status_check,
    ADD CONSTRAINT callback_status_check CHECK (status IN ('pending', 'delivered', 'refused', 'lost'));
  CREATE INDEX IF NOT EXISTS callback_due ON ${schema}.callback (due_at) WHERE status = 'pending';`;

interface Item extends Callback {
  readonly service: ServiceName;
  /** Attempts that failed so far. */
  readonly failures: number;
}

/** A callback whose time has not come. */
interface Waiting {
  readonly item: Item;
  readonly timer: NodeJS.Timeout;
}

@Injectable()
export class CallbackDispatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger('callbacks');
  readonly #queue: Item[] = [];
  /** Ids that this process holds, waiting or on their way: the poll must not add them a second time. */
  readonly #held = new Set<string>();
  readonly #sending = new Set<Promise<void>>();
  readonly #waiting = new Set<Waiting>();
  readonly #delivered = new Map<ServiceName, string[]>();
  #confirming: Promise<void> | undefined;
  #poll: NodeJS.Timeout | undefined;
  #polling: Promise<void> = Promise.resolve();
  /** The last poll could not read the database. */
  #blind = false;
  #stopped = false;

  constructor(
    private readonly config: ServicesConfig,
    private readonly database: Database,
  ) {}

  /** How far ahead a new callback is due for the poll, in milliseconds: its delay and the lease of the process that writes it. */
  get firstDueMs(): number {
    return this.config.callbackDelayMs + LEASE_MS;
  }

  /** Takes callbacks whose rows have just been committed. */
  accept(service: ServiceName, callbacks: readonly Callback[]): void {
    if (this.#stopped || this.#held.size > QUEUE_LIMIT) return;
    for (const one of callbacks) {
      if (one.fate?.lost) continue;
      const item: Item = { ...one, service, failures: 0 };
      this.#held.add(item.id);
      const delayMs = this.config.callbackDelayMs + (one.fate?.delayMs ?? 0);
      if (delayMs === 0) this.#enqueue(item);
      else this.#wait(item, delayMs);
    }
    this.#pump();
  }

  #wait(item: Item, delayMs: number): void {
    const waiting: Waiting = { item, timer: setTimeout(() => this.#endWait(waiting), delayMs) };
    this.#waiting.add(waiting);
  }

  #endWait(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    this.#enqueue(waiting.item);
    this.#pump();
  }

  #enqueue(item: Item): void {
    this.#queue.push(item);
    if (item.fate?.twice) this.#queue.push(item);
  }

  /** Those that were to be overtaken have been. */
  #overtaken(by: Item): void {
    if (this.#stopped) return;
    for (const waiting of this.#waiting) {
      if (waiting.item.fate?.behindNext && waiting.item.subject === by.subject) this.#endWait(waiting);
    }
  }

  onApplicationBootstrap(): void {
    this.#schedulePoll(0);
  }

  /** Lets the attempts under way end, and takes no new ones; the rows of the others stay pending for the next start. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#poll);
    for (const { timer } of this.#waiting) clearTimeout(timer);
    await this.#polling;
    await Promise.all(this.#sending);
    await this.#confirming;
  }

  #schedulePoll(inMs: number): void {
    this.#poll = setTimeout(() => {
      this.#polling = this.#takeDue()
        .then(
          () => (this.#blind = false),
          (error: unknown) => {
            // Once per outage, not twice a second.
            if (!this.#blind) this.#log.warn({ reason: (error as Error).message }, 'due callbacks cannot be read');
            this.#blind = true;
          },
        )
        .then(() => {
          if (!this.#stopped) this.#schedulePoll(POLL_MS);
        });
    }, inMs);
  }

  async #takeDue(): Promise<void> {
    for (const service of this.config.services.filter(callsBack)) {
      if (this.#stopped || this.#queue.length >= 4 * CONCURRENCY) return;
      const table = `svc_${service}.callback`;
      const due = await this.database.query<Callback & { failures: number }>(
        `UPDATE ${table} SET due_at = now() + $1 * interval '1 ms'
         WHERE id IN (
           SELECT id FROM ${table} WHERE status = 'pending' AND due_at <= now()
           ORDER BY due_at LIMIT ${8 * CONCURRENCY} FOR UPDATE SKIP LOCKED
         )
         RETURNING id, type, subject, body, failures`,
        [LEASE_MS],
      );
      for (const row of due) {
        if (this.#held.has(row.id)) continue;
        this.#held.add(row.id);
        this.#queue.push({ ...row, service });
      }
      this.#pump();
    }
  }

  #pump(): void {
    while (!this.#stopped && this.#sending.size < CONCURRENCY) {
      const item = this.#queue.shift();
      if (!item) return;
      const sending = this.#send(item).finally(() => {
        this.#sending.delete(sending);
        this.#pump();
      });
      this.#sending.add(sending);
    }
  }

  /** One attempt and its consequence. Never rejects: what the database does not take now, the lease brings back. */
  async #send(item: Item): Promise<void> {
    try {
      const status = await within(item, () => this.#post(item));
      if (status >= 200 && status < 300) {
        this.#confirm(item);
        this.#overtaken(item);
      } else if (REFUSALS.has(status)) await this.#refuse(item, status);
      else await this.#postpone(item, status);
    } catch (error) {
      this.#log.warn(
        { id: item.id, reason: (error as Error).message },
        'the outcome of a callback is not on record yet',
      );
    } finally {
      this.#held.delete(item.id);
    }
  }

  /** @returns the gateway's status, or 0 where it does not answer. */
  async #post({ id, service, body }: Item): Promise<number> {
    const timestampSeconds = Math.floor(Date.now() / 1000);
    try {
      const response = await fetch(`${this.config.gatewayUrl}/callbacks/${service}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/cloudevents+json',
          'webhook-id': id,
          'webhook-timestamp': String(timestampSeconds),
          'webhook-signature': signWebhook(this.config.callbackSecret, id, timestampSeconds, body),
        },
        body,
        signal: AbortSignal.timeout(ATTEMPT_TIMEOUT_MS),
      });
      await response.arrayBuffer(); // frees the connection for the next callback
      return response.status;
    } catch {
      return 0;
    }
  }

  /** Notes a delivery; while one confirmation is written, the next ones gather and share a statement. */
  #confirm(item: Item): void {
    const ids = this.#delivered.get(item.service) ?? [];
    ids.push(item.id);
    this.#delivered.set(item.service, ids);
    this.#confirming ??= this.#writeConfirmations();
  }

  async #writeConfirmations(): Promise<void> {
    while (this.#delivered.size > 0) {
      const batch = [...this.#delivered];
      this.#delivered.clear();
      for (const [service, ids] of batch) {
        await this.database
          .query(
            `UPDATE svc_${service}.callback SET status = 'delivered', last_status = NULL, settled_at = now()
             WHERE id = ANY($1::uuid[]) AND status = 'pending'`,
            [ids],
          )
          // Still pending then, and sent again: at least once, and the receiver recognises the id.
          .catch((error: unknown) =>
            this.#log.warn(
              { reason: (error as Error).message, callbacks: ids.length },
              'deliveries are not on record yet',
            ),
          );
      }
    }
    // In the same step as the loop's last look, so that no delivery falls between.
    this.#confirming = undefined;
  }

  async #refuse(item: Item, status: number): Promise<void> {
    this.#log.warn(
      { id: item.id, type: item.type, subject: item.subject, status },
      'the gateway refused a callback for good',
    );
    await this.database.query(
      `UPDATE svc_${item.service}.callback SET status = 'refused', last_status = $2, settled_at = now()
       WHERE id = $1 AND status = 'pending'`,
      [item.id, status],
    );
  }

  async #postpone(item: Item, status: number): Promise<void> {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(item.failures, 20));
    // Once per callback: a gateway that is away for minutes must not fill the log.
    if (item.failures === 0) {
      this.#log.warn(
        { id: item.id, type: item.type, status: status || 'no answer' },
        'a callback failed and will be repeated',
      );
    }
    await this.database.query(
      `UPDATE svc_${item.service}.callback
       SET failures = failures + 1, last_status = $2, due_at = now() + $3 * interval '1 ms'
       WHERE id = $1 AND status = 'pending'`,
      [item.id, status || null, Math.round(pauseMs * (0.8 + 0.2 * Math.random()))],
    );
  }
}

/** An attempt goes on in the trace of the call that led to it. */
function within<T>({ id, type, subject, body }: Item, attempt: () => Promise<T>): Promise<T> {
  const { traceparent } = body.includes('"traceparent"') ? (JSON.parse(body) as { traceparent?: string }) : {};
  const span = { name: `callback ${type}`, kind: SpanKind.PRODUCER, parent: contextOf(traceparent) };
  return inScope({ eventId: id, workflowId: subject }, () =>
    traced({ ...span, attributes: { 'messaging.message.id': id, 'temporal.workflow.id': subject } }, attempt),
  );
}
