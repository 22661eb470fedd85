/**
 * The services of a shop, as a test scripts them: a stock, a bank and a warehouse that keep their own books, answer a repeat as the
 * first time, and can be told to misbehave. What is left in the books is what an order left behind.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import { INVENTORY_TASK_QUEUE, type Hold, type InventoryActivities } from '../../../activities/inventory/contract.js';
import {
  PAYMENTS_TASK_QUEUE,
  type AuthorizationVoided,
  type CaptureRefunded,
  type CardAuthorized,
  type CardCaptured,
  type PaymentsActivities,
} from '../../../activities/payments/contract.js';
import { RISK_TASK_QUEUE, type RiskActivities, type RiskAssessed } from '../../../activities/risk/contract.js';
import { SHIPPING_TASK_QUEUE, type ShipmentStop, type ShippingActivities } from '../../../activities/shipping/contract.js';
import type { ScriptedActivities } from '../../support/rehearsal.js';

type Calls = InventoryActivities & PaymentsActivities & RiskActivities & ShippingActivities;
export type Call = keyof Calls;

/**
 * What a call does this time. `lost`: it takes effect, and the caller is told that the service is away. `killed`, `killedAfter`: whoever
 * makes the call is gone before or after it takes effect, and nobody ever answers.
 */
export type Mischief = 'refused' | 'down' | 'lost' | 'killed' | 'killedAfter';

interface Authorization {
  readonly orderId: string;
  readonly amount: number;
  captured: number;
  state: 'authorized' | 'declined' | 'voided' | 'pending';
}

interface Shipment {
  readonly orderId: string;
  state: 'created' | 'stopped' | 'dispatched';
}

export class Shop {
  /** Pieces by SKU and warehouse. */
  readonly stock = new Map<string, Map<string, number>>();
  readonly holds = new Map<string, Hold & { readonly orderId: string; readonly key: string; state: string }>();
  readonly authorizations = new Map<string, Authorization>();
  readonly captures = new Map<string, { readonly orderId: string; readonly amount: number; refunded: number }>();
  readonly shipments = new Map<string, Shipment>();
  /** How often each call was made with an effect: under how many keys. */
  readonly calls: Array<{ readonly call: Call; readonly key: string }> = [];
  /** By order: what risk says. */
  readonly risk = new Map<string, RiskAssessed['verdict']>();
  /** Cards that the bank declines, and cards of a bank that answers later. */
  readonly declining = new Set<string>();
  readonly slow = new Set<string>();
  /** Warehouses that refuse every shipment. */
  readonly closed = new Set<string>();
  /** Refunds and captures that the bank declines, by order. */
  readonly declinedCaptures = new Set<string>();
  readonly failedRefunds = new Set<string>();
  /** What the warehouse says to a stop; default: whether it has left. */
  readonly stops = new Map<string, ShipmentStop['outcome']>();
  private readonly mischief = new Map<string, Mischief[]>();
  private readonly answers = new Map<string, unknown>();
  private readonly withdrawn = new Set<string>();
  private count = 0;

  /** Does something wrong with the next calls of an order, one each. */
  misbehave(orderId: string, call: Call, ...how: Mischief[]): void {
    this.mischief.set(`${orderId}/${call}`, how);
  }

  /** Puts goods on a shelf. */
  shelve(sku: string, quantity: number, warehouseId = 'W1'): void {
    const shelves = this.stock.get(sku) ?? new Map<string, number>();
    shelves.set(warehouseId, (shelves.get(warehouseId) ?? 0) + quantity);
    this.stock.set(sku, shelves);
  }

  /** What the order has left behind that nobody would ever give back. */
  leftBehind(orderId: string): string[] {
    const held = [...this.holds.values()].filter((hold) => hold.orderId === orderId && hold.state === 'held');
    const kept = [...this.authorizations.entries()].filter(
      ([, it]) => it.orderId === orderId && ['authorized', 'pending'].includes(it.state) && it.captured < it.amount,
    );
    const packed = [...this.shipments.entries()].filter(([, it]) => it.orderId === orderId && it.state === 'created');
    return [
      ...held.map(({ holdId }) => `hold ${holdId}`),
      ...kept.map(([id]) => `authorization ${id}`),
      ...packed.map(([id]) => `shipment ${id}`),
    ];
  }

