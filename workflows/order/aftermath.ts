/** After the delivery: what comes back, what is refunded, and what a bank takes back for the customer. */
import { proxyActivities } from '@temporalio/workflow';
import {
  PAYMENTS_TASK_QUEUE,
  type CaptureRefunded,
  type PaymentsActivities,
  type RefundDecided,
} from '../../activities/payments/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { days, hours } from '../lifecycle/definition.js';
import type { PartState, Patch, Reason } from '../lifecycle/entry.js';
import { isRefusal, refusalOf } from '../lifecycle/refusals.js';
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

/** Gives back what is due, one after the other. */
export async function refund(order: Order): Promise<Move<OrderState>> {
  for (const [ordinal, each] of requested(order)) await giveBack(order, ordinal, each); // yields
  const failed = Object.keys(order.facts.refunds ?? {}).some(
    (n) => partState(order.state, refundPart(Number(n))) === 'Failed',
  );
  if (failed) return { to: 'ExceptionReview', reason: { code: 'refundFailed' } };
  return { to: order.facts.returning ? 'ReturnPending' : 'Completed' };
}

/** What was asked before, and its answer lost, is looked up first; what a bank has taken back meanwhile is not given back twice. */
async function giveBack(order: Order, ordinal: string, each: Refund): Promise<void> {
  const key = order.key('refund', `${ordinal}.${each.attempt}`);
  const found = await lookedUp(order, key); // yields
  if (found?.outcome === 'done') return given(order, ordinal, found.answer); // yields
  if (partState(order.state, capturePart(each.of)) === 'ChargedBack') return notNeeded(order, ordinal, 'chargedBack');
  try {
    const answer = await payments.refundCapture({
      key,
      orderId: order.id,
      captureId: order.facts.captures?.[each.of]?.captureId ?? '',
      amount: each.amount,
      callback: { reference: order.workflowId },
    }); // yields
    await given(order, ordinal, answer); // yields
  } catch (err) {
    const code = isRefusal(err) ? refusalOf(err) : undefined;
    if (code === undefined || partState(order.state, refundPart(Number(ordinal))) !== 'Requested') throw err;
    if (code === 'CaptureChargedBack') return notNeeded(order, ordinal, 'chargedBack');
    // Under this key it is refused for good; a person has it tried under another.
    order.learn(decided(order, ordinal, { outcome: 'failed', code }));
  }
}

/** Only a state that is entered again can have asked before. */
async function lookedUp(order: Order, key: string) {
  const before = (order.state.visits['RefundPending']?.entered ?? 1) > 1;
  return before ? payments.lookUpRefund({ key }) : undefined;
}

function notNeeded(order: Order, ordinal: string, reason: string): void {
  const name = refundPart(Number(ordinal));
  const part: PartState = { ...(order.state.parts[name] as PartState), state: 'NotNeeded', since: order.now(), reason };
  order.learn(withAmounts(order, { parts: { [name]: part } }));
}

/** What the bank says of a refund; it may have been told already by its callback. */
async function given(order: Order, ordinal: string, answer: CaptureRefunded): Promise<void> {
  const name = refundPart(Number(ordinal));
  if (partState(order.state, name) !== 'Requested') return;
  if (answer.outcome === 'none') return notNeeded(order, ordinal, 'nothingCaptured');
  if (answer.outcome !== 'pending') return order.learn(decided(order, ordinal, answer));
  const refunds = { ...order.facts.refunds };
  refunds[ordinal] = { ...(refunds[ordinal] as Refund), refundId: answer.refundId };
  order.learn({ facts: { refunds }, ...order.expect(`refund:${ordinal}`) });
  await order.until(() => partState(order.state, name) !== 'Requested'); // yields
}

/** The bank has not called back: what it has answered since is taken as if it had. */
export async function findRefund(order: Order, ordinal: string): Promise<void> {
  const name = refundPart(Number(ordinal));
  const { attempt } = order.facts.refunds?.[ordinal] ?? {};
  if (attempt === undefined || partState(order.state, name) !== 'Requested') return;
  const found = await payments.lookUpRefund({ key: order.key('refund', `${ordinal}.${attempt}`) }); // yields
  if (found.outcome !== 'done' || ['pending', 'none'].includes(found.answer.outcome)) return;
  if (partState(order.state, name) === 'Requested') order.learn(decided(order, ordinal, found.answer as RefundDecided));
}

function requested(order: Order): ReadonlyArray<readonly [ordinal: string, refund: Refund]> {
  return Object.entries(order.facts.refunds ?? {}).filter(
    ([ordinal]) => partState(order.state, refundPart(Number(ordinal))) === 'Requested',
  );
}

type Decided = RefundDecided | { readonly outcome: 'failed'; readonly code: string; readonly refundId?: undefined };

function decided(order: Order, ordinal: string, answer: Decided): Patch {
  const name = refundPart(Number(ordinal));
  const state = answer.outcome === 'refunded' ? 'Refunded' : 'Failed';
  const reason = answer.outcome === 'failed' ? { reason: answer.code } : {};
  const before = order.facts.refunds?.[ordinal] as Refund;
  const { refundId = before.refundId } = answer;
  return withAmounts(order, {
    facts: {
      refunds: { ...order.facts.refunds, [ordinal]: { ...before, ...(refundId !== undefined && { refundId }) } },
    },
    parts: { [name]: { ...(order.state.parts[name] as PartState), ...reason, state, since: order.now() } },
    ...order.received(`refund:${ordinal}`),
  });
}

export function takeRefund(order: Order, answer: OrderMessages['refundDecided']): Taken {
  const refunds = Object.entries(order.facts.refunds ?? {});
  // The callback may come before the answer that names the refund; only one is asked for at a time.
  const [ordinal] =
    refunds.find(([, { refundId }]) => refundId === answer.refundId) ??
    requested(order).find(([, { refundId }]) => refundId === undefined) ??
    [];
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

/** What has not come back by the end is kept. */
export function keepUnreturned(order: Order): Patch {
  const { returning } = order.facts;
  if (!returning) return {};
  return { facts: { returning: null }, parts: all(returning.lineIds, 'Delivered', order.now()) };
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
  const refunds = [...due].map(([of, minor]): Refund => ({
    of,
    amount: { minor, currency },
    attempt: 1,
    why: 'returned',
  }));
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
    const paid = priceOf(
      order.facts,
      lines.filter((line) => line.lineId === lineId),
    );
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

/**
 * Evidence is sent, or the chargeback accepted; either way the money stays with the customer, and nothing of it is refunded. Whether
 * the bank gives it back after all is between the bank and the ledger.
 */
export function answerChargeback(
  order: Order,
  { decision, reference, ...because }: OrderMessages['answerChargeback'],
): Taken {
  const { chargeback } = order.facts;
  if (!chargeback || chargeback.answeredAt !== undefined) return { reject: 'alreadyAnswered' };
  if (decision === 'evidenceSent' && reference === undefined) return { reject: 'referenceMissing' };
  const reason = { ...reasonOf(because), ...(reference !== undefined && { reference }) };
  return {
    // The clock of the next one starts anew, also where this one has struck.
    apply: { facts: { chargeback: { ...chargeback, answeredAt: order.now() } }, clocks: { chargebackEvidence: null } },
    reason,
    move: { to: chargeback.from, reason },
  };
}
