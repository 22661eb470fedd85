/**
 * The services of a shop, as a test scripts them: a stock, a bank and a warehouse that keep their own books, answer a repeat as the
 * first time, and can be told to misbehave. What is left in the books is what an order left behind.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import {
  INVENTORY_TASK_QUEUE,
  type Hold,
  type HoldExpired,
  type InventoryActivities,
  type StockHeld,
} from '../../../activities/inventory/contract.js';
import type { Found } from '../../../activities/found.js';
import {
  PAYMENTS_TASK_QUEUE,
  type AuthorizationDecided,
  type AuthorizationVoided,
  type CaptureDecided,
  type CaptureRefunded,
  type CardAuthorized,
  type CardCaptured,
  type PaymentsActivities,
  type RefundDecided,
} from '../../../activities/payments/contract.js';
import {
  NOTIFICATIONS_TASK_QUEUE,
  type NotificationsActivities,
  type SendNoticeInput,
} from '../../../activities/notifications/contract.js';
import { RISK_TASK_QUEUE, type RiskActivities, type RiskAssessed } from '../../../activities/risk/contract.js';
import {
  SHIPPING_TASK_QUEUE,
  type ShipmentStop,
  type ShippingActivities,
} from '../../../activities/shipping/contract.js';
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

interface Backorder {
  readonly orderId: string;
  readonly key: string;
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
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
  readonly notices: SendNoticeInput[] = [];
  /** Keys of the calls that were looked up. */
  readonly lookedUp: string[] = [];
  readonly shipments = new Map<string, Shipment>();
  /** How often each call was made with an effect: under how many keys. */
  readonly calls: Array<{ readonly call: Call; readonly key: string }> = [];
  /** By order: what risk says. */
  readonly risk = new Map<string, RiskAssessed['verdict']>();
  /** Cards that the bank declines, and cards of a bank that answers later. */
  readonly declining = new Set<string>();
  readonly slow = new Set<string>();
  /** Calls whose service an operator has paused. */
  readonly paused = new Set<Call>();
  /** Warehouses that refuse every shipment. */
  readonly closed = new Set<string>();
  /** Orders whose captures and refunds the bank answers later. */
  readonly slowCaptures = new Set<string>();
  readonly slowRefunds = new Set<string>();
  /** For how long an authorisation is good, by order; default: a week. */
  readonly validMs = new Map<string, number>();
  /** Refunds and captures that the bank declines, by order. */
  readonly declinedCaptures = new Set<string>();
  readonly failedRefunds = new Set<string>();
  /** What the warehouse says to a stop; default: whether it has left. */
  readonly stops = new Map<string, ShipmentStop['outcome']>();
  private readonly mischief = new Map<string, Mischief[]>();
  /** Captures that a bank has taken back for its customer. */
  readonly chargedBack = new Set<string>();
  /** What is waited for, by order and line. */
  private readonly backorders = new Map<string, Backorder>();
  /** What a slow bank has been asked, by key, and of what. */
  private readonly pending = new Map<
    string,
    { readonly orderId: string; readonly amount: number; readonly of: string }
  >();
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
      ...(this.awaits(orderId) ? ['backorder'] : []),
    ];
  }

  /** What a line waits for has come, and is held: the callback's data. What was given back is not waited for. */
  restock(orderId: string, lineId: string): StockHeld {
    const waiting = this.backorders.get(`${orderId}/${lineId}`);
    if (!waiting || this.withdrawn.has(waiting.key)) throw new Error(`${orderId} does not wait for line ${lineId}`);
    this.backorders.delete(`${orderId}/${lineId}`);
    const { key, sku, quantity } = waiting;
    const hold = { holdId: this.id('H'), warehouseId: 'W1', sku, quantity, expiresAt: '2100-01-01T00:00:00.000Z' };
    this.holds.set(hold.holdId, { ...hold, lineId, orderId, key, state: 'held' });
    return { reservationId: `RSV-${key}`, lineId, holds: [hold] };
  }

  /** Whether goods would still be held for an order when they come. */
  awaits(orderId: string): boolean {
    return [...this.backorders.values()].some((each) => each.orderId === orderId && !this.withdrawn.has(each.key));
  }

  /** A hold of an order ends by itself: the callback's data. */
  expire(orderId: string, lineId: string): HoldExpired {
    const hold = [...this.holds.values()].find(
      (it) => it.orderId === orderId && it.lineId === lineId && it.state === 'held',
    );
    if (!hold) throw new Error(`nothing is held for line ${lineId} of ${orderId}`);
    hold.state = 'expired';
    this.shelve(hold.sku, hold.quantity, hold.warehouseId);
    const { holdId, warehouseId, sku, quantity } = hold;
    return { holdId, lineId, warehouseId, sku, quantity };
  }

  /** A slow bank has decided what was asked under a key; it is looked up so from then on. The callback's data, as somebody may tell it. */
  decideAuthorization(key: string, code?: string): AuthorizationDecided {
    const kept = this.authorizations.get(key);
    if (!kept) throw new Error(`no authorisation was asked for under ${key}`);
    // What was voided while it was pending is never authorised.
    if (kept.state === 'pending') kept.state = code === undefined ? 'authorized' : 'declined';
    const amount = { minor: kept.amount, currency: 'USD' };
    const decided: AuthorizationDecided =
      code === undefined
        ? { outcome: 'authorized', authorizationId: key, amount, expiresAt: '2100-01-01T00:00:00.000Z' }
        : { outcome: 'declined', authorizationId: key, code };
    this.answers.set(key, decided);
    return decided;
  }

  decideCapture(key: string, code?: string): CaptureDecided {
    const input = this.pending.get(key);
    if (!input) throw new Error(`no capture is pending under ${key}`);
    if (code === undefined) this.captures.set(key, { ...input, refunded: 0 });
    else (this.authorizations.get(input.of) as Authorization).captured -= input.amount;
    const amount = { minor: input.amount, currency: 'USD' };
    const decided: CaptureDecided =
      code === undefined
        ? { outcome: 'captured', captureId: key, amount }
        : { outcome: 'declined', captureId: key, code };
    this.answers.set(key, decided);
    return decided;
  }

  decideRefund(key: string, code?: string): RefundDecided {
    const input = this.pending.get(key);
    const capture = this.captures.get(input?.of ?? '');
    if (!input || !capture) throw new Error(`no refund is pending under ${key}`);
    if (code === undefined) capture.refunded += input.amount;
    const amount = { minor: input.amount, currency: 'USD' };
    const decided: RefundDecided =
      code === undefined ? { outcome: 'refunded', refundId: key, amount } : { outcome: 'failed', refundId: key, code };
    this.answers.set(key, decided);
    return decided;
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
      [NOTIFICATIONS_TASK_QUEUE]: { sendNotice: this.sendNotice } satisfies Pick<NotificationsActivities, 'sendNotice'>,
      [RISK_TASK_QUEUE]: { assessRisk: this.assessRisk } satisfies RiskActivities,
      [INVENTORY_TASK_QUEUE]: {
        reserveStock: this.reserveStock,
        releaseHolds: this.releaseHolds,
        commitHolds: this.commitHolds,
        lookUpReservation: this.lookUp,
      } satisfies Partial<InventoryActivities>,
      [PAYMENTS_TASK_QUEUE]: {
        authorizeCard: this.authorizeCard,
        captureCard: this.captureCard,
        voidAuthorization: this.voidAuthorization,
        refundCapture: this.refundCapture,
        lookUpAuthorization: this.lookUp,
        lookUpCapture: this.lookUp,
        lookUpRefund: this.lookUp,
      } satisfies Partial<PaymentsActivities>,
      [SHIPPING_TASK_QUEUE]: {
        createShipment: this.createShipment,
        stopShipment: this.stopShipment,
        lookUpShipment: this.lookUp,
      } satisfies Partial<ShippingActivities>,
    };
  }

  /** The notices that an order's customer has got, by template. */
  told(orderId: string): string[] {
    return this.notices.flatMap((notice) =>
      'orderId' in notice && notice.orderId === orderId ? [notice.template] : [],
    );
  }

  private readonly sendNotice: NotificationsActivities['sendNotice'] = async (input) => {
    if (!this.notices.some(({ key }) => key === input.key)) this.notices.push(input);
    return { noticeId: input.key };
  };

  private readonly assessRisk: Calls['assessRisk'] = (input) =>
    this.called('assessRisk', input, () => {
      const verdict = this.risk.get(input.orderId) ?? 'approved';
      return { assessmentId: this.id('R'), verdict, score: 0, reasons: verdict === 'approved' ? [] : ['large-amount'] };
    });

  private readonly reserveStock: Calls['reserveStock'] = (input) =>
    this.called('reserveStock', input, () => ({
      reservationId: `RSV-${input.key}`,
      lines: input.lines.map(({ lineId, sku, quantity }) => {
        const holds = this.take(sku, quantity).map(([warehouseId, pieces]): Hold => {
          const hold = { holdId: this.id('H'), lineId, warehouseId, sku, quantity: pieces, expiresAt: input.holdUntil };
          this.holds.set(hold.holdId, { ...hold, orderId: input.orderId, key: input.key, state: 'held' });
          return hold;
        });
        const reserved = holds.reduce((sum, hold) => sum + hold.quantity, 0);
        if (input.short === 'backorder' && reserved < quantity) {
          const { orderId, key } = input;
          this.backorders.set(`${orderId}/${lineId}`, { orderId, key, lineId, sku, quantity: quantity - reserved });
        }
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
      return { outcome: state, authorizationId, amount, expiresAt: this.expiry(orderId) };
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
      if (this.slowCaptures.has(input.orderId)) {
        this.pending.set(captureId, { orderId: input.orderId, amount: input.amount.minor, of: input.authorizationId });
        return { outcome: 'pending', captureId };
      }
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
      if (this.chargedBack.has(input.captureId ?? '')) throw refusal('CaptureChargedBack');
      if (this.slowRefunds.has(input.orderId)) {
        this.pending.set(refundId, { orderId: input.orderId, amount: amount.minor, of: input.captureId ?? '' });
        return { outcome: 'pending', refundId };
      }
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
      const outcome =
        this.stops.get(input.orderId) ?? (shipment.state === 'dispatched' ? 'alreadyDispatched' : 'stopped');
      if (outcome === 'stopped') shipment.state = 'stopped';
      return { outcome, shipmentId };
    });

  private readonly lookUp = async <T>({ key }: { readonly key: string }): Promise<Found<T>> => {
    this.lookedUp.push(key);
    if (this.answers.has(key)) return { outcome: 'done', answer: this.answers.get(key) as T };
    return this.withdrawn.has(key) ? { outcome: 'refused', code: 'RequestWithdrawn' } : { outcome: 'none' };
  };

  private expiry(orderId: string): string {
    // The server's time, which skips.
    const now = Context.current().info.currentAttemptScheduledTimestampMs;
    return new Date(now + (this.validMs.get(orderId) ?? 7 * 86_400_000)).toISOString();
  }

  /** One call, with its key's first answer for a repeat and whatever goes wrong this time. */
  private async called<I extends { readonly key: string; readonly orderId: string }, T>(
    call: Call,
    input: I,
    effect: () => T,
  ): Promise<T> {
    const how = this.mischief.get(`${input.orderId}/${call}`)?.shift();
    if (this.paused.has(call)) throw pausedBy('payments');
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
const pausedBy = (dependency: string) =>
  ApplicationFailure.nonRetryable(`${dependency} is paused`, 'DependencyPaused', {
    dependency,
    status: 'paused',
    reason: 'maintenance',
    since: '2026-01-01T00:00:00.000Z',
  });
