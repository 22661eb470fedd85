/** After the delivery: what comes back, what is refunded, and what a bank takes back for the customer. */
import { proxyActivities } from '@temporalio/workflow';
import { PAYMENTS_TASK_QUEUE, type PaymentsActivities, type RefundDecided } from '../../activities/payments/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { days, hours } from '../lifecycle/definition.js';
import type { PartState, Patch, Reason } from '../lifecycle/entry.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import {
  all,
  capturePart,
  currencyOf,
  partState,
  priceOf,
  refundPart,
  shipmentPart,
  shipmentsIn,
  shipmentsOf,
  withAmounts,
  type Order,
  type Refund,
} from './facts.js';
import type { Because, InspectReturn, OrderMessages, RequestReturn } from './messages.js';
import type { OrderState } from './states.js';

type Taken = Effect<OrderState>;

const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));

/** The shop's own promise: longer than the 14 days of the EU's Consumer Rights Directive (2011/83/EU, art. 9). */
const RETURN_WITHIN_MS = days(30);
/** The bank's date leaves at least this long, so that a person can look at it at all. */
const LEAST_EVIDENCE_MS = hours(1);

export const reasonOf = ({ reasonCode, note }: Because): Reason => ({
  code: reasonCode,
  ...(note !== undefined && { note }),
});

// ---- refunds ----------------------------------------------------------------------------------------------------------------------

/** What was paid for and came back, or was lost, on its way: it is given back without anybody asking. Undefined where nothing was. */
export function refundsFor(order: Order): Patch | undefined {
  const given = new Set(Object.values(order.facts.refunds ?? {}).map(({ of }) => of));
  const due = shipmentsIn(order, 'Returned', 'Lost').filter(
    ({ ordinal }) => partState(order.state, capturePart(ordinal)) === 'Captured' && !given.has(ordinal),
  );
  if (due.length === 0) return undefined;
  return withRefunds(
    order,
    due.map(({ ordinal, amount }) => ({
      of: ordinal,
      amount,
      attempt: 1,
      why: partState(order.state, shipmentPart(ordinal)) === 'Lost' ? 'lost' : 'undeliverable',
    })),
  );
}

function withRefunds(order: Order, due: readonly Refund[]): Patch {
  const first = Object.keys(order.facts.refunds ?? {}).length + 1;
  const refunds = Object.fromEntries(due.map((each, i) => [String(first + i), each]));
  const since = order.now();
  const parts = Object.fromEntries(
    due.map((each, i): [string, PartState] => [
      refundPart(first + i),
      { state: 'Requested', since, amount: each.amount, reason: each.why },
    ]),
  );
  return withAmounts(order, { facts: { refunds: { ...order.facts.refunds, ...refunds } }, parts });
}

/** Gives back what is due, one after the other; what a bank has taken back meanwhile is not given back twice. */
export async function refund(order: Order): Promise<Move<OrderState>> {
  for (const [ordinal, each] of requested(order)) {
    const name = refundPart(Number(ordinal));
    if (partState(order.state, capturePart(each.of)) === 'ChargedBack') {
      order.learn(withAmounts(order, { parts: all([name], 'NotNeeded', order.now(), { reason: 'chargedBack' }) }));
      continue;
    }
    const given = await payments.refundCapture({
      key: order.key('refund', `${ordinal}.${each.attempt}`),
      orderId: order.id,
      captureId: order.facts.captures?.[each.of]?.captureId ?? '',
      amount: each.amount,
      callback: { reference: order.workflowId },
    }); // yields
    if (given.outcome === 'none') order.learn(withAmounts(order, { parts: all([name], 'NotNeeded', order.now()) }));
    else if (given.outcome !== 'pending') order.learn(decided(order, ordinal, given));
    else {
      const refunds = { ...order.facts.refunds, [ordinal]: { ...each, refundId: given.refundId } };
      order.learn({ facts: { refunds }, ...order.expect(`refund:${ordinal}`) });
      await order.until(() => partState(order.state, name) !== 'Requested'); // yields
    }
  }
  const failed = Object.keys(order.facts.refunds ?? {}).some((n) => partState(order.state, refundPart(Number(n))) === 'Failed');
  return failed ? { to: 'ExceptionReview', reason: { code: 'refundFailed' } } : { to: 'Completed' };
}

function requested(order: Order): ReadonlyArray<readonly [ordinal: string, refund: Refund]> {
  return Object.entries(order.facts.refunds ?? {}).filter(
    ([ordinal]) => partState(order.state, refundPart(Number(ordinal))) === 'Requested',
  );
}

function decided(order: Order, ordinal: string, answer: RefundDecided): Patch {
  const name = refundPart(Number(ordinal));
  const state = answer.outcome === 'refunded' ? 'Refunded' : 'Failed';
  const reason = answer.outcome === 'failed' ? { reason: answer.code } : {};
  const before = order.facts.refunds?.[ordinal] as Refund;
  return withAmounts(order, {
    facts: { refunds: { ...order.facts.refunds, [ordinal]: { ...before, refundId: answer.refundId } } },
    parts: { [name]: { ...(order.state.parts[name] as PartState), ...reason, state, since: order.now() } },
    ...order.received(`refund:${ordinal}`),
  });
}

export function takeRefund(order: Order, answer: OrderMessages['refundDecided']): Taken {
  const [ordinal] =
    Object.entries(order.facts.refunds ?? {}).find(([, { refundId }]) => refundId === answer.refundId) ?? [];
  if (ordinal === undefined || partState(order.state, refundPart(Number(ordinal))) !== 'Requested') {
    return { reject: 'alreadyAnswered' };
  }
  return { apply: decided(order, ordinal, answer) };
}

