/** A comparison under way: batch after batch of what disagrees, and how far it is. */
import type { Kysely } from 'kysely';
import { entitiesAfter, entityToCompare, type RecordedEntity } from '../../records/reconciliation.js';
import type { Database } from '../../records/schema.js';
import type { ServiceClient } from '../http.js';
import type { Position } from './contract.js';
import type { Discrepancy } from './discrepancy.js';
import { rowsOf, sourceOf } from './lists.js';
import { ListReader, nextKey } from './merge.js';
import type { ServicePair } from './service-pairs.js';

/** A disagreement, and the entity that it is about. */
export interface Candidate extends Discrepancy {
  readonly lifecycle: string;
  readonly id: string;
  /** How the entity's durations scale, where it is on record. */
  readonly profile: string | undefined;
}

export interface Batch {
  readonly checked: number;
  readonly candidates: readonly Candidate[];
  /** Where another walk goes on; absent at the end. */
  readonly position?: Position;
}

export interface Walk {
  next(): Promise<Batch>;
}

/** Keys of a batch, and entities of a page. */
const BATCH = 500;
const PAGE = 500;
/** Names of the position beside the lists' own. */
const AFTER = 'after';
const RECORDS = 'records';

/** The records' entities beside the lists of a service, in the order of the entities' keys. */
export class ServiceWalk implements Walk {
  private readonly records: ListReader<RecordedEntity>;
  private readonly lists: ReadonlyArray<readonly [name: string, reader: ListReader<unknown>]>;
  private after: string;

  constructor(
    db: Kysely<Database>,
    services: ServiceClient,
    private readonly pair: ServicePair,
    from: Position,
  ) {
    this.after = from[AFTER] ?? '';
    this.records = new ListReader(entitySource(db, pair.lifecycle), from[RECORDS], this.after);
    this.lists = Object.entries(pair.lists).map(([name, list]) => [
      name,
      new ListReader(sourceOf(services, list), from[name], this.after),
    ]);
  }

  async next(): Promise<Batch> {
    const candidates: Candidate[] = [];
    const readers = [this.records as ListReader<unknown>, ...this.lists.map(([, reader]) => reader)];
    for (let checked = 0; ; checked++) {
      const id = await nextKey(readers);
      if (id === undefined) return { checked, candidates };
      if (checked >= BATCH) return { checked, candidates, position: this.position() };
      const [entity] = await this.records.take(id);
      const rows: Record<string, readonly unknown[]> = {};
      for (const [name, reader] of this.lists) rows[name] = await reader.take(id);
      candidates.push(...candidatesOf(this.pair, id, entity, rows));
      this.after = id;
    }
  }

  private position(): Position {
    const cursors = [[RECORDS, this.records] as const, ...this.lists].flatMap(([name, { position }]) =>
      position === undefined ? [] : [[name, position] as const],
    );
    return { [AFTER]: this.after, ...Object.fromEntries(cursors) };
  }
}

/** What disagrees on one entity now. */
export async function compareOne(
  db: Kysely<Database>,
  services: ServiceClient,
  pair: ServicePair,
  id: string,
): Promise<Candidate[]> {
  // What the service says first: what it has done since is told to the entity, and on record, later.
  const rows = await Promise.all(
    Object.entries(pair.lists).map(async ([name, list]) => [name, await rowsOf(services, list, id)] as const),
  );
  const entity = await entityToCompare(db, pair.lifecycle, id);
  return candidatesOf(pair, id, entity, Object.fromEntries(rows));
}

function candidatesOf(
  pair: ServicePair,
  id: string,
  entity: RecordedEntity | undefined,
  rows: Readonly<Record<string, readonly unknown[]>>,
): Candidate[] {
  const { lifecycle } = pair;
  return pair.compare(entity, rows).map((each) => ({ ...each, lifecycle, id, profile: entity?.profile }));
}

const entitySource = (db: Kysely<Database>, lifecycle: string) => ({
  name: `records of ${lifecycle}`,
  keyOf: ({ id }: RecordedEntity) => id,
  page: async (cursor: string | undefined) => {
    const items = await entitiesAfter(db, lifecycle, cursor ?? '', PAGE);
    return { items, next: items.length < PAGE ? undefined : items.at(-1)?.id };
  },
});
