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
import { RISK_TASK_QUEUE, type RiskActivities } from '../../activities/risk/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Patch } from '../lifecycle/entry.js';
import type { LifecycleSpec, Move } from '../lifecycle/spec.js';
import {
  answerChargeback,
  findRefund,
  inspectReturn,
  keepUnreturned,
  refund,
  takeBack,
  takeChargeback,
  takeRefund,
  takeReturn,
} from './aftermath.js';
import { authorize, findAuthorization, takeAuthorization, voidAuthorization } from './authorization.js';
import { amend, answerCustomer, cancel, changePayment, decideRisk, resolveException } from './decisions.js';
import { all, currencyOf, outcomeOf, partState, withAmounts, type Order, type OrderFacts } from './facts.js';
import {
  deliver,
  findCapture,
  findStop,
  release,
  stop,
  takeCapture,
  takeStopAnswer,
  takeUpdate,
} from './fulfilment.js';
import { paidOf, type OrderMessages, type OrderNotice, type OrderOutcome, type OrderResult } from './messages.js';
import { remindOf, tell, tellEnd } from './notices.js';
import { orderRemedies } from './remedies.js';
import { awaitStock, loseHold, releaseStock, reserve, takeStock } from './reservation.js';
import { orderShapes } from './shapes.js';
import { orderLifecycle, type OrderState } from './states.js';

type Next = Promise<Move<OrderState>>;

const risks = proxyActivities<RiskActivities>(serviceCalls(RISK_TASK_QUEUE));

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
    AwaitingCustomer: askCustomer,
    AwaitingStock: awaitStock,
    AuthorizationPending: authorize,
    ReleasedToWarehouse: release,
    ReauthorizationPending: authorize,
    AwaitingPaymentMethod: askForCard,
    StopPending: stop,
    InDelivery: deliver,
    ReturnPending: awaitReturn,
    ReturnInspection: awaitDecision,
    RefundPending: refund,
    ChargebackOpen: awaitDecision,
    Reopened: takeUpAgain,
    ExceptionReview: awaitDecision,
    Cancelling: undo,
    Completed: tellEnd,
    Cancelled: tellEnd,
  },

  effects: {
    stockHeld: takeStock,
    holdExpired: loseHold,
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
    // The authorisation that comes of it has a clock of its own.
    ReauthorizationPending: () => ({ clocks: { authorization: null } }),
    // A decision that is overdue is still about what brought the order here.
    ExceptionReview: (_order, from, reason) =>
      from === 'ExceptionReview' ? {} : { facts: { exception: { from, reason: reason?.code ?? 'unknown' } } },
    ReturnPending: (order) => order.expect('goods'),
    Completed: completed,
    Cancelled: (order) => withAmounts(order, { outcome: 'cancelled', ...notShipped(order) }),
  },

  compensations: { releaseStock, voidAuthorization },

  // What was done by hand is in nobody's books but the order's.
  needsSecondPerson: (_order, message, data) =>
    message === 'resolveException' && (data as OrderMessages['resolveException']).decision === 'settled',

  remind,

  result: (order) => ({
    orderId: order.id,
    outcome: (order.state.outcome ?? 'cancelled') as OrderOutcome,
    closedAt: order.state.since,
    paid: { minor: paidOf(order.state.parts), currency: currencyOf(order.facts) },
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

async function awaitDecision(order: Order): Next {
  await order.until(() => false); // yields: only a decision or the deadline leads out
  return { to: 'ExceptionReview' };
}

async function takeUpAgain({ facts: { chargeback, returning } }: Order): Next {
  if (chargeback && chargeback.answeredAt === undefined)
    return { to: 'ChargebackOpen', reason: { code: chargeback.code } };
  return { to: returning ? 'ReturnPending' : 'Completed' };
}

async function askCustomer(order: Order): Next {
  await tell(order, 'orderCustomerNeeded', { reason: order.state.reason?.code ?? '' }); // yields
  return awaitDecision(order); // yields
}

async function askForCard(order: Order): Next {
  await tell(order, 'orderPaymentMethodNeeded'); // yields
  return awaitDecision(order); // yields
}

async function awaitReturn(order: Order): Next {
  if (order.facts.returning?.receivedAt === undefined) await tell(order, 'orderReturnExpected'); // yields
  await order.until(() => order.facts.returning?.receivedAt !== undefined); // yields
  return { to: 'ReturnInspection' };
}

/** Everything that was done is undone; what cannot be goes to a person. */
async function undo(order: Order): Next {
  let left = await order.compensate(); // yields
  // A yes that came late is undone as well; what has failed is not tried again by itself.
  while (left.some((name) => !order.state.compensations?.[name]?.failed)) left = await order.compensate(); // yields
  if (left.length > 0)
    return { to: 'ExceptionReview', reason: { code: 'compensationFailed', reference: left.join(',') } };
  const since = order.now();
  const kept = Object.keys(order.state.parts).filter(
    (name) => name.startsWith('authorization:') && ['Requested', 'Authorized'].includes(partState(order.state, name)),
  );
  return { to: 'Cancelled', patch: { facts: { reservations: {} }, parts: all(kept, 'Voided', since) } };
}

// ---- helpers ----------------------------------------------------------------------------------------------------------------------

/** An answer that has not come is asked for before a person is; customers are reminded. */
async function remind(order: Order, expectation: string, ordinal: number): Promise<void> {
  const [what, which = ''] = expectation.split(':');
  switch (what) {
    case 'authorization':
      return findAuthorization(order); // yields
    case 'capture':
      return findCapture(order, Number(which)); // yields
    case 'refund':
      return findRefund(order, which); // yields
    case 'stop':
      return findStop(order, Number(which)); // yields
    case 'goods':
      return remindOf(order, 'orderReturnReminder', ordinal); // yields
    default:
      return;
  }
}

function completed(order: Order): Patch {
  const patch = keepUnreturned(order);
  const parts = { ...order.state.parts, ...patch.parts };
  return withAmounts(order, { ...patch, outcome: outcomeOf({ ...order.state, parts }) });
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
