/** Lists for reconciliation: page by page in the order of their entities, however long they are. */
import { z } from 'zod';
import type { Queries } from './database.js';
import { Problem } from './problem.js';

/** Rows of a page where the asker does not say, and at most. */
const PAGE = 100;
const MOST = 1_000;

const position = z.tuple([z.string(), z.string()]);

/** Where a page begins and how many rows it has: query parameters of every list. */
export const paging = {
  /** `next` of the page before; absent: the first page. */
  cursor: z.string().min(1).max(1_024).exactOptional(),
  limit: z.coerce
    .number('a number')
    .int('a whole number')
    .min(1, 'at least 1')
    .max(MOST, `at most ${MOST}`)
    .default(PAGE),
};

/** What is listed. Names are the service's own, never the asker's. */
interface List {
  readonly table: string;
  /** What is selected of a row, as SQL. */
  readonly columns: string;
  /** The column that names the entity; an index on it and `id` makes each page as cheap as the first. */
  readonly entity: string;
  readonly id: string;
}

/** What is asked of it. */
interface Asked {
  readonly entity?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page in the order of entity and id; what a row does not have is absent. `next` is there as long as there may be more. */
export interface Page<R> {
  readonly items: readonly R[];
  readonly next?: string;
}

/**
 * Reads a page. Rows that are there from the first page to the last are seen exactly once.
 * @throws Problem 400 `InvalidRequest` where the cursor is none of ours
 */
export async function readPage<R extends object>(queries: Queries, list: List, asked: Asked): Promise<Page<R>> {
  const { entity, id } = list;
  const after = asked.cursor === undefined ? ['', ''] : positionOf(asked.cursor);
  const values: unknown[] = [...after, asked.limit];
  if (asked.entity !== undefined) values.push(asked.entity);
  const rows = await queries.query<R & { at_entity: string; at_id: string }>(
    `SELECT ${list.columns}, ${entity} AS at_entity, ${id} AS at_id FROM ${list.table}
     WHERE (${entity}, ${id}) > ($1, $2) ${asked.entity === undefined ? '' : `AND ${entity} = $4`}
     ORDER BY ${entity}, ${id} LIMIT $3`,
    values,
  );
  const last = rows.length < asked.limit ? undefined : rows.at(-1);
  return {
    items: rows.map(({ at_entity: _entity, at_id: _id, ...row }) => withoutNulls(row) as R),
    ...(last && { next: Buffer.from(JSON.stringify([last.at_entity, last.at_id])).toString('base64url') }),
  };
}

/** What a row does not have is absent. */
const withoutNulls = (row: object): object =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

function positionOf(cursor: string): z.infer<typeof position> {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw new Problem(
      400,
      'InvalidRequest',
      'cursor is not one that a page ended with; give its next as it was, or none to begin with the first page',
    );
  }
}
