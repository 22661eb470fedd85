/** What is kept on the customer's card: for everything that is held before the release, and again for the rest before it lapses. */
import { proxyActivities } from '@temporalio/workflow';
import {
  PAYMENTS_TASK_QUEUE,
  type CardAuthorized,
  type PaymentsActivities,
} from '../../activities/payments/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { days, hours } from '../lifecycle/definition.js';
import type { Money, PartState, Patch } from '../lifecycle/entry.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import {
  all,
  authorizationPart,
  capturePart,
  lacking,
  leftWarehouse,
  partState,
  toAuthorize,
  toCapture,
  withAmounts,
  type Authorization,
  type Order,
} from './facts.js';
import type { OrderMessages } from './messages.js';
import { withdrawBackorders } from './reservation.js';
import type { OrderState } from './states.js';

const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));

/** How long before it lapses an authorisation is made again: a day, or half its time where it is short. */
const BEFORE_IT_LAPSES_MS = days(1);
const LEAST_MS = hours(1);

/** Authorises what is needed, unless just that is authorised already, and lets go of what was authorised before. */
export async function authorize(order: Order): Promise<Move<OrderState>> {
  const again = order.state.state === 'ReauthorizationPending';
  if (!again) {
    await withdrawBackorders(order); // yields
    if (lacking(order.facts).length > 0) return { to: 'ReservationPending', reason: { code: 'outOfStock' } };
  }
  const amount = again ? toCapture(order) : toAuthorize(order.facts);
  if (amount.minor > 0 && !isAuthorized(order, amount, again)) await ask(order, amount, again); // yields
  const { ordinal, answer } = order.facts.authorization ?? {};
  const refused = answer?.outcome === 'declined' ? answer.code : undefined;
  if (refused !== undefined && amount.minor > 0) {
    const reason = { code: 'paymentDeclined', reference: refused, visibility: 'customer' as const };
    return { to: again ? 'AwaitingPaymentMethod' : 'AwaitingCustomer', reason };
  }
  await letGo(order, ordinal); // yields
  if (!again) return { to: 'ReleasedToWarehouse' };
  return { to: leftWarehouse(order).length > 0 ? 'InDelivery' : 'ReleasedToWarehouse' };
}

function isAuthorized(order: Order, amount: Money, again: boolean): boolean {
  const { authorization, methodToken } = order.facts;
  if (!authorization || authorization.methodToken !== methodToken) return false;
  if (partState(order.state, authorizationPart(authorization.ordinal)) === 'Requested') return false;
  // It was made in this very visit of the state: the step has been begun anew.
  const fresh = !again || (authorization.authorizedAt ?? '') >= order.state.since;
  return fresh && authorization.answer?.outcome === 'authorized' && authorization.amount.minor === amount.minor;
}

async function ask(order: Order, amount: Money, again: boolean): Promise<void> {
  const before = pending(order, amount);
  // What was asked before may have been answered, and the answer lost.
  const found = before && (await payments.lookUpAuthorization({ key: before.key })); // yields
  if (found?.outcome === 'done') take(order, found.answer);
  else {
    // A refusal is given again under the same key.
    const asked = before && found?.outcome === 'none' ? before : begin(order, amount, again);
    const given = await payments.authorizeCard({
      key: asked.key,
      orderId: order.id,
      amount: asked.amount,
      methodToken: asked.methodToken,
      callback: { reference: order.workflowId },
    }); // yields
    if (order.facts.authorization?.ordinal === asked.ordinal) take(order, given);
  }
  await order.until(() => order.facts.authorization?.answer !== undefined); // yields
}

/** One that was asked for and not answered, for the same amount on the same card: it is asked again, under its own key. */
function pending({ facts, state }: Order, amount: Money): Authorization | undefined {
  const { authorization: last, methodToken } = facts;
  if (!last || last.answer || last.methodToken !== methodToken || last.amount.minor !== amount.minor) return undefined;
  return partState(state, authorizationPart(last.ordinal)) === 'Requested' ? last : undefined;
}

/** The next authorisation; before the release its undo is on record before anybody knows whether the call took effect. */
function begin(order: Order, amount: Money, again: boolean): Authorization {
  const { authorization: last, methodToken } = order.facts;
  const ordinal = (last?.ordinal ?? 0) + 1;
  const key = order.key('authorization', ordinal);
  const earlier = [...(last?.earlier ?? []), ...(last?.authorizationId === undefined ? [] : [last.authorizationId])];
  const authorization = { ordinal, key, amount, methodToken, ...(earlier.length > 0 && { earlier }) };
  order.learn({
    ...(!again && order.compensation(undoOf(ordinal), 'voidAuthorization', { key })),
    facts: { authorization },
    parts: all([authorizationPart(ordinal)], 'Requested', order.now(), { amount }),
  });
  return authorization;
}

const undoOf = (ordinal: number): string => `authorization:${ordinal}`;

