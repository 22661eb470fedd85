/** Messages that no entity could take. Append-only, outside every journal's sequence and chain. */
import type { Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import { digestOf } from './hash.js';
import type { Database } from './schema.js';

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
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('stray_message')
    .values({
      lifecycle: message.lifecycle ?? null,
      entity_id: message.entityId ?? null,
      message_name: message.name ?? null,
      message_id: message.messageId,
      source: message.source,
      reason: message.reason,
      digest: digestOf(message.data ?? null),
      data: message.keepData ? JSON.stringify(message.data ?? null) : null,
      received_at: message.receivedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
