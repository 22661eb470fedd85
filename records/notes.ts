/** What people wrote beside an entity: the journal refers to it, the text is a subject and can be erased. */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';

/** Most notes that one call returns. */
const MAX_ROWS = 500;
/** What else a reference may be is not ours. */
const UUID = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';

export interface Note {
  /** Reference into the subjects. */
  readonly ref: string;
  readonly at: Instant;
  /** Id of the actor. */
  readonly by: string;
  /** Absent once erased. */
  readonly text?: string;
  /** The entry that refers to it. */
  readonly sequence: number;
  /** The message that it came with, or the kind of the entry. */
  readonly with: string;
}

/** Notes of an entity, the newest first. References that lead to no note of ours are left out. */
export async function notesOf(db: Kysely<Database>, lifecycle: string, id: string): Promise<readonly Note[]> {
  const { rows } = await sql<Omit<Note, 'at' | 'text'> & { at: Date; text: string | null }>`
    SELECT s.ref::text AS ref, j.recorded_at AS at, j.actor->>'id' AS by, s.data->>'text' AS text, j.sequence,
           coalesce(j.message_name, j.kind) AS with
      FROM journal j JOIN subject s
        ON s.ref = CASE WHEN j.entry->'reason'->>'note' ~ ${UUID} THEN (j.entry->'reason'->>'note')::uuid END
     WHERE j.lifecycle = ${lifecycle} AND j.entity_id = ${id} AND j.entry->'reason' ? 'note'
     ORDER BY j.sequence DESC LIMIT ${MAX_ROWS}`.execute(db);
  // A transition repeats the note of the message that caused it.
  const first = rows.filter(({ ref, sequence }) => !rows.some((row) => row.ref === ref && row.sequence < sequence));
  return first.map(({ at, text, ...note }) => ({ ...note, at: at.toISOString(), ...(text !== null && { text }) }));
}
