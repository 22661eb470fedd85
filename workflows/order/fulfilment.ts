/** From the release on: shipments are made, captured when they leave, followed until they have arrived, and stopped where they can be. */
import { proxyActivities } from '@temporalio/workflow';
import { INVENTORY_TASK_QUEUE, type Hold, type InventoryActivities } from '../../activities/inventory/contract.js';
import {
  PAYMENTS_TASK_QUEUE,
  type CaptureDecided,
  type CardCaptured,
  type PaymentsActivities,
} from '../../activities/payments/contract.js';
import {
  SHIPPING_TASK_QUEUE,
  type CarrierUpdate,
  type ShippingActivities,
} from '../../activities/shipping/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { PartState, Patch } from '../lifecycle/entry.js';
import { isRefusal, refusalOf } from '../lifecycle/refusals.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import { refundsFor } from './aftermath.js';
import { letGo } from './authorization.js';
import {
  all,
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
  type Capture,
  type News,
  type Order,
  type Shipment,
} from './facts.js';
import type { OrderMessages } from './messages.js';
import type { OrderState } from './states.js';

type Next = Promise<Move<OrderState>>;

const inventory = proxyActivities<InventoryActivities>(serviceCalls(INVENTORY_TASK_QUEUE));
const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));
const shipping = proxyActivities<ShippingActivities>(serviceCalls(SHIPPING_TASK_QUEUE));

/** States of a shipment that has left the warehouse. */
const LEFT = ['Dispatched', 'Delivered', 'Returned', 'Lost'] as const;

/** What the bank says of a capture; a refusal names none. */
type Decided = CaptureDecided | { readonly outcome: 'declined'; readonly code: string; readonly captureId?: undefined };

// ---- steps ------------------------------------------------------------------------------------------------------------------------

/** The warehouses are told, all at once; one that refuses does not keep the others from shipping. */
export async function release(order: Order): Next {
  const again = order.facts.shipments !== undefined;
  if (!again) order.learn(planned(order));
  await Promise.all(shipmentsIn(order, 'Requested').map((shipment) => create(order, shipment, again))); // yields
  if (shipmentsIn(order, 'Created', ...LEFT).length === 0) {
    return { to: 'StopPending', reason: { code: 'notShippable' } };
  }
  await order.until(() => leftWarehouse(order).length > 0); // yields
  return { to: 'InDelivery' };
}

/** Takes the money for what has left, and waits until everything has arrived, or come back. */
export async function deliver(order: Order): Next {
  // Asked for in this visit: asking once more, in the next, does no harm.
  const settled = new Set<number>();
  const unsettled = () => leftWarehouse(order).filter(({ ordinal }) => !settled.has(ordinal));
  const waiting = () => shipmentsIn(order, 'Requested', 'Created').length > 0;
  const unpaid = () => leftWarehouse(order).some(({ ordinal }) => isUnpaid(order, ordinal));
  const closable = () => !order.facts.allCapturedAt && !waiting() && !unpaid() && !declined(order);
  const over = () => !waiting() && !unpaid() && shipmentsIn(order, 'Dispatched').length === 0;
  await Promise.all(shipmentsIn(order, 'Requested').map((shipment) => create(order, shipment, true))); // yields
  for (;;) {
    const due = unsettled();
    await Promise.all(
      due.filter(({ ordinal }) => isUnpaid(order, ordinal)).map(({ ordinal }) => capture(order, ordinal)),
    ); // yields
    if (closable()) await closeOff(order); // yields
    // The goods are gone from the stock, whatever the bank says; the call carries what that was.
    await Promise.all(due.map((shipment) => commit(order, shipment))); // yields
    for (const { ordinal } of due) settled.add(ordinal);
    if (declined(order)) return { to: 'ExceptionReview', reason: { code: 'captureDeclined' } };
    if (unsettled().length > 0) continue;
    if (over()) break;
    await order.until(() => unsettled().length > 0 || declined(order) || closable() || over()); // yields
  }
  const patch = refundsFor(order);
  if (patch) return { to: 'RefundPending', reason: { code: 'notDelivered' }, patch };
  return { to: order.facts.returning ? 'ReturnPending' : 'Completed' };
}

/** Asks the warehouses to stop what has not left. */
export async function stop(order: Order): Next {
  await Promise.all(shipmentsIn(order, 'Requested', 'Created').map(({ ordinal }) => askToStop(order, ordinal))); // yields
  await order.until(() =>
    shipmentsIn(order, 'Requested', 'Created').every(({ stop: asked }) => asked?.outcome !== undefined),
  ); // yields
  if (shipmentsOf(order.facts).some(({ ordinal }) => !isIn(order, ordinal, 'Stopped', 'Refused'))) {
    return { to: 'InDelivery', reason: { code: 'alreadyDispatched' } };
  }
  await closeOff(order); // yields
  return { to: 'Cancelled' };
}

