/** Orders and what was taken for their shipments. */
import type { Capture, OrderFacts } from '../../workflows/order/facts.js';
import { latest, type Discrepancy, type Missed, type Recorded } from './discrepancy.js';
import type { Kind } from './kinds.js';
import type { CaptureRow } from './lists.js';

type Order = Recorded<OrderFacts>;

/** What the order says of the capture of a shipment. */
interface Asked {
  readonly ordinal: string;
  readonly captureId: string | undefined;
  readonly amount: Capture['amount'];
  readonly part: string;
  readonly since: string;
}

export function compareCaptures(order: Order | undefined, rows: readonly CaptureRow[]): Discrepancy[] {
  if (!order) return rows.filter(isTaken).map((row) => disagree('capture-unknown', row));
  const left = new Set(rows);
  const known = Object.entries(order.facts.captures ?? {}).flatMap(([ordinal, capture]) => {
    const asked = askedFor(order, ordinal, capture);
    const own = rows.filter((row) => left.has(row) && isOf(order, asked, row));
    for (const row of own) left.delete(row);
    return compareOwn(order, asked, own);
  });
  return [...known, ...[...left].filter(isTaken).map((row) => disagree('capture-unasked', row))];
}

function askedFor({ parts, since }: Order, ordinal: string, { captureId, amount }: Capture): Asked {
  const part = parts[`capture:${ordinal}`];
  return { ordinal, captureId, amount, part: part?.state ?? 'none', since: part?.since ?? since };
}

/** Whether a row is of the shipment, which the order names by its id, or by its number while it had none. */
function isOf({ facts }: Order, { ordinal, captureId }: Asked, row: CaptureRow): boolean {
  const shipmentId = facts.shipments?.[ordinal]?.shipmentId;
  return row.captureId === captureId || row.shipmentId === shipmentId || row.shipmentId === ordinal;
}

function compareOwn(order: Order, asked: Asked, rows: readonly CaptureRow[]): Discrepancy[] {
  const taken = rows.filter(isTaken);
  const named = rows.find(({ captureId }) => captureId === asked.captureId);
  // One that was declined is tried again, as another capture.
  const row = named && isTaken(named) ? named : (taken[0] ?? named);
  if (!row) return vanished(asked);
  const twice = taken.filter((other) => other !== row);
  return [...twice.map((other) => disagree('charged-twice', other, asked)), ...compareOne(order, asked, row)];
}

function compareOne(order: Order, asked: Asked, row: CaptureRow): Discrepancy[] {
  const captured = row.state === 'captured';
  if (captured && row.amount.minor !== asked.amount.minor) return [disagree('capture-amount-differs', row, asked)];
  switch (asked.part) {
    case 'Requested':
      return untold(asked, row);
    case 'Captured':
      if (!captured) return [disagree('capture-state-differs', row, asked)];
      return row.chargedBack && order.facts.chargeback?.captureId !== row.captureId
        ? [disagree('chargeback-untold', row, asked)]
        : [];
    case 'Declined':
      return captured ? [disagree('capture-state-differs', row, asked)] : [];
    default:
      return [];
  }
}

/** The bank has answered. Where the order tries again under a new number, a no from before is an old one. */
function untold(asked: Asked, row: CaptureRow): Discrepancy[] {
  const { captureId, amount, changedAt: occurredAt } = row;
  const name = 'captureDecided';
  if (row.state === 'captured') {
    return [
      disagree('capture-untold', row, asked, { name, data: { outcome: 'captured', captureId, amount }, occurredAt }),
    ];
  }
  if (row.state === 'pending' || Date.parse(row.changedAt) < Date.parse(asked.since)) return [];
  const data = { outcome: 'declined', captureId, code: row.code ?? 'notTold' };
  return [disagree('capture-untold', row, asked, { name, data, occurredAt })];
}

function vanished(asked: Asked): Discrepancy[] {
  const { captureId, part, since } = asked;
  if (captureId === undefined || !['Requested', 'Captured', 'Refunded'].includes(part)) return [];
  return [{ kind: 'capture-vanished', key: captureId, since, evidence: { here: asked, there: null } }];
}

const isTaken = ({ state }: CaptureRow): boolean => state === 'captured' || state === 'pending';

function disagree(kind: Kind, row: CaptureRow, here?: Asked, missed?: Missed): Discrepancy {
  return {
    kind,
    key: row.captureId,
    since: latest(row.changedAt, here?.since),
    evidence: { here: here ?? null, there: row },
    ...(missed && { missed }),
  };
}
