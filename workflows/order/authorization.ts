/** What is kept on the customer's card: for everything that is held before the release, and again for the rest before it lapses. */
import { proxyActivities } from '@temporalio/workflow';
import { PAYMENTS_TASK_QUEUE, type PaymentsActivities } from '../../activities/payments/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { days, hours } from '../lifecycle/definition.js';
import type { Money, Patch } from '../lifecycle/entry.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import {
  all,
  authorizationPart,
  leftWarehouse,
  partState,
  toAuthorize,
  toCapture,
  withAmounts,
  type Authorization,
  type Order,
} from './facts.js';
import type { OrderMessages } from './messages.js';
import type { OrderState } from './states.js';

const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));

/** How long before it lapses an authorisation is made again: a day, or half its time where it is short. */
const BEFORE_IT_LAPSES_MS = days(1);
const LEAST_MS = hours(1);

/** Authorises what is needed, unless just that is authorised already, and lets go of what was authorised before. */
export async function authorize(order: Order): Promise<Move<OrderState>> {
  const again = order.state.state === 'ReauthorizationPending';
  const amount = again ? toCapture(order) : toAuthorize(order.facts);
  if (amount.minor > 0 && !isAuthorized(order, amount, again)) await ask(order, amount, again); // yields
  const { ordinal, answer } = order.facts.authorization ?? {};
  const refused = answer?.outcome === 'declined' ? answer.code : undefined;
  if (refused !== undefined && amount.minor > 0) {
    const reason = { code: 'paymentDeclined', reference: refused, visibility: 'customer' as const };
    return { to: again ? 'AwaitingPaymentMethod' : 'AwaitingCustomer', reason };
  }
  await letGoOfEarlier(order, ordinal); // yields
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
  const asked = pending(order, amount) ?? (await begin(order, amount, again)); // yields
  if (asked.answer) return;
  const given = await payments.authorizeCard({
    key: asked.key,
    orderId: order.id,
    amount: asked.amount,
    methodToken: asked.methodToken,
    callback: { reference: order.workflowId },
  }); // yields
  const current = order.facts.authorization;
  if (current?.ordinal === asked.ordinal && !current.answer) {
    if (given.outcome === 'pending') order.learn(order.expect('authorization', { reference: given.authorizationId }));
    else order.learn(answered(order, given));
  }
  await order.until(() => order.facts.authorization?.answer !== undefined); // yields
}

/** One that was asked for and not answered, for the same amount on the same card: it is asked again, under its own key. */
function pending({ facts, state }: Order, amount: Money): Authorization | undefined {
  const { authorization: last, methodToken } = facts;
  if (!last || last.answer || last.methodToken !== methodToken || last.amount.minor !== amount.minor) return undefined;
  return partState(state, authorizationPart(last.ordinal)) === 'Requested' ? last : undefined;
}

async function begin(order: Order, amount: Money, again: boolean): Promise<Authorization> {
  const ordinal = (order.facts.authorization?.ordinal ?? 0) + 1;
  const key = order.key('authorization', ordinal);
  const authorization = { ordinal, key, amount, methodToken: order.facts.methodToken };
  order.learn({
    ...(!again && order.compensation(undoOf(ordinal), 'voidAuthorization', { key })),
    facts: { authorization },
    parts: all([authorizationPart(ordinal)], 'Requested', order.now(), { amount }),
  });
  return authorization;
}

const undoOf = (ordinal: number): string => `authorization:${ordinal}`;

/** The bank has answered, at once or later. */
function answered(order: Order, answer: NonNullable<Authorization['answer']>): Patch {
  const current = order.facts.authorization as Authorization;
  const since = order.now();
  const name = authorizationPart(current.ordinal);
  const undo = undoOf(current.ordinal);
  if (answer.outcome === 'declined') {
    return {
      facts: { authorization: { ...current, answer } },
      parts: all([name], 'Declined', since, { amount: current.amount, reason: answer.code }),
      // Nothing is kept, so there is nothing to let go of.
      ...(order.state.compensations?.[undo] && { compensations: { [undo]: null } }),
    };
  }
  const lasts = Math.max(Date.parse(answer.expiresAt) - Date.parse(since), 0);
  const renewAfterMs = Math.max(lasts - Math.min(BEFORE_IT_LAPSES_MS, lasts / 2), LEAST_MS);
  return withAmounts(order, {
    facts: { authorization: { ...current, answer, authorizedAt: since, renewAfterMs } },
    parts: all([name], 'Authorized', since, { amount: answer.amount }),
  });
}

/** What was authorised before this one is let go of: the difference is the customer's again. */
async function letGoOfEarlier(order: Order, current: number | undefined): Promise<void> {
  const earlier = Object.entries(order.state.parts).flatMap(([name, { state }]) => {
    const ordinal = name.startsWith('authorization:') ? Number(name.slice('authorization:'.length)) : undefined;
    return ordinal !== undefined && ordinal !== current && ['Requested', 'Authorized'].includes(state) ? [ordinal] : [];
  });
  for (const ordinal of earlier) {
    await payments.voidAuthorization({
      key: order.key('void', ordinal),
      orderId: order.id,
      authorizationKey: order.key('authorization', ordinal),
    }); // yields
    const undo = undoOf(ordinal);
    order.learn(
      withAmounts(order, {
        parts: all([authorizationPart(ordinal)], 'Voided', order.now()),
        ...(order.state.compensations?.[undo] && { compensations: { [undo]: null } }),
      }),
    );
  }
}

export function takeAuthorization(order: Order, answer: OrderMessages['authorizationDecided']): Effect<OrderState> {
  const { authorization } = order.facts;
  if (!authorization || authorization.answer) return { reject: 'alreadyAnswered' };
  return { apply: { ...answered(order, answer), ...order.received('authorization') } };
}
