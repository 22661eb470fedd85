/**
 * What every service does with every call: recognise its Idempotency-Key, and write the answer, the effect and the promised
 * callbacks in one statement, so that none is ever there without the others. A happy call costs one round trip for all of it.
 */
import { createHash } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { DatabaseError } from 'pg';
import type { ServiceName } from '../config.js';
import type { Callback } from './callback.js';
import { Database } from './database.js';
import { callbackTable, CallbackDispatcher, callsBack } from './dispatcher.js';
import { Problem } from './problem.js';

/** What a call is answered with: the HTTP status and the JSON body. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {}
}

/** A call as the store knows it. */
export interface Call {
  /** Its Idempotency-Key. */
  readonly key: string;
  /** What is asked, e.g. `requestPayment`; part of what a repeat must equal. */
  readonly operation: string;
  /** The request, path parameters included. */
  readonly input: object;
}

/** Rows that a call inserts into one table of the service. Keys are column names; every column is given. */
interface Insert {
  readonly table: string;
  readonly rows: readonly object[];
  /** Appended to the INSERT: `ON CONFLICT … DO UPDATE …`. */
  readonly onConflict?: string;
}

/** What a call comes to. */
interface Decision {
  readonly answer: Answer;
  readonly inserts?: readonly Insert[];
  readonly callbacks?: readonly Callback[];
  /** By constraint name: the refusal that its violation means. Nothing of the call is written then but the refusal. */
  readonly refusals?: Readonly<Record<string, () => Problem>>;
}

/** The tables and calls of one service; `schema` is its own. */
export class ServiceStore {
  readonly schema: string;

  constructor(
    readonly service: ServiceName,
    readonly database: Database,
    private readonly dispatcher: CallbackDispatcher,
  ) {
    this.schema = `svc_${service}`;
  }

  /**
   * Creates the service's schema and tables where they are lacking; safe to repeat and in two processes at once.
   * @param tables `CREATE … IF NOT EXISTS` statements with the schema's name
   */
  async migrate(tables: string): Promise<void> {
    await this.database.migrate(`
      CREATE SCHEMA IF NOT EXISTS ${this.schema};
      CREATE TABLE IF NOT EXISTS ${this.schema}.request (
        key text PRIMARY KEY,
        operation text NOT NULL,
        fingerprint text NOT NULL,
        status int NOT NULL,
        answer json NOT NULL,
        recorded_at timestamptz NOT NULL DEFAULT now()
      );
      ${callsBack(this.service) ? callbackTable(this.schema) : ''}
      ${tables}`);
  }

  /**
   * Answers a call once. A repeat of the key gets the first answer again, business refusals included: a caller that was refused
   * and went another way must not be surprised by a late repeat that is accepted.
   * @param decide the service's rule; reads, but writes nothing. A Problem that it throws is the answer. Runs again on a repeat,
   *   whose outcome is then dropped.
   * @throws Problem 422 `IdempotencyKeyReused` where the key belongs to another request
   */
  async once(call: Call, decide: () => Decision | Promise<Decision>): Promise<Answer> {
    const decision = await settled(decide);
    try {
      return await this.#record(call, decision);
    } catch (error) {
      const refusal = error instanceof DatabaseError ? decision.refusals?.[error.constraint ?? ''] : undefined;
      if (!refusal) throw error;
      return this.#record(call, refused(refusal()));
    }
  }

  async #record(call: Call, { answer, inserts = [], callbacks = [] }: Decision): Promise<Answer> {
    const fingerprint = digest(call);
    const values: unknown[] = [call.key, call.operation, fingerprint, answer.status, JSON.stringify(answer.body)];
    const parts = [
      `request AS (
         INSERT INTO ${this.schema}.request (key, operation, fingerprint, status, answer) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (key) DO NOTHING RETURNING key
       )`,
    ];
    // Each effect selects FROM request: where the key was taken, that is empty, and nothing is written.
    for (const [i, { table, rows, onConflict = '' }] of inserts.entries()) {
      const name = `${this.schema}.${table}`;
      const n = values.push(JSON.stringify(rows));
      parts.push(
        `effect_${i} AS (
           INSERT INTO ${name} SELECT r.* FROM request, jsonb_populate_recordset(NULL::${name}, $${n}::jsonb) r ${onConflict}
         )`,
      );
    }
    if (callbacks.length > 0) {
      const n = values.push(JSON.stringify(callbacks), this.dispatcher.firstDueMs);
      parts.push(
        `callback AS (
           INSERT INTO ${this.schema}.callback (id, type, subject, body, due_at)
           SELECT c.id, c.type, c.subject, c.body, now() + $${n} * interval '1 ms'
           FROM request, jsonb_to_recordset($${n - 1}::jsonb) AS c (id uuid, type text, subject text, body text)
         )`,
      );
    }
    const written = await this.database.query(`WITH ${parts.join(', ')} SELECT key FROM request`, values);
    if (written.length === 0) return this.#firstAnswer(call, fingerprint);
    this.dispatcher.accept(this.service, callbacks);
    return answer;
  }

  async #firstAnswer(call: Call, fingerprint: string): Promise<Answer> {
    const [first] = await this.database.query<{ fingerprint: string; status: number; answer: unknown }>(
      `SELECT fingerprint, status, answer FROM ${this.schema}.request WHERE key = $1`,
      [call.key],
    );
    if (first?.fingerprint === fingerprint) return new Answer(first.status, first.answer);
    throw new Problem(
      422,
      'IdempotencyKeyReused',
      `header Idempotency-Key is ${call.key}, which was used for another request to ${this.service}; ` +
        'repeat a call with the same body, and give a new call a new key',
    );
  }
}

/** The store of a service, for the providers of its module. */
export const storeOf = (service: ServiceName): Provider => ({
  provide: ServiceStore,
  useFactory: (database: Database, dispatcher: CallbackDispatcher) => new ServiceStore(service, database, dispatcher),
  inject: [Database, CallbackDispatcher],
});

async function settled(decide: () => Decision | Promise<Decision>): Promise<Decision> {
  try {
    return await decide();
  } catch (error) {
    // 4xx is the rule's own no; 5xx (no database) says nothing about the call and must not become its answer.
    if (error instanceof Problem && error.status < 500) return refused(error);
    throw error;
  }
}

const refused = (problem: Problem): Decision => ({ answer: new Answer(problem.status, problem.body()) });

/** Digest of operation and input, whatever the order of the input's fields. */
function digest({ operation, input }: Call): string {
  return createHash('sha256').update(operation).update(JSON.stringify(input, sorted)).digest('hex');
}

function sorted(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
