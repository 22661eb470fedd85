/** From the release on: shipments are made, captured when they leave, followed until they have arrived, and stopped where they can be. */
import { ActivityFailure, ApplicationFailure, proxyActivities } from '@temporalio/workflow';
import { INVENTORY_TASK_QUEUE, type InventoryActivities } from '../../activities/inventory/contract.js';
import { PAYMENTS_TASK_QUEUE, type CaptureDecided, type PaymentsActivities } from '../../activities/payments/contract.js';
import { SHIPPING_TASK_QUEUE, type CarrierUpdate, type ShippingActivities } from '../../activities/shipping/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { PartState, Patch } from '../lifecycle/entry.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import { refundsFor } from './aftermath.js';
import {
  all,
  authorizationPart,
  capturePart,
  currencyOf,
  heldNow,
  leftWarehouse,
  partState,
  priceOf,
  shipmentPart,
  shipmentsIn,
  shipmentsOf,
  withAmounts,
  type Order,
  type Shipment,
} from './facts.js';
import type { OrderMessages } from './messages.js';
import type { OrderState } from './states.js';

type Next = Promise<Move<OrderState>>;

const inventory = proxyActivities<InventoryActivities>(serviceCalls(INVENTORY_TASK_QUEUE));
const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));
const shipping = proxyActivities<ShippingActivities>(serviceCalls(SHIPPING_TASK_QUEUE));

/** What becomes of a shipment's lines with it. */
const LINES_AFTER: Readonly<Record<string, string>> = {
  Dispatched: 'Shipped',
  Delivered: 'Delivered',
  Returned: 'Returned',
  Lost: 'Lost',
  Stopped: 'NotShipped',
  Refused: 'NotShipped',
};

// ---- steps ------------------------------------------------------------------------------------------------------------------------

/** The warehouses are told, all at once; one that refuses does not keep the others from shipping. */
export async function release(order: Order): Next {
  if (!order.facts.shipments) order.learn(planned(order));
  await Promise.all(shipmentsIn(order, 'Requested').map((shipment) => create(order, shipment))); // yields
  if (shipmentsIn(order, 'Created', 'Dispatched', 'Delivered', 'Returned', 'Lost').length === 0) {
    return { to: 'StopPending', reason: { code: 'notShippable' } };
  }
  await order.until(() => leftWarehouse(order).length > 0); // yields
  return { to: 'InDelivery' };
}

/** Takes the money for what has left, and waits until everything has arrived, or come back. */
export async function deliver(order: Order): Next {
  const open = () => shipmentsIn(order, 'Requested', 'Created', 'Dispatched').length > 0;
  for (;;) {
    await Promise.all(uncaptured(order).map((shipment) => capture(order, shipment))); // yields
    if (declined(order)) return { to: 'ExceptionReview', reason: { code: 'captureDeclined' } };
    if (!order.facts.allCapturedAt && shipmentsIn(order, 'Requested', 'Created').length === 0) {
      await giveBackUnshipped(order); // yields
      await letGoOfRest(order); // yields
    }
    if (!open() && uncaptured(order).length === 0) break;
    await order.until(() => !open() || uncaptured(order).length > 0); // yields
  }
  const patch = refundsFor(order);
  if (patch) return { to: 'RefundPending', reason: { code: 'notDelivered' }, patch };
  return { to: order.facts.returning ? 'ReturnPending' : 'Completed' };
}

/** Asks the warehouses to stop what has not left. */
export async function stop(order: Order): Next {
  await Promise.all(shipmentsIn(order, 'Requested', 'Created').map((shipment) => askToStop(order, shipment))); // yields
  const unknown = () => shipmentsIn(order, 'Requested', 'Created').filter(({ stop: asked }) => asked?.outcome === undefined);
  await order.until(() => unknown().length === 0); // yields
  if (shipmentsOf(order.facts).some(({ ordinal }) => !isIn(order, ordinal, 'Stopped', 'Refused'))) {
    return { to: 'InDelivery', reason: { code: 'alreadyDispatched' } };
  }
  await giveBackUnshipped(order); // yields
  await letGoOfRest(order); // yields
  return { to: 'Cancelled' };
}