  /** Captured and not given back. */
  taken(orderId: string): number {
    return [...this.captures.values()].reduce(
      (sum, it) => sum + (it.orderId === orderId ? it.amount - it.refunded : 0),
      0,
    );
  }

  get activities(): ScriptedActivities {
    return {
      [RISK_TASK_QUEUE]: { assessRisk: this.assessRisk } satisfies RiskActivities,
      [INVENTORY_TASK_QUEUE]: {
        reserveStock: this.reserveStock,
        releaseHolds: this.releaseHolds,
        commitHolds: this.commitHolds,
      } satisfies Partial<InventoryActivities>,
      [PAYMENTS_TASK_QUEUE]: {
        authorizeCard: this.authorizeCard,
        captureCard: this.captureCard,
        voidAuthorization: this.voidAuthorization,
        refundCapture: this.refundCapture,
      } satisfies Partial<PaymentsActivities>,
      [SHIPPING_TASK_QUEUE]: {
        createShipment: this.createShipment,
        stopShipment: this.stopShipment,
      } satisfies Partial<ShippingActivities>,
    };
  }

  private readonly assessRisk: Calls['assessRisk'] = (input) =>
    this.called('assessRisk', input, () => {
      const verdict = this.risk.get(input.orderId) ?? 'approved';
      return { assessmentId: this.id('R'), verdict, score: 0, reasons: verdict === 'approved' ? [] : ['large-amount'] };
    });

  private readonly reserveStock: Calls['reserveStock'] = (input) =>
    this.called('reserveStock', input, () => ({
      reservationId: this.id('RSV'),
      lines: input.lines.map(({ lineId, sku, quantity }) => {
        const holds = this.take(sku, quantity).map(([warehouseId, pieces]): Hold => {
          const hold = { holdId: this.id('H'), lineId, warehouseId, sku, quantity: pieces, expiresAt: input.holdUntil };
          this.holds.set(hold.holdId, { ...hold, orderId: input.orderId, key: input.key, state: 'held' });
          return hold;
        });
        const reserved = holds.reduce((sum, hold) => sum + hold.quantity, 0);
        return { lineId, sku, reserved, short: quantity - reserved, holds };
      }),
    }));

  private readonly releaseHolds: Calls['releaseHolds'] = (input) =>
    this.called('releaseHolds', input, () => {
      if (input.reservationKey !== undefined) this.withdrawn.add(input.reservationKey);
      return { holds: this.change(input, 'held', 'released') };
    });

  private readonly commitHolds: Calls['commitHolds'] = (input) =>
    this.called('commitHolds', input, () => ({ holds: this.change(input, 'held', 'committed') }));

  private readonly authorizeCard: Calls['authorizeCard'] = (input) =>
    this.called('authorizeCard', input, (): CardAuthorized => {
      const authorizationId = input.key;
      const state = this.declining.has(input.methodToken)
        ? 'declined'
        : this.slow.has(input.methodToken)
          ? 'pending'
          : 'authorized';
      const { orderId, amount } = input;
      this.authorizations.set(authorizationId, { orderId, amount: amount.minor, captured: 0, state });
      if (state === 'declined') return { outcome: state, authorizationId, code: 'insufficient-funds' };
      if (state === 'pending') return { outcome: state, authorizationId };
      const expiresAt = new Date(Date.now() + 7 * 86_400_000).toISOString();
      return { outcome: state, authorizationId, amount, expiresAt };
    });

  private readonly captureCard: Calls['captureCard'] = (input) =>
    this.called('captureCard', input, (): CardCaptured => {
      const captureId = input.key;
      if (this.declinedCaptures.delete(input.orderId)) return { outcome: 'declined', captureId, code: 'card-closed' };
      const authorization = this.authorizations.get(input.authorizationId);
      if (authorization?.state !== 'authorized') throw refusal('AuthorizationNotOpen');
      const shipment = this.shipments.get(input.shipmentId);
      if (shipment?.state !== 'dispatched') throw refusal('CapturedBeforeDispatch');
      authorization.captured += input.amount.minor;
      if (authorization.captured > authorization.amount) throw refusal('CaptureExceedsAuthorization');
      this.captures.set(captureId, { orderId: input.orderId, amount: input.amount.minor, refunded: 0 });
      return { outcome: 'captured', captureId, amount: input.amount };
    });

