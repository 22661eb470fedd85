/**
 * The order: from placed to delivered, or to nothing held, kept or shipped.
 *
 *   Placed → RiskCheckPending → ReservationPending → AuthorizationPending → ReleasedToWarehouse → InDelivery → Completed
 *
 * Until ReleasedToWarehouse, the pivot, everything that is done registers its undo first, and an order that does not go through goes to
 * Cancelling, where they are done in reverse; a call whose outcome nobody knows is undone by its Idempotency-Key. After the pivot the
 * order goes forward only: what has not left is stopped, what has left comes back as a return. What could not be done goes to
 * ExceptionReview, and from there back to where it was. Steps look first at what is already known.
 */
import { proxyActivities } from '@temporalio/workflow';
import { INVENTORY_TASK_QUEUE, type InventoryActivities } from '../../activities/inventory/contract.js';
import { PAYMENTS_TASK_QUEUE, type PaymentsActivities } from '../../activities/payments/contract.js';
import { RISK_TASK_QUEUE, type RiskActivities } from '../../activities/risk/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { days } from '../lifecycle/definition.js';
import type { Patch } from '../lifecycle/entry.js';
import type { LifecycleSpec, Move } from '../lifecycle/spec.js';
import { answerChargeback, inspectReturn, refund, takeBack, takeChargeback, takeRefund, takeReturn } from './aftermath.js';
import { authorize, takeAuthorization } from './authorization.js';
import { amend, answerCustomer, cancel, changePayment, decideRisk, resolveException } from './decisions.js';
import {
  all,
  currencyOf,
  heldFor,
  heldNow,
  lacking,
  outcomeOf,
  paidOf,
  withAmounts,
  type Order,
  type OrderFacts,
} from './facts.js';
import { deliver, release, stop, takeCapture, takeStopAnswer, takeUpdate } from './fulfilment.js';
import type { OrderMessages, OrderNotice, OrderOutcome, OrderResult } from './messages.js';
import { orderRemedies } from './remedies.js';
import { orderShapes } from './shapes.js';
import { orderLifecycle, type OrderState } from './states.js';

type Next = Promise<Move<OrderState>>;

const risks = proxyActivities<RiskActivities>(serviceCalls(RISK_TASK_QUEUE));
const inventory = proxyActivities<InventoryActivities>(serviceCalls(INVENTORY_TASK_QUEUE));
const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));

/** Goods are held for longer than the customer and the stock may take together before the release. */
const HELD_FOR_MS = days(45);

export const orderSpec: LifecycleSpec<OrderState, OrderFacts, OrderMessages, OrderNotice, OrderResult> = {
  lifecycle: orderLifecycle,
  shapes: orderShapes,
  remedies: orderRemedies,
  key: (notice) => notice.orderId,
  born: (notice) => {
    const { lines, destination, addressRef, delivery, methodToken } = notice;
    return {
      facts: {
        notice,
        content: { lines, destination, addressRef, ...(delivery && { delivery }) },
        revision: 1,
        methodToken,
      },
      parts: all(
        lines.map(({ lineId }) => lineId),
        'Placed',
        new Date(Date.now()).toISOString(),
      ),
    };
  },

  steps: {
    Placed: async () => ({ to: 'RiskCheckPending' }),
    RiskCheckPending: checkRisk,
    RiskReview: awaitDecision,
    ReservationPending: reserve,
    AwaitingCustomer: awaitDecision,
    AwaitingStock: awaitStock,
    AuthorizationPending: authorize,
    ReleasedToWarehouse: release,
    ReauthorizationPending: authorize,
    AwaitingPaymentMethod: awaitDecision,
    StopPending: stop,
    InDelivery: deliver,
    ReturnPending: awaitReturn,
    ReturnInspection: awaitDecision,
    RefundPending: refund,
    ChargebackOpen: awaitDecision,
    Reopened: async (order) => ({ to: order.facts.returning ? 'ReturnPending' : 'Completed' }),
    ExceptionReview: awaitDecision,
    Cancelling: undo,
    Completed: async () => undefined,
    Cancelled: async () => undefined,
  },

  effects: {
    stockHeld: takeStock,
    holdExpired: (order, { holdId }) => ({ apply: withoutHolds(order, [holdId]), ...backToReservation(order) }),
    authorizationDecided: takeAuthorization,
    captureDecided: takeCapture,
    refundDecided: takeRefund,
    paymentChargedBack: takeChargeback,
    shipmentDispatched: (order, update) => takeUpdate(order, update, 'Dispatched'),
    shipmentInTransit: (order, update) => takeUpdate(order, update, 'Dispatched'),
    shipmentDelivered: (order, update) => takeUpdate(order, update, 'Delivered'),
    shipmentDeliveryFailed: (order, update) => takeUpdate(order, update, 'Dispatched'),
    shipmentReturned: (order, update) => takeUpdate(order, update, 'Returned'),
    shipmentLost: (order, update) => takeUpdate(order, update, 'Lost'),
    stopAnswered: takeStopAnswer,
    returnReceived: takeBack,
    amendOrder: amend,
    cancelOrder: cancel,
    answerCustomer,
    changePayment,
    decideRisk,
    resolveException,
    requestReturn: takeReturn,
    inspectReturn,
    answerChargeback,
  },

  entering: {
    AwaitingStock: (order) => order.expect('stock'),
    ExceptionReview: (order, from, reason) => ({
      facts: { exception: { from, reason: reason?.code ?? 'unknown' } },
    }),
    ReturnPending: (order) => order.expect('goods'),
    Completed: (order) => withAmounts(order, { outcome: outcomeOf(order.state) }),
    Cancelled: (order) => withAmounts(order, { outcome: 'cancelled', ...notShipped(order) }),
  },

  compensations: {
    releaseStock: (order, { key: reservationKey }) =>
      inventory.releaseHolds({
        key: order.key('release', String(reservationKey).split('/').at(-1)),
        orderId: order.id,
        reservationKey: String(reservationKey),
      }),
    voidAuthorization: (order, { key: authorizationKey }) =>
      payments.voidAuthorization({
        key: order.key('void', String(authorizationKey).split('/').at(-1)),
        orderId: order.id,
        authorizationKey: String(authorizationKey),
      }),
  },

  result: (order) => ({
    orderId: order.id,
    outcome: (order.state.outcome ?? 'cancelled') as OrderOutcome,
    closedAt: order.state.since,
    paid: { minor: paidOf(order.state), currency: currencyOf(order.facts) },
  }),
};

