/** What customers and people decide on an order. */
import type { Patch } from '../lifecycle/entry.js';
import type { Effect } from '../lifecycle/spec.js';
import { reasonOf } from './aftermath.js';
import {
  all,
  capturePart,
  currencyOf,
  heldFor,
  heldNow,
  partState,
  refundPart,
  shipmentsIn,
  withAmounts,
  type Order,
  type OrderFacts,
} from './facts.js';
import type {
  AmendOrder,
  AnswerCustomer,
  Because,
  ChangePayment,
  DecideRisk,
  OrderContent,
  ResolveException,
} from './messages.js';
import type { OrderState } from './states.js';

type Taken = Effect<OrderState>;

/** Risk, routing and authorisation are asked again; what is held and still wanted stays held. */
export function amend(order: Order, { content, ...because }: AmendOrder): Taken {
  const ids = content.lines.map(({ lineId }) => lineId);
  if (new Set(ids).size !== ids.length) return { reject: 'lineTwice' };
  const currency = currencyOf(order.facts);
  const prices = [...content.lines.map(({ unitPrice }) => unitPrice), ...(content.delivery ? [content.delivery] : [])];
  if (prices.some((price) => price.currency !== currency)) return { reject: 'otherCurrency' };
  const before = order.facts.content.lines.map(({ lineId }) => lineId);
  if (ids.some((lineId) => partState(order.state, lineId) === 'Dropped')) return { reject: 'lineGone' };
  const since = order.now();
  const known = (lineId: string) => order.state.parts[lineId] !== undefined;
  const reason = reasonOf(because);
  return {
    apply: {
      facts: {
        ...rerouted(order, content),
        content,
        revision: order.facts.revision + 1,
        risk: null,
        riskApproved: false,
      },
      parts: {
        ...all(
          before.filter((lineId) => !ids.includes(lineId)),
          'Dropped',
          since,
        ),
        ...all(
          ids.filter(
            (lineId) => !known(lineId) || ['Reserved', 'Backordered'].includes(partState(order.state, lineId)),
          ),
          'Placed',
          since,
        ),
      },
    },
    reason,
    move: { to: 'RiskCheckPending', reason },
  };
}

/** For another address other warehouses may be nearer: what is held is held anew. */
function rerouted({ facts }: Order, { destination }: OrderContent): Pick<OrderFacts, 'reservations'> {
  const { country, postalCode } = facts.content.destination;
  if (!facts.reservations || (destination.country === country && destination.postalCode === postalCode)) return {};
  const entries = Object.entries(facts.reservations);
  return { reservations: Object.fromEntries(entries.map(([n, each]) => [n, { ...each, elsewhere: true as const }])) };
}

/**
 * What it costs is in the answer's code. `free`: nothing has gone to a warehouse, nothing was taken. `stopAsked`: the warehouses are
 * asked to stop; what has left all the same is charged, and comes back as a return. What has left altogether is refused.
 */
export function cancel(order: Order, because: Because): Taken {
  const reason = reasonOf(because);
  if (!order.facts.shipments) return { apply: {}, reason, code: 'free', move: { to: 'Cancelling', reason } };
  const stoppable = shipmentsIn(order, 'Requested', 'Created').some(
    ({ stop }) => stop?.outcome !== 'alreadyDispatched',
  );
  return stoppable
    ? { apply: {}, reason, code: 'stopAsked', move: { to: 'StopPending', reason } }
    : { reject: 'alreadyDispatched' };
}

