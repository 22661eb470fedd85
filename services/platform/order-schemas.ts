/** What requests about orders share. */
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { paging } from './pages.js';

/** Business key of an order; never made from personal data. */
export const orderId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    'an order id is 1 to 64 letters, digits and dashes, starting with a letter or digit',
  );

/** A line of an order by its id, and so many pieces of a product. */
export const orderLine = z.strictObject({
  lineId: code,
  sku: reference,
  quantity: z.int('a whole number of pieces').min(1, 'at least 1 piece').max(100_000, 'at most 100000 pieces'),
});

/** Lines of one order, each once. */
export const orderLines = z
  .array(orderLine)
  .min(1, 'at least one line')
  .max(200, 'at most 200 lines')
  .refine((lines) => new Set(lines.map(({ lineId }) => lineId)).size === lines.length, 'each line once');

/** Where goods go, as far as it is told: no name, no street. */
export const destination = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, 'a country by its two letters, such as US'),
  postalCode: z.string().max(16, 'a postal code of at most 16 characters, or empty'),
});

/** Query of a list by order. */
export const ofOrder = z.strictObject({ ...paging, order: orderId.exactOptional() });

/** What an order does comes one after the other, within each service. */
export const turnOfOrder = (order: string): string => `order/${order}`;

/** The order of an agenda item, whose id begins with it. */
export const turnOfItem = (id: string): string => turnOfOrder(id.split('/')[0] ?? '');
