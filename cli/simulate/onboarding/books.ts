/** What the account service has on its books for applicants: its own lists, whatever the onboardings themselves believe. */
import { z } from 'zod';
import { listed } from '../lists.js';
import type { Books } from './invariants.js';

const account = z.object({ applicantId: z.string(), state: z.string() });
const product = z.object({ applicantId: z.string(), product: z.string(), state: z.string() });

type Rows = { [Kind in keyof Books]: Array<Books[Kind][number]> };

/**
 * The books of some applicants, by their ids.
 * @param services URL without a slash at its end
 * @throws Error where the service does not answer as expected; a repeat may mend it
 */
export async function readBooks(services: string, ids: Iterable<string>): Promise<ReadonlyMap<string, Books>> {
  const books = new Map([...ids].map((id): [string, Rows] => [id, { accounts: [], products: [] }]));
  for await (const row of listed(services, 'accounts/accounts', account))
    books.get(row.applicantId)?.accounts.push(row);
  for await (const row of listed(services, 'accounts/products', product))
    books.get(row.applicantId)?.products.push(row);
  return books;
}
