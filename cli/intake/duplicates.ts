/** Two rows under one id: the same content is a repeat and harmless, other content cannot be the same claim. */
import { createHash } from 'node:crypto';
import type { NfipRow } from './parse.js';
import { reject, type Reject } from './rejects.js';

/**
 * Passes rows on and refuses a row whose id stood on an earlier line with other content. It has to happen before the services
 * are seeded: what they know would otherwise be overwritten by a row that is then refused.
 */
export async function* withoutConflicts(rows: AsyncIterable<NfipRow | Reject>): AsyncGenerator<NfipRow | Reject> {
  const seen = new Map<string, { readonly line: number; readonly digest: string }>();
  for await (const row of rows) {
    if (row.kind === 'reject') {
      yield row;
      continue;
    }
    const digest = contentDigest(row);
    const earlier = seen.get(row.id);
    if (earlier && earlier.digest !== digest) {
      const reason = `stands on line ${earlier.line} with other content: keep the right one of the two rows`;
      yield reject(row.line, 'id', row.id, reason);
      continue;
    }
    if (!earlier) seen.set(row.id, { line: row.line, digest });
    yield row;
  }
}

/** SHA-256, hex, of what the row says, wherever it stands. Stable across runs. */
export function contentDigest(row: NfipRow): string {
  const { id, dateOfLoss, causeOfDamage, floodEvent, state, postalCode, policyStart, building, contents } = row;
  const coverages = [building, contents].map((c) => [c.damage, c.limit, c.deductible, c.paid, c.nonPaymentReason]);
  const content = [id, dateOfLoss, causeOfDamage, floodEvent, state, postalCode, policyStart, coverages];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}