/** What the bank says; it may have been told already by its callback. */
function take(order: Order, given: CardAuthorized): void {
  const { authorization } = order.facts;
  if (!authorization || authorization.answer) return;
  const { authorizationId } = given;
  if (given.outcome !== 'pending') order.learn(answered(order, authorization, given));
  else
    order.learn({ facts: { authorization: { ...authorization, authorizationId } }, ...order.expect('authorization') });
}

function answered(order: Order, current: Authorization, answer: NonNullable<Authorization['answer']>): Patch {
  const since = order.now();
  const name = authorizationPart(current.ordinal);
  const undo = undoOf(current.ordinal);
  const authorization = { ...current, authorizationId: answer.authorizationId, answer };
  const received = order.received('authorization');
  if (answer.outcome === 'declined') {
    return {
      facts: { authorization },
      parts: all([name], 'Declined', since, { amount: current.amount, reason: answer.code }),
      // Nothing is kept, so there is nothing to let go of.
      ...(order.state.compensations?.[undo] && { compensations: { [undo]: null } }),
      ...received,
    };
  }
  const lasts = Math.max(Date.parse(answer.expiresAt) - Date.parse(since), 0);
  const renewAfterMs = Math.max(lasts - Math.min(BEFORE_IT_LAPSES_MS, lasts / 2), LEAST_MS);
  return withAmounts(order, {
    facts: { authorization: { ...authorization, authorizedAt: since, renewAfterMs } },
    parts: all([name], 'Authorized', since, { amount: answer.amount }),
    ...received,
  });
}

/** The bank has not called back: what it has answered since is taken as if it had. */
export async function findAuthorization(order: Order): Promise<void> {
  const { authorization } = order.facts;
  if (!authorization || authorization.answer) return;
  const found = await payments.lookUpAuthorization({ key: authorization.key }); // yields
  if (found.outcome !== 'done' || found.answer.outcome === 'pending') return;
  if (order.facts.authorization?.ordinal === authorization.ordinal) take(order, found.answer);
}

export function takeAuthorization(order: Order, answer: OrderMessages['authorizationDecided']): Effect<OrderState> {
  const { authorization } = order.facts;
  if (!authorization || authorization.answer || authorization.earlier?.includes(answer.authorizationId)) {
    return { reject: 'alreadyAnswered' };
  }
  if ((authorization.authorizationId ?? answer.authorizationId) !== answer.authorizationId) {
    return { reject: 'unknownAuthorization' };
  }
  const patch = answered(order, authorization, answer);
  return { apply: { ...patch, ...undoneToo(order, authorization, answer) } };
}

/** The bank says yes although what was asked of it has been undone: that is undone once more, under a key of its own. */
function undoneToo(order: Order, { ordinal, key }: Authorization, { outcome }: { readonly outcome: string }): Patch {
  const released = order.facts.shipments !== undefined;
  if (outcome !== 'authorized' || released || order.state.compensations?.[undoOf(ordinal)]) return {};
  return order.compensation(undoOf(ordinal), 'voidAuthorization', { key, again: true });
}

/** How an authorisation is undone. */
export const voidAuthorization = (order: Order, { key, again }: Readonly<Record<string, unknown>>) => {
  const ordinal = String(key).split('/').at(-1) ?? '';
  return payments.voidAuthorization({
    key: order.key('void', again ? `${ordinal}.2` : ordinal),
    orderId: order.id,
    authorizationKey: String(key),
  });
};

/** What is kept on the card is the customer's again, but for one authorisation; what was captured of it stays. */
export async function letGo(order: Order, keep?: number): Promise<void> {
  const kept = Object.entries(order.state.parts).filter(
    ([name, { state }]) => name.startsWith('authorization:') && ['Requested', 'Authorized'].includes(state),
  );
  for (const [name, { amount }] of kept) {
    const ordinal = Number(name.slice('authorization:'.length));
    if (ordinal === keep) continue;
    const captured = capturedFrom(order, ordinal);
    if (captured < (amount?.minor ?? 0)) {
      await payments.voidAuthorization({
        key: order.key('void', ordinal),
        orderId: order.id,
        authorizationKey: order.key('authorization', ordinal),
      }); // yields
    }
    const undo = undoOf(ordinal);
    const part: PartState = {
      ...order.state.parts[name],
      state: captured > 0 ? 'Captured' : 'Voided',
      since: order.now(),
    };
    order.learn(
      withAmounts(order, {
        parts: { [name]: part },
        ...(order.state.compensations?.[undo] && { compensations: { [undo]: null } }),
      }),
    );
  }
}

function capturedFrom(order: Order, ordinal: number): number {
  return Object.entries(order.facts.captures ?? {}).reduce((sum, [n, { authorization, amount }]) => {
    const taken =
      authorization === ordinal && ['Captured', 'ChargedBack'].includes(partState(order.state, capturePart(Number(n))));
    return sum + (taken ? amount.minor : 0);
  }, 0);
}
