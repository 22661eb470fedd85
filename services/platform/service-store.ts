/**
 * What every service does with every call: recognise its Idempotency-Key, and write the answer, the effect and the promised
 * callbacks in one statement, so that none is ever there without the others. A happy call costs one round trip for all of it.
 * Where the answer depends on what others do at the same moment, calls take turns, and each is one transaction.
 */
import { createHash } from 'node:crypto';
import type { Provider } from '@nestjs/common';
import { DatabaseError } from 'pg';
import type { ServiceName } from '../config.js';
import type { Callback } from './callback.js';
import { FaultSwitches } from './faults.js';
import { Database, type Queries } from './database.js';
import { callbackTable, CallbackDispatcher } from './dispatcher.js';
import { callsBack } from './operations.js';
import { Problem } from './problem.js';
import { Turns } from './turns.js';

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
  /** Whether the rule itself knows how to say no where a fault switch asks for it. */
  readonly declines?: true;
}

/** Rows that a call inserts into one table of the service. Keys are column names; every column is given. */
export interface Insert {
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
  readonly #turns: Turns;

  constructor(
    readonly service: ServiceName,
    readonly database: Database,
    private readonly dispatcher: CallbackDispatcher,
    private readonly faults: FaultSwitches,
  ) {
    this.schema = `svc_${service}`;
    this.#turns = new Turns(database, this.schema);
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
   *   whose outcome is then dropped. It is told whether a fault switch wants a no (`declines`).
   * @throws Problem 422 `IdempotencyKeyReused` where the key belongs to another request
   */
  once(call: Call, decide: (declined: boolean) => Decision | Promise<Decision>): Promise<Answer> {
    return this.faults.around(this.#subject(call), async () => {
      // A repeat uses up no fault.
      if (this.faults.any && (await this.#find(this.database, call))) return this.#firstAnswer(call);
      const decision = await settled(() => this.#decide(call, decide));
      let written: boolean;
      try {
        written = await this.#record(this.database, call, decision);
      } catch (error) {
        return this.#refuse(call, refusalOf(error, decision));
      }
      return written ? this.#promised(decision) : this.#firstAnswer(call);
    });
  }

  /**
   * As {@link once}, for a rule that has to know what others have just done: calls that name the same `turn` come one after
   * the other, whichever process they reach, and each sees all that those before it wrote.
   * @param turn what they take turns at, within this service, e.g. one policy
   * @param decide the service's rule; it reads, and may write, through `transaction` alone. What it wrote is undone where it
   *   throws. It does not run for a repeat.
   * @throws Problem 422 `IdempotencyKeyReused` where the key belongs to another request
   */
  onceInTurn(
    call: Call,
    turn: string,
    decide: (transaction: Queries, declined: boolean) => Promise<Decision>,
  ): Promise<Answer> {
    return this.faults.around(this.#subject(call), async () => {
      let decision: Decision | undefined;
      try {
        decision = await this.#turns.take(turn, async (transaction) => {
          if (await this.#find(transaction, call)) return undefined;
          const made = await this.#decide(call, (declined) => decide(transaction, declined));
          return this.#decided(transaction, call, made);
        });
      } catch (error) {
        if (!(error instanceof KeyTaken)) return this.#refuse(call, refusalOf(error));
      }
      return decision ? this.#promised(decision) : this.#firstAnswer(call);
    });
  }

  /**
   * Does what no call asks for, in its turn ({@link onceInTurn}) and in one transaction, and promises callbacks with it.
   * @param work reads and writes through `transaction` alone; returns the callbacks to promise
   */
  async inTurn(turn: string, work: (transaction: Queries) => Promise<readonly Callback[]>): Promise<void> {
    const callbacks = await this.#turns.take(turn, async (transaction) => {
      const promised = this.faults.fated(this.service, await work(transaction));
      if (promised.length > 0) {
        const values: unknown[] = [];
        await transaction.query(this.#promise(promised, values), values);
      }
      return promised;
    });
    this.dispatcher.accept(this.service, callbacks);
  }

  /**
   * What became of the call under `key`; where nothing did, nothing will any more: such a call is refused from now on. That is how
   * what may have been done is undone, while the call that does it may still be on its way. In the turn that the call takes.
   * @returns the body of its answer; undefined where there is none, or it was a refusal
   */
  async withdraw(transaction: Queries, key: string): Promise<unknown> {
    const problem = new Problem(
      409,
      'RequestWithdrawn',
      `header Idempotency-Key is ${key}: the call was undone before it came; ask anew under a new key`,
    );
    await transaction.query(
      `INSERT INTO ${this.schema}.request (key, operation, fingerprint, status, answer) VALUES ($1, 'withdrawn', $2, $3, $4)
       ON CONFLICT (key) DO NOTHING`,
      [key, WITHDRAWN, problem.status, JSON.stringify(problem.body())],
    );
    const recorded = await this.#find(transaction, { key });
    return recorded && recorded.status < 400 ? recorded.answer : undefined;
  }

