/** Orders under test. */
import { expect } from 'vitest';
import type { OrderLine, OrderNotice } from '../../../workflows/order/messages.js';
import { useLifecycle, type RehearsedEntity } from '../../support/rehearsal.js';
import { Shop } from './shop.js';

export const usd = (dollars: number) => ({ minor: Math.round(dollars * 100), currency: 'USD' });

export const line = (lineId: string, sku: string, quantity = 1, dollars = 20): OrderLine => ({
  lineId,
  sku,
  quantity,
  unitPrice: usd(dollars),
});

/** A shop with orders in it; `plenty` of everything lies in warehouse W1. */
export function useShop() {
  const shop = new Shop();
  const orders = useLifecycle('order', shop.activities);
  let count = 0;
  for (const sku of ['LAMP', 'CHAIR', 'DESK']) shop.shelve(sku, 1_000_000);

  return {
    shop,
    sleep: (ms: number) => orders.sleep(ms),
    /** Places an order: one lamp, unless it says otherwise. */
    async place(given: Partial<OrderNotice> = {}): Promise<PlacedOrder> {
      const orderId = given.orderId ?? `ORD-${++count}`;
      const notice: OrderNotice = {
        orderId,
        customerId: 'CUS-1',
        lines: [line('1', 'LAMP')],
        destination: { country: 'US', postalCode: '11692' },
        addressRef: 'ADR-1',
        methodToken: 'card-1',
        ...given,
      };
      return new PlacedOrder(shop, await orders.submit({ ...notice }), orderId);
    },
  };
}

export class PlacedOrder {
  private updates = new Map<string, number>();

  constructor(
    private readonly shop: Shop,
    readonly entity: RehearsedEntity,
    readonly id: string,
  ) {}

  shipment(ordinal = 1): string {
    return `order/${this.id}/shipment/${ordinal}`;
  }

  /** The carrier tells something of a shipment. */
  async carrier(update: 'Dispatched' | 'InTransit' | 'Delivered' | 'DeliveryFailed' | 'Returned' | 'Lost', ordinal = 1, number?: number) {
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

  async isDelivered(): Promise<unknown> {
    await this.reaches('ReleasedToWarehouse');
    await this.carrier('Dispatched');
    await this.reaches('InDelivery');
    await this.carrier('Delivered');
    return this.ends();
  }
}