/** Nothing more will leave: what the warehouses do not ship is anybody's again, and so is what is left on the card. */
async function closeOff(order: Order): Promise<void> {
  const unshipped = shipmentsIn(order, 'Stopped', 'Refused');
  await Promise.all(unshipped.map(({ ordinal, holdIds }) => giveBack(order, ordinal, holdIds))); // yields
  await letGo(order); // yields
  order.learn({ facts: { allCapturedAt: order.now() } });
}

const giveBack = (order: Order, ordinal: number, holdIds: readonly string[]) =>
  inventory.releaseHolds({ key: order.key('unshipped', ordinal), orderId: order.id, holdIds });

// ---- shipments ----------------------------------------------------------------------------------------------------------------------

/** One shipment for each warehouse that holds something; the delivery is paid with the first. */
function planned(order: Order): Patch {
  const byWarehouse = grouped(heldNow(order.facts));
  const delivery = order.facts.content.delivery?.minor ?? 0;
  const currency = currencyOf(order.facts);
  const shipments = [...byWarehouse].map(([warehouseId, holds], i): Shipment => {
    const lines = byLine(holds);
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

/** @param again it may have been asked for before, and the answer lost */
async function create(order: Order, { ordinal, key, warehouseId, lines }: Shipment, again: boolean): Promise<void> {
  const found = again ? await shipping.lookUpShipment({ key }) : undefined; // yields
  try {
    const { shipmentId } =
      found?.outcome === 'done'
        ? found.answer
        : await shipping.createShipment({
            key,
            orderId: order.id,
            ordinal,
            warehouseId,
            lines,
            addressRef: order.facts.content.addressRef,
            callback: { reference: order.workflowId },
          }); // yields
    named(order, ordinal, shipmentId);
  } catch (err) {
    if (!isRefusal(err) || refusalOf(err) !== 'ShipmentDeclined') throw err;
    order.learn(became(order, ordinal, 'Refused', {}, 'ShipmentDeclined'));
  }
}

/** Asks a warehouse to stop a shipment; each time under a new key, since a repeat would get the first answer. */
async function askToStop(order: Order, ordinal: number): Promise<void> {
  const { key, stop: before } = order.facts.shipments?.[ordinal] as Shipment;
  const asked = (before?.asked ?? 0) + 1;
  order.learn({ ...changed(order, ordinal, { stop: { asked } }), ...order.expect(`stop:${ordinal}`) });
  const { outcome, shipmentId } = await shipping.stopShipment({
    key: order.key('stop', `${ordinal}.${asked}`),
    orderId: order.id,
    shipmentKey: key,
  }); // yields
  if (shipmentId !== undefined && order.facts.shipments?.[ordinal]?.shipmentId === undefined) {
    named(order, ordinal, shipmentId);
  }
  if (outcome !== 'asked') order.learn(stopped(order, ordinal, outcome === 'alreadyDispatched' ? outcome : 'stopped'));
}

/** The warehouse has not called back: it is asked once more. */
export async function findStop(order: Order, ordinal: number): Promise<void> {
  const waits =
    order.facts.shipments?.[ordinal]?.stop?.outcome === undefined && isIn(order, ordinal, 'Requested', 'Created');
  if (waits) await askToStop(order, ordinal); // yields
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
  const news: News = { to, number, ...(code !== undefined && { code }) };
  const reason = code === undefined ? {} : { reason: { code } };
  const shipment = shipmentsOf(order.facts).find((each) => each.shipmentId === shipmentId) ?? soleUnknown(order);
  if (!shipment) {
    if (!shipmentsOf(order.facts).some((each) => each.shipmentId === undefined)) return { reject: 'unknownShipment' };
    // Which of several it is, the answers will tell that are still on their way.
    const { unnamed = {} } = order.facts;
    if (number <= (unnamed[shipmentId]?.number ?? 0)) return { ignore: true };
    return { apply: { facts: { unnamed: { ...unnamed, [shipmentId]: news } } }, ...reason };
  }
  if (!isNews(order, shipment.ordinal, number)) return { ignore: true };
  return { apply: advanced(order, shipment.ordinal, shipmentId, news), ...reason };
}

/** The first update of all says that it has left, whichever it is. */
function advanced(order: Order, ordinal: number, shipmentId: string, { to, number, code }: News): Patch {
  const given = { shipmentId, update: number };
  if (isIn(order, ordinal, to)) return changed(order, ordinal, given);
  const received = { ...order.received('dispatch'), ...(to !== 'Dispatched' && order.received(`delivery:${ordinal}`)) };
  const expected = to === 'Dispatched' ? order.expect(`delivery:${ordinal}`) : {};
  return {
    ...became(order, ordinal, to, given, code),
    expectations: { ...received.expectations, ...expected.expectations },
  };
}

/** A service has named a shipment: what the carrier has told of it before is news now. */
function named(order: Order, ordinal: number, shipmentId: string): void {
  // Its first update may have come before this answer.
  const is = isIn(order, ordinal, 'Requested') ? 'Created' : partState(order.state, shipmentPart(ordinal));
  order.learn(became(order, ordinal, is, { shipmentId }));
  const { [shipmentId]: news, ...unnamed } = order.facts.unnamed ?? {};
  if (!news) return;
  // What came after it may have been taken already, while this was the only one without a name.
  const patch = isNews(order, ordinal, news.number) ? advanced(order, ordinal, shipmentId, news) : {};
  order.learn({ ...patch, facts: { ...patch.facts, unnamed } });
}

/** Whether an update tells of a shipment what is not known already. */
function isNews(order: Order, ordinal: number, number: number): boolean {
  if (isIn(order, ordinal, 'Delivered', 'Returned', 'Lost')) return false;
  return number > (order.facts.shipments?.[ordinal]?.update ?? 0);
}

/** An update may come before the answer that names the shipment's id: there is no doubt which it is where only one is unnamed. */
function soleUnknown(order: Order): Shipment | undefined {
  const unnamed = shipmentsOf(order.facts).filter((each) => each.shipmentId === undefined);
  return unnamed.length === 1 ? unnamed[0] : undefined;
}

export function takeStopAnswer(
  order: Order,
  { shipmentId, outcome }: OrderMessages['stopAnswered'],
): Effect<OrderState> {
  const shipment = shipmentsOf(order.facts).find((each) => each.shipmentId === shipmentId) ?? soleUnknown(order);
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
  const part: PartState = { ...order.state.parts[name], state, since, ...(reason !== undefined && { reason }) };
  const parts = { ...order.state.parts, [name]: part };
  const moved = shipment.lines.flatMap(({ lineId }) => {
    const after = lineAfter(order, lineId, parts);
    return after === undefined || after === parts[lineId]?.state ? [] : [[lineId, { state: after, since }] as const];
  });
  return withAmounts(order, {
    ...changed(order, ordinal, given),
    parts: { [name]: part, ...Object.fromEntries(moved) },
  });
}

/** What becomes of a line, which several shipments may carry: with the first it has left, and with the last it is where most of it is. */
function lineAfter(order: Order, lineId: string, parts: Order['state']['parts']): string | undefined {
  const states = shipmentsOf(order.facts)
    .filter(({ lines }) => lines.some((line) => line.lineId === lineId))
    .map(({ ordinal }) => parts[shipmentPart(ordinal)]?.state);
  if (states.includes('Dispatched')) return 'Shipped';
  if (states.includes('Requested') || states.includes('Created')) return undefined;
  return ['Delivered', 'Returned', 'Lost'].find((state) => states.includes(state)) ?? 'NotShipped';
}

function isIn({ state }: Order, ordinal: number, ...states: readonly string[]): boolean {
  return states.includes(partState(state, shipmentPart(ordinal)));
}

// ---- money ------------------------------------------------------------------------------------------------------------------------

const isUnpaid = (order: Order, ordinal: number): boolean =>
  ['', 'Requested'].includes(partState(order.state, capturePart(ordinal)));

const declined = (order: Order): boolean =>
  leftWarehouse(order).some(({ ordinal }) => partState(order.state, capturePart(ordinal)) === 'Declined');

const commit = (order: Order, { ordinal, holdIds }: Shipment) =>
  inventory.commitHolds({ key: order.key('commit', ordinal), orderId: order.id, holdIds });

/** The intent is on record before; what was asked before, and its answer lost, is looked up first. */
async function capture(order: Order, ordinal: number): Promise<void> {
  const name = capturePart(ordinal);
  const { amount, shipmentId } = order.facts.shipments?.[ordinal] as Shipment;
  const before = partState(order.state, name) === 'Requested';
  const { ordinal: authorization, answer } = order.facts.authorization ?? {};
  const asked: Capture = {
    ...(order.facts.captures?.[ordinal] ?? { attempt: 1, amount }),
    ...(authorization !== undefined && { authorization }),
  };
  const key = order.key('capture', `${ordinal}.${asked.attempt}`);
  const found = before ? await payments.lookUpCapture({ key }) : undefined; // yields
  if (found?.outcome === 'done') return taken(order, ordinal, found.answer);
  if (!before || order.facts.captures?.[ordinal]?.authorization !== authorization) {
    order.learn({
      facts: { captures: { ...order.facts.captures, [ordinal]: asked } },
      parts: all([name], 'Requested', order.now(), { amount }),
    });
  }
  try {
    const given = await payments.captureCard({
      key,
      orderId: order.id,
      authorizationId: answer?.authorizationId ?? '',
      shipmentId: shipmentId ?? String(ordinal),
      amount,
      callback: { reference: order.workflowId },
    }); // yields
    taken(order, ordinal, given);
  } catch (err) {
    const code = isRefusal(err) ? refusalOf(err) : undefined;
    if (code === undefined || partState(order.state, name) !== 'Requested') throw err;
    // Under this key it is refused for good; a person has it tried under another.
    order.learn(decided(order, ordinal, { outcome: 'declined', code }));
  }
}

/** What the bank says of a capture; it may have been told already by its callback. */
function taken(order: Order, ordinal: number, given: CardCaptured): void {
  const name = capturePart(ordinal);
  if (partState(order.state, name) !== 'Requested') return;
  if (given.outcome !== 'pending') return order.learn(decided(order, ordinal, given));
  const captures = { ...order.facts.captures };
  captures[ordinal] = { ...(captures[ordinal] as Capture), captureId: given.captureId };
  order.learn({ facts: { captures }, ...order.expect(`capture:${ordinal}`) });
}

/** The bank has not called back: what it has answered since is taken as if it had. */
export async function findCapture(order: Order, ordinal: number): Promise<void> {
  const { attempt } = order.facts.captures?.[ordinal] ?? {};
  if (attempt === undefined || partState(order.state, capturePart(ordinal)) !== 'Requested') return;
  const found = await payments.lookUpCapture({ key: order.key('capture', `${ordinal}.${attempt}`) }); // yields
  if (found.outcome !== 'done' || found.answer.outcome === 'pending') return;
  if (partState(order.state, capturePart(ordinal)) === 'Requested') order.learn(decided(order, ordinal, found.answer));
}

function decided(order: Order, ordinal: number, answer: Decided): Patch {
  const name = capturePart(ordinal);
  const { captures = {} } = order.facts;
  const { captureId } = answer;
  const state = answer.outcome === 'captured' ? 'Captured' : 'Declined';
  const reason = answer.outcome === 'declined' ? { reason: answer.code } : {};
  return withAmounts(order, {
    facts: {
      captures: {
        ...captures,
        [ordinal]: { ...(captures[ordinal] as Capture), ...(captureId !== undefined && { captureId }) },
      },
    },
    parts: { [name]: { ...(order.state.parts[name] as PartState), ...reason, state, since: order.now() } },
    ...order.received(`capture:${ordinal}`),
  });
}

export function takeCapture(order: Order, answer: OrderMessages['captureDecided']): Effect<OrderState> {
  const captures = Object.entries(order.facts.captures ?? {});
  const unnamed = captures.filter(
    ([n, { captureId }]) => captureId === undefined && partState(order.state, capturePart(Number(n))) === 'Requested',
  );
  // The callback may come before the answer that names the capture.
  const [ordinal] =
    captures.find(([, { captureId }]) => captureId === answer.captureId) ??
    (unnamed.length === 1 ? unnamed[0] : undefined) ??
    [];
  if (ordinal === undefined) return { reject: 'unknownShipment' };
  if (partState(order.state, capturePart(Number(ordinal))) !== 'Requested') return { reject: 'alreadyAnswered' };
  return { apply: decided(order, Number(ordinal), answer) };
}

// ---- helpers ----------------------------------------------------------------------------------------------------------------------

/** The pieces of each line, once: several holds may keep them. */
function byLine(holds: readonly Hold[]): Shipment['lines'] {
  const lines = new Map<string, Shipment['lines'][number]>();
  for (const { lineId, sku, quantity } of holds) {
    lines.set(lineId, { lineId, sku, quantity: quantity + (lines.get(lineId)?.quantity ?? 0) });
  }
  return [...lines.values()];
}

function grouped<T extends { readonly warehouseId: string }>(items: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.warehouseId, [...(groups.get(item.warehouseId) ?? []), item]);
  return groups;
}