export function answerCustomer(order: Order, { choice, ...because }: AnswerCustomer): Taken {
  const reason = reasonOf(because);
  const { content } = order.facts;
  const short = content.lines.filter(({ lineId, quantity }) => heldFor(order.facts, lineId) < quantity);
  if (short.length === 0) return { reject: 'nothingLacking' };
  if (choice === 'wait') return { apply: {}, reason, move: { to: 'AwaitingStock', reason } };
  if (heldNow(order.facts).length === 0) return { reject: 'nothingAvailable' };
  const lines = content.lines.flatMap((line) => {
    const quantity = Math.min(line.quantity, heldFor(order.facts, line.lineId));
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
  const gone = short.filter(({ lineId }) => heldFor(order.facts, lineId) === 0).map(({ lineId }) => lineId);
  const less = short.map(({ lineId }) => lineId).filter((lineId) => !gone.includes(lineId));
  const parts = { ...all(gone, 'Dropped', order.now()), ...all(less, 'Reserved', order.now()) };
  return {
    apply: { facts: { content: { ...content, lines } }, parts },
    reason,
    move: { to: 'AuthorizationPending', reason },
  };
}

export function changePayment(order: Order, { methodToken, ...because }: ChangePayment): Taken {
  const reason = reasonOf(because);
  const again = order.state.state === 'AwaitingPaymentMethod';
  const lacking = order.facts.content.lines.some(({ lineId, quantity }) => heldFor(order.facts, lineId) < quantity);
  // With goods still lacking the other card is kept in mind.
  const move =
    lacking && !again
      ? {}
      : { move: { to: again ? ('ReauthorizationPending' as const) : ('AuthorizationPending' as const), reason } };
  return { apply: { facts: { methodToken } }, reason, ...move };
}

export function decideRisk(_order: Order, { decision, ...because }: DecideRisk): Taken {
  const reason = reasonOf(because);
  return decision === 'approve'
    ? { apply: { facts: { riskApproved: true } }, reason, move: { to: 'ReservationPending', reason } }
    : { apply: {}, reason, move: { to: 'Cancelling', reason: { ...reason, code: 'riskDeclined' } } };
}

export function resolveException(order: Order, { decision, reference, ...because }: ResolveException): Taken {
  const reason = { ...reasonOf(because), ...(reference !== undefined && { reference }) };
  const { from } = order.facts.exception ?? {};
  if (from === undefined) return { reject: 'nothingToSettle' };
  if (decision === 'cancel') {
    // What failed to be undone is tried again, not cancelled once more.
    const effect = from === 'Cancelling' ? undefined : cancel(order, because);
    return effect && 'apply' in effect ? { ...effect, reason } : { reject: 'cannotCancel' };
  }
  if (decision === 'retry') return { apply: again(order), reason, move: { to: from, reason } };
  if (reference === undefined) return { reject: 'referenceMissing' };
  const settled = settledByHand(order);
  return settled ? { apply: settled, reason, move: { to: from, reason } } : { reject: 'nothingToSettle' };
}

/** What failed for good is tried under a new number. */
function again(order: Order): Patch {
  const { captures = {}, refunds = {} } = order.facts;
  const capture = Object.entries(captures).filter(
    ([n]) => partState(order.state, capturePart(Number(n))) === 'Declined',
  );
  const refund = Object.entries(refunds).filter(([n]) => partState(order.state, refundPart(Number(n))) === 'Failed');
  const tried = <T extends { readonly attempt: number }>(of: ReadonlyArray<readonly [string, T]>) =>
    Object.fromEntries(of.map(([n, each]) => [n, { ...each, attempt: each.attempt + 1 }]));
  return {
    facts: { captures: { ...captures, ...tried(capture) }, refunds: { ...refunds, ...tried(refund) } },
    parts: requestedAgain(order, [
      ...capture.map(([n]) => capturePart(Number(n))),
      ...refund.map(([n]) => refundPart(Number(n))),
    ]),
  };
}

function requestedAgain(order: Order, names: readonly string[]) {
  return Object.fromEntries(
    names.map((name) => [name, { ...order.state.parts[name], state: 'Requested', since: order.now() }]),
  );
}

/** What a person has seen to outside; undefined where nothing was left undone. */
function settledByHand(order: Order): Patch | undefined {
  const left = Object.entries(order.state.compensations ?? {}).filter(([, { failed }]) => failed);
  const names = Object.entries(order.state.parts).flatMap(([name, { state }]) =>
    (name.startsWith('capture:') && state === 'Declined') || (name.startsWith('refund:') && state === 'Failed')
      ? [name]
      : [],
  );
  if (left.length === 0 && names.length === 0) return undefined;
  const parts = Object.fromEntries(
    names.map((name) => [name, { ...order.state.parts[name], state: 'SettledByHand', since: order.now() } as const]),
  );
  return withAmounts(order, {
    parts,
    ...(left.length > 0 && { compensations: Object.fromEntries(left.map(([name]) => [name, null])) }),
  });
}