// ---- returns ----------------------------------------------------------------------------------------------------------------------

export function takeReturn(order: Order, { lineIds, ...because }: RequestReturn): Taken {
  if (new Set(lineIds).size !== lineIds.length) return { reject: 'lineTwice' };
  if (order.facts.returning) return { reject: 'alreadyReturning' };
  const parts = lineIds.map((lineId) => order.state.parts[lineId]);
  if (parts.some((part) => part?.state !== 'Delivered')) return { reject: 'lineNotDelivered' };
  const oldest = Math.min(...parts.map((part) => Date.parse(part?.since ?? '')));
  if (Date.now() - oldest > RETURN_WITHIN_MS * order.rules.scale) return { reject: 'returnTooLate' };
  return {
    apply: { facts: { returning: { lineIds } }, parts: all(lineIds, 'ReturnRequested', order.now()) },
    reason: reasonOf(because),
  };
}

export function takeBack(order: Order, { lineIds }: OrderMessages['returnReceived']): Taken {
  const { returning } = order.facts;
  if (!returning || returning.receivedAt !== undefined) return { reject: 'alreadyAnswered' };
  const come = returning.lineIds.filter((lineId) => lineIds.includes(lineId));
  if (come.length === 0) return { reject: 'otherLines' };
  const kept = returning.lineIds.filter((lineId) => !lineIds.includes(lineId));
  return {
    apply: {
      facts: { returning: { lineIds: come, receivedAt: order.now() } },
      // What did not come with the rest is kept.
      parts: all(kept, 'Delivered', order.now()),
      ...order.received('goods'),
    },
  };
}

/** What of the price is given back, line by line; money goes back the way it came. */
export function inspectReturn(order: Order, { lines, ...because }: InspectReturn): Taken {
  const lineIds = order.facts.returning?.lineIds ?? [];
  if (new Set(lines.map(({ lineId }) => lineId)).size !== lines.length) return { reject: 'lineTwice' };
  if (lines.length !== lineIds.length || lines.some(({ lineId }) => !lineIds.includes(lineId))) {
    return { reject: 'otherLines' };
  }
  const currency = currencyOf(order.facts);
  if (lines.some(({ refund: given }) => given.currency !== currency)) return { reject: 'otherCurrency' };
  const shares = lines.flatMap(({ lineId, refund: given }) => spread(order, lineId, given.minor) ?? [undefined]);
  if (shares.includes(undefined)) return { reject: 'refundTooHigh' };
  const due = new Map<number, number>();
  for (const [of, minor] of shares as Array<readonly [number, number]>) due.set(of, (due.get(of) ?? 0) + minor);
  const refunds = [...due].map(([of, minor]): Refund => ({ of, amount: { minor, currency }, attempt: 1, why: 'returned' }));
  const patch = refunds.length > 0 ? withRefunds(order, refunds) : {};
  return {
    apply: {
      ...patch,
      facts: { ...patch.facts, returning: null },
      parts: { ...patch.parts, ...all(lineIds, 'Returned', order.now()) },
    },
    reason: reasonOf(because),
    move: { to: refunds.length > 0 ? 'RefundPending' : 'Completed', reason: reasonOf(because) },
  };
}

/** Of which shipments a line's refund is; undefined where it is more than was paid for the line. */
function spread(order: Order, lineId: string, minor: number): Array<readonly [of: number, minor: number]> | undefined {
  const shares: Array<readonly [number, number]> = [];
  let left = minor;
  for (const { ordinal, lines } of shipmentsOf(order.facts)) {
    if (partState(order.state, capturePart(ordinal)) !== 'Captured') continue;
    const paid = priceOf(order.facts, lines.filter((line) => line.lineId === lineId));
    const share = Math.min(left, paid);
    if (share > 0) shares.push([ordinal, share]);
    left -= share;
  }
  return left > 0 ? undefined : shares;
}

// ---- chargebacks ------------------------------------------------------------------------------------------------------------------

export function takeChargeback(order: Order, told: OrderMessages['paymentChargedBack']): Taken {
  const [ordinal] =
    Object.entries(order.facts.captures ?? {}).find(([, { captureId }]) => captureId === told.captureId) ?? [];
  if (ordinal === undefined) return { reject: 'unknownShipment' };
  const name = capturePart(Number(ordinal));
  if (partState(order.state, name) !== 'Captured') return { reject: 'alreadyAnswered' };
  const receivedAt = order.now();
  const evidenceMs = Math.max(Date.parse(told.evidenceDueAt) - Date.parse(receivedAt), LEAST_EVIDENCE_MS);
  const closed = order.state.state === 'Completed';
  const from = closed ? 'Reopened' : (order.state.state as OrderState);
  const part = order.state.parts[name] as PartState;
  const apply = withAmounts(order, {
    facts: { chargeback: { ...told, receivedAt, evidenceMs, from } },
    parts: { [name]: { ...part, state: 'ChargedBack', since: receivedAt, reason: told.code } },
  });
  return closed ? { apply } : { apply, move: { to: 'ChargebackOpen', reason: { code: told.code } } };
}

export function answerChargeback(order: Order, { decision, reference, ...because }: OrderMessages['answerChargeback']): Taken {
  const { chargeback } = order.facts;
  if (!chargeback) return { reject: 'alreadyAnswered' };
  if (decision === 'evidenceSent' && reference === undefined) return { reject: 'referenceMissing' };
  const reason = { ...reasonOf(because), ...(reference !== undefined && { reference }) };
  return { apply: {}, reason, move: { to: chargeback.from, reason } };
}
