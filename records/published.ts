/** The events that journal entries told others, and whether the broker has them. */
import type { Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';

/** An event of an entity's outbox. */
export interface Published {
  readonly id: string;
  readonly type: string;
  /** Absent while the relay has not handed it to the broker. */
  readonly publishedAt?: Instant;
}

/** By the sequence of the entry that told them. @param first @param last sequences between which is looked, both included */
export async function publishedBy(
  db: Kysely<Database>,
  lifecycle: string,
  id: string,
  first: number,
  last: number,
): Promise<ReadonlyMap<number, readonly Published[]>> {
  const rows = await db
    .selectFrom('outbox')
    .select(['id', 'type', 'sequence', 'published_at'])
    .where('key', '=', `${lifecycle}/${id}`)
    .where('sequence', '>=', first)
    .where('sequence', '<=', last)
    .orderBy('position')
    .execute();
  const bySequence = new Map<number, Published[]>();
  for (const { id: event, type, sequence, published_at } of rows) {
    const published = { id: event, type, ...(published_at && { publishedAt: published_at.toISOString() }) };
    bySequence.set(sequence, [...(bySequence.get(sequence) ?? []), published]);
  }
  return bySequence;
}
