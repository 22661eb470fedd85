/** What a step of a follow-up is: tables of its own, and what it does once per chain. */
import type { QueryResultRow } from 'pg';
import type { Stamp } from '../../events/follow-up.js';

/** Statements of the transaction in which everything of one event is done. Unqualified names are the subscriber's own tables. */
export interface Queries {
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

export interface Step {
  /** Definition of its tables, in its own schema; safe to repeat. */
  readonly tables: string;
  /** It works from this step's event instead of from the one that begins the chain. That step has to stamp. */
  readonly after?: string;
  /** Its event carries all that has been learnt so far, for a step that works from it. */
  readonly stamps?: true;
  /**
   * Does it. Called again where the transaction did not come to its end; what is done in it is done once.
   * @returns what it has done, for its event: ids, codes, amounts and times
   * @throws EventRefused where the stamp lacks what it needs; anything else is tried again
   */
  perform(stamp: Stamp, queries: Queries): Promise<Readonly<Record<string, unknown>>>;
}
