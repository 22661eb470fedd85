/** What the services have on their books for orders: their own lists, read page by page, whatever the orders themselves believe. */
import { z } from 'zod';
import { listed } from '../lists.js';

const money = z.object({ minor: z.int(), currency: z.string() });

const hold = z.object({ orderId: z.string(), state: z.string() });
const authorization = z.object({ entity: z.string(), state: z.string(), amount: money, captured: money });
const capture = z.object({
  entity: z.string(),
  captureId: z.string(),
  state: z.string(),
  amount: money,
  refunded: money,
  chargedBack: z.boolean(),
});
const shipment = z.object({
  orderId: z.string(),
  ordinal: z.int(),
  state: z.string(),
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
});

/** What the services have for one order. */
export interface Books {
  readonly holds: ReadonlyArray<z.infer<typeof hold>>;
  readonly authorizations: ReadonlyArray<z.infer<typeof authorization>>;
  readonly captures: ReadonlyArray<z.infer<typeof capture>>;
  readonly shipments: ReadonlyArray<z.infer<typeof shipment>>;
}

type Rows = { [Kind in keyof Books]: Array<Books[Kind][number]> };

const none = (): Rows => ({ holds: [], authorizations: [], captures: [], shipments: [] });

/** The books of some orders. */
export class AllBooks {
  private readonly byOrder: ReadonlyMap<string, Rows>;

  private constructor(orderIds: ReadonlySet<string>) {
    this.byOrder = new Map([...orderIds].map((id) => [id, none()]));
  }

  /**
   * Reads the lists of inventory, payments and shipping from end to end, and keeps what is of these orders.
   * @param services URL without a slash at its end
   * @throws Error where the services do not answer as expected; a repeat may mend it
   */
  static async read(services: string, orderIds: ReadonlySet<string>): Promise<AllBooks> {
    const books = new AllBooks(orderIds);
    const keep = async <Kind extends keyof Books>(
      kind: Kind,
      rows: AsyncIterable<Books[Kind][number]>,
      orderOf: (row: Books[Kind][number]) => string,
    ) => {
      for await (const row of rows)
        (books.byOrder.get(orderOf(row))?.[kind] as Array<typeof row> | undefined)?.push(row);
    };
    await Promise.all([
      keep('holds', listed(services, 'inventory/holds', hold), ({ orderId }) => orderId),
      keep('authorizations', listed(services, 'payments/authorizations', authorization), ({ entity }) => entity),
      keep('captures', listed(services, 'payments/captures', capture), ({ entity }) => entity),
      keep('shipments', listed(services, 'shipping/shipments', shipment), ({ orderId }) => orderId),
    ]);
    return books;
  }

  of(orderId: string): Books {
    return this.byOrder.get(orderId) ?? none();
  }
}