// ---- the way of an order, up to the release -------------------------------------------------------------------------------------

async function checkRisk(order: Order): Next {
  const { notice, content, revision } = order.facts;
  const risk =
    order.facts.risk ??
    (await risks.assessRisk({
      key: order.key('risk', revision),
      orderId: order.id,
      customerId: notice.customerId,
      amount: { minor: totalOf(order.facts), currency: currencyOf(order.facts) },
      lines: content.lines.map(({ sku, quantity }) => ({ sku, quantity })),
      destination: content.destination,
    })); // yields
  const patch = { facts: { risk } };
  const [why] = risk.reasons;
  const reason = { code: why ?? risk.verdict, visibility: 'restricted' as const };
  if (risk.verdict === 'declined') return { to: 'Cancelling', reason: { ...reason, code: 'riskDeclined' }, patch };
  if (risk.verdict === 'review' && !order.facts.riskApproved) return { to: 'RiskReview', reason, patch };
  return { to: 'ReservationPending', patch };
}

async function reserve(order: Order): Next {
  await letGoOfSurplus(order); // yields
  if (lacking(order.facts).length > 0) await hold(order, 'leave'); // yields
  return lacking(order.facts).length > 0
    ? { to: 'AwaitingCustomer', reason: { code: 'outOfStock', visibility: 'customer' } }
    : { to: 'AuthorizationPending' };
}

async function awaitStock(order: Order): Next {
  if (lacking(order.facts).length > 0) await hold(order, 'backorder'); // yields
  await order.until(() => lacking(order.facts).length === 0); // yields
  return { to: 'AuthorizationPending' };
}

/** Holds what is lacking; the undo is on record before anybody knows whether the call took effect. */
async function hold(order: Order, short: 'leave' | 'backorder'): Promise<void> {
  const open = lacking(order.facts);
  const attempt = Object.keys(order.facts.reservations ?? {}).length + 1;
  const key = order.key('reservation', attempt);
  order.learn({
    ...order.compensation(`stock:${attempt}`, 'releaseStock', { key }),
    facts: { reservations: { ...order.facts.reservations, [attempt]: { key } } },
  });
  const { lines } = await inventory.reserveStock({
    key,
    orderId: order.id,
    lines: open.map(({ lineId, sku, lacking: quantity }) => ({ lineId, sku, quantity })),
    destination: order.facts.content.destination,
    holdUntil: new Date(Date.now() + HELD_FOR_MS).toISOString(),
    short,
    callback: { reference: order.workflowId },
  }); // yields
  const early = order.facts.reservations?.[attempt]?.holds ?? [];
  const known = new Set(early.map(({ holdId }) => holdId));
  const holds = [...early, ...lines.flatMap((line) => line.holds.filter(({ holdId }) => !known.has(holdId)))];
  order.learn(withHolds(order, { ...order.facts.reservations, [attempt]: { key, holds } }));
}