  /** The rule's decision, and what the fault switches make of it. */
  async #decide(call: Call, decide: (declined: boolean) => Decision | Promise<Decision>): Promise<Decision> {
    const declined = this.faults.strikes('declined', this.#subject(call), call.declines ? 'all' : 'own') !== undefined;
    if (declined && !call.declines) {
      throw new Problem(422, 'Declined', `${call.operation} is declined by a fault switch; ask anew under a new key`);
    }
    const decision = await decide(declined);
    return decision.callbacks
      ? { ...decision, callbacks: this.faults.fated(this.service, decision.callbacks) }
      : decision;
  }

  #subject({ operation, key }: Call): {
    readonly service: ServiceName;
    readonly operation: string;
    readonly id: string;
  } {
    return { service: this.service, operation, id: key };
  }

  /** Hands over the callbacks of a decision that is committed. */
  #promised({ answer, callbacks = [] }: Decision): Answer {
    this.dispatcher.accept(this.service, callbacks);
    return answer;
  }

  async #refuse(call: Call, problem: Problem): Promise<Answer> {
    const refusal = refused(problem);
    return (await this.#record(this.database, call, refusal)) ? refusal.answer : this.#firstAnswer(call);
  }

  /** Writes a decision in its transaction. @throws Problem where a constraint refuses, KeyTaken */
  async #decided(transaction: Queries, call: Call, decision: Decision): Promise<Decision> {
    let written: boolean;
    try {
      written = await this.#record(transaction, call, decision);
    } catch (error) {
      throw refusalOf(error, decision);
    }
    if (!written) throw new KeyTaken();
    return decision;
  }

  /** @returns whether it is written: false where the key was taken, and nothing is. */
  async #record(queries: Queries, call: Call, { answer, inserts = [], callbacks = [] }: Decision): Promise<boolean> {
    const values: unknown[] = [call.key, call.operation, digest(call), answer.status, JSON.stringify(answer.body)];
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
    if (callbacks.length > 0) parts.push(`callback AS (${this.#promise(callbacks, values, 'request,')})`);
    const written = await queries.query(`WITH ${parts.join(', ')} SELECT key FROM request`, values);
    return written.length > 0;
  }

  /** The statement that promises callbacks; its parameters are added to `values`. */
  #promise(callbacks: readonly Callback[], values: unknown[], from = ''): string {
    const rows = callbacks.map(({ fate, ...callback }) => ({
      ...callback,
      status: fate?.lost ? 'lost' : 'pending',
      in_ms: this.dispatcher.firstDueMs + (fate?.delayMs ?? 0),
    }));
    const n = values.push(JSON.stringify(rows));
    return `INSERT INTO ${this.schema}.callback (id, type, subject, body, status, due_at)
      SELECT c.id, c.type, c.subject, c.body, c.status, now() + c.in_ms * interval '1 ms'
      FROM ${from} jsonb_to_recordset($${n}::jsonb)
        AS c (id uuid, type text, subject text, body text, status text, in_ms int)`;
  }

  async #find(queries: Queries, { key }: Pick<Call, 'key'>): Promise<Recorded | undefined> {
    const [first] = await queries.query<Recorded>(
      `SELECT fingerprint, status, answer FROM ${this.schema}.request WHERE key = $1`,
      [key],
    );
    return first;
  }

  async #firstAnswer(call: Call): Promise<Answer> {
    const first = await this.#find(this.database, call);
    if (first && [digest(call), WITHDRAWN].includes(first.fingerprint)) return new Answer(first.status, first.answer);
    throw new Problem(
      422,
      'IdempotencyKeyReused',
      `header Idempotency-Key is ${call.key}, which was used for another request to ${this.service}; ` +
        'repeat a call with the same body, and give a new call a new key',
    );
  }
}

/** A call as it was answered first. */
interface Recorded {
  readonly fingerprint: string;
  readonly status: number;
  readonly answer: unknown;
}

/** Fingerprint of a key under which nothing will be done, whatever is asked. */
const WITHDRAWN = '';

/** Undoes a transaction whose key another call took meanwhile. */
class KeyTaken extends Error {}

/** The store of a service, for the providers of its module. */
export const storeOf = (service: ServiceName): Provider => ({
  provide: ServiceStore,
  useFactory: (database: Database, dispatcher: CallbackDispatcher, faults: FaultSwitches) =>
    new ServiceStore(service, database, dispatcher, faults),
  inject: [Database, CallbackDispatcher, FaultSwitches],
});

async function settled(decide: () => Promise<Decision>): Promise<Decision> {
  try {
    return await decide();
  } catch (error) {
    return refused(refusalOf(error));
  }
}

/**
 * The rule's own no, which becomes the call's answer: a Problem of 4xx, or what the violation of a constraint means.
 * @throws the error itself where it says nothing about the call: no database, a mistake of ours
 */
function refusalOf(error: unknown, decision?: Decision): Problem {
  if (error instanceof Problem && error.status < 500) return error;
  const refusal = error instanceof DatabaseError ? decision?.refusals?.[error.constraint ?? ''] : undefined;
  if (!refusal) throw error;
  return refusal();
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
