/** What a reopening goes on from: the record, and the answers that the inbox gave before. */
import type { Kysely } from 'kysely';
import { answersOf } from '../workflows/lifecycle/answers.js';
import type { Entry } from '../workflows/lifecycle/entry.js';
import type { Continuation } from '../workflows/lifecycle/message.js';
import { stateOf } from './entity-row.js';
import type { Database } from './schema.js';
import { atOneInstant, loadJournal } from './verify.js';

/** The next stage of an entity, without the message that reopens it. */
export type Stage = Omit<Continuation['continued'], 'reopening'>;

/**
 * What the next stage begins with, as of one instant; undefined where the key is not on record. Whether the entity may be reopened is
 * its table's to say. One that was read too early is refused by the writer as a gap or as foreign.
 */
export function continuationOf(db: Kysely<Database>, lifecycle: string, id: string): Promise<Stage | undefined> {
  return atOneInstant(db, async (snapshot) => {
    const row = await snapshot
      .selectFrom('entity')
      .selectAll()
      .where('lifecycle', '=', lifecycle)
      .where('entity_id', '=', id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const entries: Entry[] = [];
    for await (const { entry } of loadJournal(snapshot, lifecycle, id)) entries.push(entry);
    return {
      ref: {
        lifecycle,
        id,
        stage: row.stage + 1,
        firstRunId: '',
        correlationId: row.correlation_id,
        contentHash: row.content_hash,
        kernelVersion: row.kernel_version,
        lifecycleVersion: row.lifecycle_version,
      },
      state: stateOf(row),
      answers: answersOf(entries),
      held: [],
    };
  });
}