/** After an amendment: goods that are no longer wanted, or not from there, are anybody's again. */
async function letGoOfSurplus(order: Order): Promise<void> {
  const wanted = new Map(order.facts.content.lines.map((line) => [line.lineId, line]));
  const surplus = heldNow(order.facts).filter(({ lineId, sku }) => {
    const line = wanted.get(lineId);
    return !line || line.sku !== sku || heldFor(order.facts, lineId) > line.quantity;
  });
  if (surplus.length === 0) return;
  const holdIds = surplus.map(({ holdId }) => holdId);
  await inventory.releaseHolds({ key: order.key('surplus', order.facts.revision), orderId: order.id, holdIds }); // yields
  order.learn(withoutHolds(order, holdIds));
}

async function awaitDecision(order: Order): Next {
  await order.until(() => false); // yields: only a decision or the deadline leads out
  return { to: 'ExceptionReview' };
}

async function awaitReturn(order: Order): Next {
  await order.until(() => order.facts.returning?.receivedAt !== undefined); // yields
  return { to: 'ReturnInspection' };
}

/** Everything that was done is undone; what cannot be goes to a person. */
async function undo(order: Order): Next {
  const left = await order.compensate(); // yields
  if (left.length > 0) return { to: 'ExceptionReview', reason: { code: 'compensationFailed', reference: left.join(',') } };
  const since = order.now();
  const kept = Object.keys(order.state.parts).filter(
    (name) => name.startsWith('authorization:') && ['Requested', 'Authorized'].includes(order.state.parts[name]?.state ?? ''),
  );
  return { to: 'Cancelled', patch: { facts: { reservations: {} }, parts: all(kept, 'Voided', since) } };
}

// ---- what messages do -----------------------------------------------------------------------------------------------------------

function takeStock(order: Order, { holds, lineId }: OrderMessages['stockHeld']) {
  const attempt = Object.keys(order.facts.reservations ?? {}).length;
  const current = order.facts.reservations?.[attempt];
  if (!current) return { reject: 'nothingLacking' };
  const known = new Set(heldNow(order.facts).map(({ holdId }) => holdId));
  const fresh = holds.filter(({ holdId }) => !known.has(holdId)).map((held) => ({ ...held, lineId }));
  const reservations = {
    ...order.facts.reservations,
    [attempt]: { ...current, holds: [...(current.holds ?? []), ...fresh] },
  };
  return { apply: { ...withHolds(order, reservations), ...order.received('stock') } };
}

function backToReservation(order: Order) {
  const { state } = order.state;
  return state === 'AuthorizationPending' ? { move: { to: 'ReservationPending' as const, reason: { code: 'holdExpired' } } } : {};
}

// ---- helpers ----------------------------------------------------------------------------------------------------------------------

/** What is held now, and what that makes of the lines. */
function withHolds(order: Order, reservations: NonNullable<OrderFacts['reservations']>): Patch {
  const facts = { ...order.facts, reservations };
  const since = order.now();
  const parts = Object.fromEntries(
    facts.content.lines.flatMap(({ lineId, quantity }) => {
      const state = heldFor(facts, lineId) >= quantity ? 'Reserved' : 'Backordered';
      const before = order.state.parts[lineId]?.state;
      // Shipped or dropped lines are not held any more.
      if (before === state || !['Placed', 'Reserved', 'Backordered'].includes(before ?? '')) return [];
      return [[lineId, { state, since }] as const];
    }),
  );
  return { facts: { reservations }, parts };
}

function withoutHolds(order: Order, gone: readonly string[]): Patch {
  const reservations = Object.fromEntries(
    Object.entries(order.facts.reservations ?? {}).map(([attempt, { key, holds }]) => [
      attempt,
      { key, ...(holds && { holds: holds.filter(({ holdId }) => !gone.includes(holdId)) }) },
    ]),
  );
  return withHolds(order, reservations);
}

function notShipped(order: Order): Patch {
  const lines = Object.entries(order.state.parts).flatMap(([name, { state }]) =>
    !name.includes(':') && ['Placed', 'Reserved', 'Backordered'].includes(state) ? [name] : [],
  );
  return { parts: all(lines, 'Dropped', order.now()) };
}

function totalOf({ content }: OrderFacts): number {
  return content.lines.reduce(
    (sum, { unitPrice, quantity }) => sum + unitPrice.minor * quantity,
    content.delivery?.minor ?? 0,
  );
}