// ---- shipments ----------------------------------------------------------------------------------------------------------------------

/** One shipment for each warehouse that holds something; the delivery is paid with the first. */
function planned(order: Order): Patch {
  const byWarehouse = grouped(heldNow(order.facts));
  const delivery = order.facts.content.delivery?.minor ?? 0;
  const currency = currencyOf(order.facts);
  const shipments = [...byWarehouse].map(([warehouseId, holds], i): Shipment => {
    const lines = holds.map(({ lineId, sku, quantity }) => ({ lineId, sku, quantity }));
    const minor = priceOf(order.facts, lines) + (i === 0 ? delivery : 0);
    return {
      ordinal: i + 1,
      key: order.key('shipment', i + 1),
      warehouseId,
      lines,
      holdIds: holds.map(({ holdId }) => holdId),
      amount: { minor, currency },
    };
  });
  const since = order.now();
  const parts = Object.fromEntries(
    shipments.map(({ ordinal, amount }): [string, PartState] => [
      shipmentPart(ordinal),
      { state: 'Requested', since, amount },
    ]),
  );
  return withAmounts(order, {
    facts: { shipments: Object.fromEntries(shipments.map((shipment) => [shipment.ordinal, shipment])) },
    parts,
    ...order.expect('dispatch'),
  });
}

async function create(order: Order, { ordinal, key, warehouseId, lines }: Shipment): Promise<void> {
  try {
    const { shipmentId } = await shipping.createShipment({
      key,
      orderId: order.id,
      ordinal,
      warehouseId,
      lines,
      addressRef: order.facts.content.addressRef,
      callback: { reference: order.workflowId },
    }); // yields
    // Its first update may have come before this answer.
    const is = isIn(order, ordinal, 'Requested') ? 'Created' : partState(order.state, shipmentPart(ordinal));
    order.learn(became(order, ordinal, is, { shipmentId }));
  } catch (err) {
    if (!isRefused(err, 'ShipmentDeclined')) throw err;
    order.learn(became(order, ordinal, 'Refused', {}, 'ShipmentDeclined'));
  }
}

async function askToStop(order: Order, { ordinal, key }: Shipment): Promise<void> {
  const asked = (order.facts.shipments?.[ordinal]?.stop?.asked ?? 0) + 1;
  order.learn({ ...changed(order, ordinal, { stop: { asked } }), ...order.expect(`stop:${ordinal}`) });
  const { outcome } = await shipping.stopShipment({
    key: order.key('stop', `${ordinal}.${asked}`),
    orderId: order.id,
    shipmentKey: key,
  }); // yields
  if (outcome !== 'asked') order.learn(stopped(order, ordinal, outcome === 'alreadyDispatched' ? outcome : 'stopped'));
}

function stopped(order: Order, ordinal: number, outcome: 'stopped' | 'alreadyDispatched'): Patch {
  const stop = { asked: order.facts.shipments?.[ordinal]?.stop?.asked ?? 1, outcome };
  const patch =
    outcome === 'stopped' && isIn(order, ordinal, 'Requested', 'Created')
      ? became(order, ordinal, 'Stopped', { stop })
      : changed(order, ordinal, { stop });
  return { ...patch, ...order.received(`stop:${ordinal}`) };
}

