/**
 * What a service does by itself later: an item of its agenda is a row, written with whatever decides that it will be done, and
 * deleted with its effect, so that it is done once and survives every end of the process.
 */
import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type Provider } from '@nestjs/common';
import type { Callback } from './callback.js';
import type { Queries } from './database.js';
import { ServiceStore, type Insert } from './service-store.js';

const POLL_MS = 200;
/** Items that one look at the agenda takes. */
const BATCH = 100;

/** Definition of a service's agenda; the service names the kinds of items and gives the ids. */
export const agendaTable = (schema: string): string => `
  CREATE TABLE IF NOT EXISTS ${schema}.agenda (
    kind text NOT NULL,
    id text NOT NULL,
    due_at timestamptz NOT NULL,
    PRIMARY KEY (kind, id)
  );
  CREATE INDEX IF NOT EXISTS agenda_due ON ${schema}.agenda (due_at);`;

/** How items of a kind are done. */
interface Duty {
  /** The turn in which an item is done; see {@link ServiceStore.onceInTurn}. */
  readonly turn: (id: string) => string;
  /** Does it and returns the callbacks that it promises. What it throws leaves the item for the next look. */
  readonly perform: (transaction: Queries, id: string) => Promise<readonly Callback[]>;
}

/** The agenda of one service. */
export class Agenda implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #log = new Logger('agenda');
  readonly #duties = new Map<string, Duty>();
  readonly #table: string;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  /** The last look could not read, or do, all that was due. */
  #failing = false;
  #stopped = false;

  constructor(private readonly store: ServiceStore) {
    this.#table = `${store.schema}.agenda`;
  }

  /** Says how items of a kind are done; before the process starts serving. */
  on(kind: string, duty: Duty): void {
    this.#duties.set(kind, duty);
  }

  /** An item as a row among those of a decision; see {@link ServiceStore.once}. */
  item(kind: string, id: string, inMs: number): Insert {
    return { table: 'agenda', rows: [{ kind, id, due_at: new Date(Date.now() + inMs).toISOString() }] };
  }

  /** Puts an item on the agenda, in the transaction that decides it. */
  async enter(transaction: Queries, kind: string, id: string, inMs: number): Promise<void> {
    await transaction.query(
      `INSERT INTO ${this.#table} (kind, id, due_at) VALUES ($1, $2, now() + $3 * interval '1 ms')`,
      [kind, id, inMs],
    );
  }

  /** Takes an item off the agenda. @returns false where it is not on it: done already, called off, or never entered */
  async strike(transaction: Queries, kind: string, id: string): Promise<boolean> {
    const struck = await transaction.query(`DELETE FROM ${this.#table} WHERE kind = $1 AND id = $2 RETURNING id`, [
      kind,
      id,
    ]);
    return struck.length > 0;
  }

  onApplicationBootstrap(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#doDue().then(() => {
        if (!this.#stopped) this.onApplicationBootstrap();
      });
    }, POLL_MS);
  }

  /** Lets the item under way end and takes no new one. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #doDue(): Promise<void> {
    let failure: unknown;
    const failed = (error: unknown): void => void (failure ??= error);
    const due = await this.store.database
      .query<{ kind: string; id: string }>(
        `SELECT kind, id FROM ${this.#table} WHERE due_at <= now() ORDER BY due_at LIMIT ${BATCH}`,
      )
      .catch((error: unknown) => (failed(error), []));
    for (const { kind, id } of due) {
      // One that cannot be done must not hold up the others.
      if (!this.#stopped) await this.#do(kind, id).catch(failed);
    }
    // Once per outage, not five times a second.
    if (failure && !this.#failing) {
      this.#log.warn({ reason: (failure as Error).message }, 'something that is due cannot be done now');
    }
    this.#failing = failure !== undefined;
  }

  async #do(kind: string, id: string): Promise<void> {
    const duty = this.#duties.get(kind);
    if (!duty) throw new Error(`kind is ${kind}: nothing on ${this.#table} is known by that name`);
    await this.store.inTurn(duty.turn(id), async (transaction) =>
      // Another process may have been first.
      (await this.strike(transaction, kind, id)) ? duty.perform(transaction, id) : [],
    );
  }
}

/** The agenda of a service, for the providers of its module. */
export const AGENDA: Provider = {
  provide: Agenda,
  useFactory: (store: ServiceStore) => new Agenda(store),
  inject: [ServiceStore],
};