  private readonly voidAuthorization: Calls['voidAuthorization'] = (input) =>
    this.called('voidAuthorization', input, (): AuthorizationVoided => {
      const id = input.authorizationKey ?? input.authorizationId ?? '';
      this.withdrawn.add(id);
      const authorization = this.authorizations.get(id);
      if (!authorization) return { outcome: 'none' };
      if (authorization.state !== 'declined') authorization.state = 'voided';
      return { outcome: authorization.state === 'declined' ? 'declined' : 'voided' };
    });

  private readonly refundCapture: Calls['refundCapture'] = (input) =>
    this.called('refundCapture', input, (): CaptureRefunded => {
      const refundId = input.key;
      if (this.failedRefunds.delete(input.orderId)) return { outcome: 'failed', refundId, code: 'account-closed' };
      const capture = this.captures.get(input.captureId ?? '');
      const amount = input.amount ?? { minor: 0, currency: 'USD' };
      if (!capture || capture.refunded + amount.minor > capture.amount) throw refusal('RefundExceedsCapture');
      capture.refunded += amount.minor;
      return { outcome: 'refunded', refundId, amount };
    });

  private readonly createShipment: Calls['createShipment'] = (input) =>
    this.called('createShipment', input, () => {
      if (this.closed.has(input.warehouseId)) throw refusal('ShipmentDeclined');
      this.shipments.set(input.key, { orderId: input.orderId, state: 'created' });
      return { shipmentId: input.key, trackingNumber: input.key };
    });

  private readonly stopShipment: Calls['stopShipment'] = (input) =>
    this.called('stopShipment', input, (): ShipmentStop => {
      const shipmentId = input.shipmentKey ?? input.shipmentId ?? '';
      const shipment = this.shipments.get(shipmentId);
      this.withdrawn.add(shipmentId);
      if (!shipment) return { outcome: 'notCreated' };
      const outcome = this.stops.get(input.orderId) ?? (shipment.state === 'dispatched' ? 'alreadyDispatched' : 'stopped');
      if (outcome === 'stopped') shipment.state = 'stopped';
      return { outcome, shipmentId };
    });

  /** One call, with its key's first answer for a repeat and whatever goes wrong this time. */
  private async called<I extends { readonly key: string; readonly orderId: string }, T>(
    call: Call,
    input: I,
    effect: () => T,
  ): Promise<T> {
    const how = this.mischief.get(`${input.orderId}/${call}`)?.shift();
    if (how === 'refused') throw refusal('NotToday');
    if (how === 'down') throw away();
    if (how === 'killed') return gone();
    if (!this.answers.has(input.key)) {
      if (this.withdrawn.has(input.key)) throw refusal('RequestWithdrawn');
      this.answers.set(input.key, effect());
      this.calls.push({ call, key: input.key });
    }
    if (how === 'lost') throw away();
    if (how === 'killedAfter') return gone();
    return this.answers.get(input.key) as T;
  }

  private take(sku: string, wanted: number): Array<readonly [warehouseId: string, pieces: number]> {
    const shelves = this.stock.get(sku) ?? new Map<string, number>();
    let left = wanted;
    return [...shelves].flatMap(([warehouseId, there]) => {
      const pieces = Math.min(left, there);
      if (pieces === 0) return [];
      shelves.set(warehouseId, there - pieces);
      left -= pieces;
      return [[warehouseId, pieces] as const];
    });
  }

  private change(
    given: { readonly holdIds?: readonly string[]; readonly reservationKey?: string },
    from: string,
    to: 'released' | 'committed',
  ) {
    const chosen = [...this.holds.values()].filter(
      (hold) => hold.key === given.reservationKey || given.holdIds?.includes(hold.holdId),
    );
    for (const hold of chosen) {
      if (hold.state !== from) continue;
      hold.state = to;
      if (to === 'released') this.shelve(hold.sku, hold.quantity, hold.warehouseId);
    }
    return chosen.map(({ holdId }) => ({ holdId, state: to }));
  }

  private id(prefix: string): string {
    return `${prefix}-${++this.count}`;
  }
}

const refusal = (type: string) => ApplicationFailure.nonRetryable(`the service refused: ${type}`, type);
/** Answers when the worker is stopped for good. */
const gone = (): Promise<never> => Context.current().cancelled;
const away = () => ApplicationFailure.create({ type: 'ServiceUnavailable', message: 'the service is away' });