/** The carrier tells how far a shipment is; what is older than what is known changes nothing. */
export function takeUpdate(order: Order, { shipmentId, number, code }: CarrierUpdate, to: string): Effect<OrderState> {
  const shipment = shipmentsOf(order.facts).find((each) => each.shipmentId === shipmentId) ?? soleUnknown(order);
  if (!shipment) return { reject: 'unknownShipment' };
  const { ordinal } = shipment;
  const before = partState(order.state, shipmentPart(ordinal));
  const over = ['Delivered', 'Returned', 'Lost'].includes(before);
  // The first update of all says that it has left, whichever it is.
  if (over || number <= (shipment.update ?? 0)) return { ignore: true };
  const given = { shipmentId, update: number };
  if (before === to) return { apply: changed(order, ordinal, given) };
  const received = { ...order.received('dispatch'), ...(to !== 'Dispatched' && order.received(`delivery:${ordinal}`)) };
  const expected = to === 'Dispatched' ? order.expect(`delivery:${ordinal}`) : {};
  const patch = became(order, ordinal, to, given, code);
  return { apply: { ...patch, expectations: { ...received.expectations, ...expected.expectations } } };
}

/** An update may come before the answer that names the shipment's id: there is no doubt which it is where only one is unnamed. */
function soleUnknown(order: Order): Shipment | undefined {
  const unnamed = shipmentsOf(order.facts).filter((each) => each.shipmentId === undefined);
  return unnamed.length === 1 ? unnamed[0] : undefined;
}

export function takeStopAnswer(order: Order, { shipmentId, outcome }: OrderMessages['stopAnswered']): Effect<OrderState> {
  const shipment = shipmentsOf(order.facts).find((each) => each.shipmentId === shipmentId);
  if (!shipment?.stop) return { reject: 'unknownShipment' };
  if (shipment.stop.outcome) return { reject: 'alreadyAnswered' };
  return { apply: stopped(order, shipment.ordinal, outcome) };
}

function changed(order: Order, ordinal: number, given: Partial<Shipment>): Patch {
  const { shipments = {} } = order.facts;
  return { facts: { shipments: { ...shipments, [ordinal]: { ...(shipments[ordinal] as Shipment), ...given } } } };
}

/** A shipment reaches a state, and its lines with it. */
function became(order: Order, ordinal: number, state: string, given: Partial<Shipment>, reason?: string): Patch {
  const name = shipmentPart(ordinal);
  const shipment = order.facts.shipments?.[ordinal] as Shipment;
  const since = order.now();
  const after = LINES_AFTER[state];
  const lines = after === undefined ? [] : shipment.lines.map(({ lineId }) => lineId);
  const moved = lines.filter((line) => after !== undefined && order.state.parts[line]?.state !== after && !isElsewhere(order, line, ordinal, state));
  return withAmounts(order, {
    ...changed(order, ordinal, given),
    parts: {
      [name]: { ...order.state.parts[name], state, since, ...(reason !== undefined && { reason }) },
      ...all(moved, after ?? '', since),
    },
  });
}

/** A line that another shipment carries too goes with whichever is last. */
function isElsewhere(order: Order, lineId: string, ordinal: number, state: string): boolean {
  const others = shipmentsOf(order.facts).filter(
    (each) => each.ordinal !== ordinal && each.lines.some((line) => line.lineId === lineId),
  );
  if (state === 'Dispatched') return false;
  return others.some((each) => isIn(order, each.ordinal, 'Requested', 'Created', 'Dispatched'));
}

function isIn({ state }: Order, ordinal: number, ...states: readonly string[]): boolean {
  return states.includes(partState(state, shipmentPart(ordinal)));
}

// ---- money ------------------------------------------------------------------------------------------------------------------------

/** What has left and is not paid. */
function uncaptured(order: Order): Shipment[] {
  return leftWarehouse(order).filter(({ ordinal }) => ['', 'Requested'].includes(partState(order.state, capturePart(ordinal))));
}

const declined = (order: Order): boolean =>
  leftWarehouse(order).some(({ ordinal }) => partState(order.state, capturePart(ordinal)) === 'Declined');

