/** The messages of an entity: those on its journal, and those that went astray. */
import type { Kysely } from 'kysely';
import type { Entry, Instant } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';

/** A message that found no open run; its data stays where it is. */
export interface Stray {
  readonly name?: string;
  readonly messageId: string;
  readonly source: string;
  /** Why, as a code. */
  readonly reason: string;
  readonly receivedAt: Instant;
}

/** Journal entries of messages, the newest first. */
export async function messagesOf(
  db: Kysely<Database>,
  lifecycle: string,
  id: string,
  limit: number,
): Promise<readonly Entry[]> {
  const rows = await db
    .selectFrom('journal')
    .select('entry')
    .where('lifecycle', '=', lifecycle)
    .where('entity_id', '=', id)
    .where('message_id', 'is not', null)
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ entry }) => entry);
}

/** Messages that went astray, the newest first. */
export async function straysOf(
  db: Kysely<Database>,
  lifecycle: string,
  id: string,
  limit: number,
): Promise<readonly Stray[]> {
  const rows = await db
    .selectFrom('stray_message')
    .select(['message_name', 'message_id', 'source', 'reason', 'received_at'])
    .where('lifecycle', '=', lifecycle)
    .where('entity_id', '=', id)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ message_name, message_id, source, reason, received_at }) => ({
    ...(message_name !== null && { name: message_name }),
    ...{ messageId: message_id, source, reason, receivedAt: received_at.toISOString() },
  }));
}
