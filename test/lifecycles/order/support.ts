/** Orders under test. */
import { expect } from 'vitest';
import type { OrderLine, OrderNotice } from '../../../workflows/order/messages.js';
import type { Profile } from '../../../workflows/lifecycle/message.js';
import { useLifecycle, type RehearsalOptions, type RehearsedEntity } from '../../support/rehearsal.js';
import { Shop, type Call } from './shop.js';

export const usd = (dollars: number) => ({ minor: Math.round(dollars * 100), currency: 'USD' });

export const line = (lineId: string, sku: string, quantity = 1, dollars = 20): OrderLine => ({
  lineId,
  sku,
  quantity,
  unitPrice: usd(dollars),
});

/** One lamp for a customer with a card of its own, unless it says otherwise. */
export const noticeOf = (orderId: string, given: Partial<OrderNotice> = {}): OrderNotice => ({
  orderId,
  customerId: 'CUS-1',
  lines: [line('1', 'LAMP')],
  destination: { country: 'US', postalCode: '11692' },
  addressRef: 'ADR-1',
  methodToken: `card-${orderId}`,
  ...given,
});

/** A shop with orders in it. There are plenty of lamps, chairs and desks in warehouse W1, and of goods `G1` to `G8` in `W1` to `W8`. */
export function useShop(options: RehearsalOptions = {}) {
  const shop = new Shop();
  const orders = useLifecycle('order', shop.activities, options);
  let count = 0;
  for (const sku of ['LAMP', 'CHAIR', 'DESK']) shop.shelve(sku, 1_000_000);
  for (let n = 1; n <= 8; n++) shop.shelve(`G${n}`, 1_000_000, `W${n}`);

  return {
    shop,
    sleep: (ms: number) => orders.sleep(ms),
    /** Whether anything can be put on record. */
    records: {
      set available(are: boolean) {
        orders.recordsAvailable = are;
      },
    },
    /** Places an order: one lamp, unless it says otherwise. */
    async place(given: Partial<OrderNotice> = {}, profile?: Profile): Promise<PlacedOrder> {
      const orderId = given.orderId ?? `ORD-${++count}`;
      return new PlacedOrder(shop, await orders.submit({ ...noticeOf(orderId, given) }, profile), orderId);
    },
    /** Takes up again an order that has ended, by a message. */
    reopen: (order: PlacedOrder, name: string, data: object) =>
      orders.reopen(order.entity, name, { reasonCode: 'asked', ...data }),
    /** The same for a chargeback, whose data have no reason. */
    chargeBackLate: (order: PlacedOrder) => orders.reopen(order.entity, 'paymentChargedBack', order.chargeback()),
  };
}

export type TestShop = ReturnType<typeof useShop>;

/** One line from each of the first `n` warehouses: each is a shipment of its own. */
export const scattered = (n: number): OrderLine[] =>
  Array.from({ length: n }, (_, i) => line(String(i + 1), `G${i + 1}`));

export class PlacedOrder {
  private updates = new Map<string, number>();

  constructor(
    private readonly shop: Shop,
    readonly entity: RehearsedEntity,
    readonly id: string,
  ) {}

  /** The Idempotency-Key of a call, which is what the test's services name its result by. */
  key(call: string, ordinal: number | string = 1): string {
    return `order/${this.id}/${call}/${ordinal}`;
  }

  shipment(ordinal = 1): string {
    return this.key('shipment', ordinal);
  }

  /** How often a call took effect. */
  calls(call: Call): number {
    return this.shop.calls.filter((each) => each.call === call && each.key.startsWith(`order/${this.id}/`)).length;
  }

  /** What a bank tells of a capture whose money it has taken back. */
  chargeback(ordinal = 1, evidenceDueAt = '2100-01-01T00:00:00.000Z') {
    const captureId = this.key('capture', `${ordinal}.1`);
    this.shop.chargedBack.add(captureId);
    return {
      chargebackId: `CBK-${this.id}-${ordinal}`,
      captureId,
      amount: usd(20),
      code: 'not-received',
      evidenceDueAt,
    };
  }

  /** The states of its parts. */
  async parts(): Promise<Record<string, string>> {
    const { parts } = await this.entity.state();
    return Object.fromEntries(Object.entries(parts).map(([name, { state }]) => [name, state]));
  }

  /** Its one open task. */
  async task() {
    const [open] = Object.entries((await this.entity.state()).reviews);
    if (!open) throw new Error(`${this.id} has no open task`);
    return { taskId: open[0], ...open[1] };
  }

  /** A second person approves what the first has proposed. */
  async approve() {
    const { taskId, proposal } = await this.task();
    return this.entity.ask('approveReview', { taskId, proposal: proposal?.digest }, 'supervisor-1');
  }

  /** The carrier tells something of a shipment. */
  async carrier(
    update: 'Dispatched' | 'InTransit' | 'Delivered' | 'DeliveryFailed' | 'Returned' | 'Lost',
    ordinal = 1,
    number?: number,
  ) {
    const shipmentId = this.shipment(ordinal);
    const shipment = this.shop.shipments.get(shipmentId);
    if (shipment && shipment.state !== 'stopped') shipment.state = 'dispatched';
    const nth = number ?? (this.updates.get(shipmentId) ?? 0) + 1;
    this.updates.set(shipmentId, nth);
    await this.entity.tell(`shipment${update}`, { shipmentId, number: nth, at: '2026-01-01T00:00:00.000Z' });
  }

  ask(name: string, data: object = {}, who?: string) {
    return this.entity.ask(name, { reasonCode: 'asked', ...data }, who);
  }

  reaches(state: string) {
    return this.entity.reaches(state);
  }

  /** Its result, once it has ended with nothing left behind. */
  async ends(): Promise<unknown> {
    const result = await this.entity.ends();
    expect(this.shop.leftBehind(this.id), `left behind by ${this.id}`).toEqual([]);
    return result;
  }

  /** Its first shipment leaves, and is paid. */
  async isDispatched(): Promise<void> {
    await this.leaves();
    await expect.poll(async () => (await this.parts())['capture:1'], { timeout: 20_000 }).toBe('Captured');
    await this.entity.atRest();
  }

  async isDelivered(): Promise<unknown> {
    await this.leaves();
    await this.carrier('Delivered');
    return this.ends();
  }

  private async leaves(): Promise<void> {
    await this.reaches('ReleasedToWarehouse');
    // No carrier has what the warehouse has not made yet.
    await expect.poll(() => this.shop.shipments.has(this.shipment())).toBe(true);
    await this.carrier('Dispatched');
    await this.reaches('InDelivery');
  }
}
