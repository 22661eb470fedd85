/** Orders and what the warehouses and carriers do with their shipments. */
import type { OrderFacts, Shipment } from '../../workflows/order/facts.js';
import { latest, type Discrepancy, type Missed, type Recorded } from './discrepancy.js';
import type { Kind } from './kinds.js';
import type { ShipmentRow } from './lists.js';

type Order = Recorded<OrderFacts>;

/** What the order says of a shipment. */
interface Known extends Pick<Shipment, 'ordinal' | 'shipmentId' | 'stop'> {
  readonly part: string;
  readonly since: string;
}

/** The message that tells that a shipment is in a state, and the order's parts that have not heard of it. */
const NEWS: Readonly<Record<string, { readonly message: string; readonly behind: readonly string[] }>> = {
  dispatched: { message: 'shipmentDispatched', behind: ['Requested', 'Created', 'Stopped'] },
  inTransit: { message: 'shipmentInTransit', behind: ['Requested', 'Created', 'Stopped'] },
  deliveryFailed: { message: 'shipmentDeliveryFailed', behind: ['Requested', 'Created', 'Stopped'] },
  delivered: { message: 'shipmentDelivered', behind: ['Requested', 'Created', 'Stopped', 'Dispatched'] },
  returned: { message: 'shipmentReturned', behind: ['Requested', 'Created', 'Stopped', 'Dispatched'] },
  lost: { message: 'shipmentLost', behind: ['Requested', 'Created', 'Stopped', 'Dispatched'] },
};

export function compareOrderShipments(
  order: Order | undefined,
  { shipments }: { readonly shipments: readonly ShipmentRow[] },
): Discrepancy[] {
  if (!order) return shipments.filter(isUnderWay).map((row) => disagree('shipment-unknown', row));
  const known = knownShipments(order);
  const compared = shipments.flatMap((row) => {
    const own = known.find(({ ordinal }) => ordinal === row.ordinal);
    return own ? compareKnown(order, own, row) : isUnderWay(row) ? [disagree('shipment-unasked', row)] : [];
  });
  return [...compared, ...vanished(order, known, shipments)];
}

function knownShipments({ facts, parts, since }: Order): Known[] {
  return Object.values(facts.shipments ?? {}).map(({ ordinal, shipmentId, stop }) => {
    const part = parts[`shipment:${ordinal}`];
    return {
      ordinal,
      ...(shipmentId !== undefined && { shipmentId }),
      ...(stop && { stop }),
      part: part?.state ?? 'none',
      since: part?.since ?? since,
    };
  });
}

function compareKnown(order: Order, known: Known, row: ShipmentRow): Discrepancy[] {
  if (row.state === 'stopped') return compareStopped(known, row);
  const news = NEWS[row.state];
  if (!news) return known.part === 'Stopped' ? [disagree('shipment-left', row, known)] : [];
  if (known.part === 'Refused') return [disagree('shipment-left', row, known)];
  if (!news.behind.includes(known.part)) return [];
  if (order.closed) return [disagree('shipment-left', row, known)];
  return [disagree('shipment-untold', row, known, update(row, news.message))];
}

function compareStopped(known: Known, row: ShipmentRow): Discrepancy[] {
  if (!['Requested', 'Created'].includes(known.part)) return [];
  if (!known.stop) return [disagree('shipment-state-differs', row, known)];
  if (known.stop.outcome !== undefined) return [];
  const { shipmentId, changedAt: occurredAt } = row;
  const missed = { name: 'stopAnswered', data: { shipmentId, outcome: 'stopped' }, occurredAt };
  return [disagree('stop-untold', row, known, missed)];
}

function vanished(order: Order, known: readonly Known[], rows: readonly ShipmentRow[]): Discrepancy[] {
  if (order.closed) return [];
  return known
    .filter(
      ({ ordinal, shipmentId, part }) =>
        shipmentId !== undefined &&
        ['Created', 'Dispatched'].includes(part) &&
        !rows.some((row) => row.ordinal === ordinal),
    )
    .map((own) => ({
      kind: 'shipment-vanished',
      key: own.shipmentId ?? String(own.ordinal),
      since: own.since,
      evidence: { here: own, there: null },
    }));
}

/** The newest update, under its own number: those before it are older news when they come. */
function update(row: ShipmentRow, name: string): Missed {
  const { shipmentId, updates: number, changedAt: at, code } = row;
  return { name, data: { shipmentId, number, at, ...(code !== undefined && { code }) }, occurredAt: at };
}

const isUnderWay = ({ state }: ShipmentRow): boolean => state !== 'stopped' && state !== 'returned';

function disagree(kind: Kind, row: ShipmentRow, here?: Known, missed?: Missed): Discrepancy {
  return {
    kind,
    key: row.shipmentId,
    since: latest(row.changedAt, here?.since),
    evidence: { here: here ?? null, there: row },
    ...(missed && { missed }),
  };
}
