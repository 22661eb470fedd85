/** The list of chains, for whoever reconciles: page by page in the order of their entities, as every service lists what it has. */
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Answer } from '../../telemetry/health.js';

export const CHAINS_PATH = '/completion/chains';

const position = z.tuple([z.string(), z.string()]);
const query = z.object({
  cursor: z
    .string()
    .transform((text, context) => {
      try {
        return position.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
      } catch {
        context.addIssue('give the next of a page as it was, or none to begin with the first page');
        return z.NEVER;
      }
    })
    .default(['', '']),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  entity: z.string().optional(),
});

interface ChainRow {
  readonly chainId: string;
  readonly entity: string;
  readonly completedAt: Date | null;
}

/** The columns and their names on the wire. `number` counts the resolutions of a ticket. */
const CHAINS = (schema: string) => `
  SELECT c.id AS "chainId", c.entity, (c.stamp->'facts'->>'resolution')::integer AS number, c.steps,
         coalesce(s.done, '{}') AS done, c.began_at AS "startedAt",
         greatest(c.began_at, s.last, c.completed_at) AS "changedAt", c.completed_at AS "completedAt"
    FROM ${schema}.chain c
    LEFT JOIN LATERAL (
      SELECT array_agg(name ORDER BY name) AS done, max(done_at) AS last
        FROM ${schema}.step WHERE chain = c.id AND name = ANY (c.steps)) s ON true
   WHERE (c.entity, c.id) > ($1, $2) AND ($4::text IS NULL OR c.entity = $4)
   ORDER BY c.entity, c.id LIMIT $3`;

/** `GET /completion/chains?limit=&cursor=&entity=` @param schema of the subscriber */
export async function listChains(pool: Pool, schema: string, url: URL): Promise<Answer> {
  const read = query.safeParse(Object.fromEntries(url.searchParams));
  if (!read.success) {
    const { path, message } = read.error.issues[0] ?? { path: [], message: 'malformed' };
    return { status: 400, body: { title: 'Invalid request', detail: `${path.join('.')}: ${message}` } };
  }
  const { cursor, limit, entity } = read.data;
  const { rows } = await pool.query<ChainRow>(CHAINS(schema), [...cursor, limit, entity ?? null]);
  const last = rows.length < limit ? undefined : rows.at(-1);
  const next = last && Buffer.from(JSON.stringify([last.entity, last.chainId])).toString('base64url');
  const items = rows.map(({ completedAt, ...row }) => ({ ...row, ...(completedAt && { completedAt }) }));
  return { status: 200, body: { items, ...(next !== undefined && { next }) } };
}