/** The goods are taken from the stock and the money from the card, at once; the intent is on record before. */
async function capture(order: Order, { ordinal, amount, shipmentId, holdIds }: Shipment): Promise<void> {
  const before = order.facts.captures?.[ordinal];
  const attempt = before?.attempt ?? 1;
  const name = capturePart(ordinal);
  if (partState(order.state, name) === '') {
    order.learn({
      facts: { captures: { ...order.facts.captures, [ordinal]: { attempt, amount } } },
      parts: all([name], 'Requested', order.now(), { amount }),
    });
  }
  const { answer } = order.facts.authorization ?? {};
  const [given] = await Promise.all([
    payments.captureCard({
      key: order.key('capture', `${ordinal}.${attempt}`),
      orderId: order.id,
      authorizationId: answer?.authorizationId ?? '',
      shipmentId: shipmentId ?? String(ordinal),
      amount,
      callback: { reference: order.workflowId },
    }),
    inventory.commitHolds({ key: order.key('commit', ordinal), orderId: order.id, holdIds }),
  ]); // yields
  if (given.outcome === 'pending') {
    order.learn({
      facts: { captures: { ...order.facts.captures, [ordinal]: { attempt, amount, captureId: given.captureId } } },
      ...order.expect(`capture:${ordinal}`),
    });
    await order.until(() => partState(order.state, name) !== 'Requested'); // yields
  } else if (partState(order.state, name) === 'Requested') order.learn(decided(order, ordinal, given));
}

function decided(order: Order, ordinal: number, answer: CaptureDecided): Patch {
  const name = capturePart(ordinal);
  const before = order.facts.captures?.[ordinal];
  const state = answer.outcome === 'captured' ? 'Captured' : 'Declined';
  const reason = answer.outcome === 'declined' ? { reason: answer.code } : {};
  return withAmounts(order, {
    facts: { captures: { ...order.facts.captures, [ordinal]: { ...before, captureId: answer.captureId } } },
    parts: { [name]: { ...(order.state.parts[name] as PartState), ...reason, state, since: order.now() } },
    ...order.received(`capture:${ordinal}`),
  });
}

export function takeCapture(order: Order, answer: OrderMessages['captureDecided']): Effect<OrderState> {
  const [ordinal] =
    Object.entries(order.facts.captures ?? {}).find(([, each]) => each.captureId === answer.captureId) ?? [];
  if (ordinal === undefined) return { reject: 'unknownShipment' };
  if (partState(order.state, capturePart(Number(ordinal))) !== 'Requested') return { reject: 'alreadyAnswered' };
  return { apply: decided(order, Number(ordinal), answer) };
}

/** What the warehouses do not ship is anybody's again. */
async function giveBackUnshipped(order: Order): Promise<void> {
  const holdIds = shipmentsIn(order, 'Stopped', 'Refused').flatMap((shipment) => shipment.holdIds);
  if (holdIds.length === 0) return;
  await inventory.releaseHolds({ key: order.key('unshipped', holdIds.length), orderId: order.id, holdIds }); // yields
}

/** Nothing more will be captured: what is left on the card is let go of. */
async function letGoOfRest(order: Order): Promise<void> {
  const { authorization } = order.facts;
  const since = order.now();
  if (!authorization || partState(order.state, authorizationPart(authorization.ordinal)) !== 'Authorized') return;
  const captured = leftWarehouse(order).reduce((sum, { amount }) => sum + amount.minor, 0);
  const rest = authorization.amount.minor - captured;
  if (rest > 0) {
    await payments.voidAuthorization({
      key: order.key('void', authorization.ordinal),
      orderId: order.id,
      authorizationKey: authorization.key,
    }); // yields
  }
  const state = captured > 0 ? 'Captured' : 'Voided';
  order.learn(
    withAmounts(order, {
      facts: { allCapturedAt: since },
      parts: all([authorizationPart(authorization.ordinal)], state, order.now(), { amount: authorization.amount }),
    }),
  );
}

// ---- helpers ----------------------------------------------------------------------------------------------------------------------

function isRefused(err: unknown, type: string): boolean {
  return err instanceof ActivityFailure && err.cause instanceof ApplicationFailure && err.cause.type === type;
}

function grouped<T extends { readonly warehouseId: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.warehouseId, [...(groups.get(item.warehouseId) ?? []), item]);
  return groups;
}
