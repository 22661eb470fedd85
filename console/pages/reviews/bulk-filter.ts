/** Which cuts of the inbox an order for many can be given for as a whole. */
import type { BulkOrder } from '../../../client/work-views.js';
import type { AddressFilter, ReviewFilterName } from './filter.js';

const KNOWN: readonly string[] = ['lifecycle', 'queue', 'assignee', 'overdue'] satisfies ReviewFilterName[];

/** Whether an order would mean exactly what is shown: it knows fewer parts of a filter than the inbox. */
export const isOrderable = (filter: AddressFilter): boolean =>
  Object.keys(filter).every((name) => KNOWN.includes(name));

/** The filter as the order has it. */
export function bulkFilter({ lifecycle, queue, assignee, overdue }: AddressFilter): NonNullable<BulkOrder['filter']> {
  return {
    ...(lifecycle === undefined ? {} : { lifecycle }),
    ...(queue === undefined ? {} : { queue }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(overdue === 'true' ? { overdue: true } : {}),
  };
}
