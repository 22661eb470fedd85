/** Messages that no entity could take. Append-only, outside every journal's sequence and chain. */
import type { Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import { digestOf } from './hash.js';
import type { Database } from './schema.js';
import { storable } from './storable.js';

/** Senders of strays keep to no rule: longer identifiers are cut, since an index could not hold them. */
const MAX_ID = 256;

/** One message that found no open entity, or could not be read. */
export interface StrayMessage {
  /** Absent where the message does not name one. */
  readonly lifecycle?: string;
  readonly entityId?: string;
  readonly name?: string;
  readonly messageId: string;
  /** URI reference of the sender, e.g. `/services/fraud`. */
  readonly source: string;
  /** Why it is stray, as a code: `unknown-entity`, `closed`, `unknown-type`, `invalid-data`. */
  readonly reason: string;
  /** What it said. */
  readonly data: unknown;
  /** Whether to keep the data itself: only where its shape was checked, since anything else may hold personal data. */
  readonly keepData: boolean;
  readonly receivedAt: Instant;
}

/**
 * Puts a stray message on record. The digest of its data is always kept, so that the sender's copy can be recognised.
 * @returns false where the same message was already on record for the same reason.
 */
export async function recordStray(db: Kysely<Database>, message: StrayMessage): Promise<boolean> {
  const { lifecycle, entityId, name, messageId, source, reason, data, keepData, receivedAt } = storable(message);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('stray_message')
    .values({
      lifecycle: lifecycle?.slice(0, MAX_ID) ?? null,
      entity_id: entityId?.slice(0, MAX_ID) ?? null,
      message_name: name?.slice(0, MAX_ID) ?? null,
      message_id: messageId.slice(0, MAX_ID),
      source: source.slice(0, MAX_ID),
      reason,
      digest: digestOf(data ?? null),
      data: keepData ? JSON.stringify(data ?? null) : null,
      received_at: receivedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
