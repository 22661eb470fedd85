/** Orders and what was given back. */
import type { OrderFacts, Refund } from '../../workflows/order/facts.js';
import { latest, type Discrepancy, type Missed, type Recorded } from './discrepancy.js';
import type { Kind } from './kinds.js';
import type { RefundRow } from './lists.js';

type Order = Recorded<OrderFacts>;

/** What the order says of a refund. */
interface Asked {
  readonly ordinal: string;
  readonly refundId: string | undefined;
  readonly amount: Refund['amount'];
  /** The capture that it is of. */
  readonly captureId: string | undefined;
  readonly part: string;
  readonly since: string;
}

export function compareRefunds(order: Order | undefined, rows: readonly RefundRow[]): Discrepancy[] {
  if (!order) return rows.filter(isGiven).map((row) => disagree('refund-unknown', row));
  const asked = Object.entries(order.facts.refunds ?? {}).map(([ordinal, refund]) => askedFor(order, ordinal, refund));
  const left = new Set(rows);
  const known = asked.flatMap((each) => {
    const row = [...left].find((other) => isOf(each, other));
    if (!row) return vanished(each);
    left.delete(row);
    return compareOne(each, row);
  });
  return [...known, ...[...left].filter(isGiven).map((row) => disagree('refund-unasked', row))];
}

function askedFor({ parts, facts, since }: Order, ordinal: string, { refundId, amount, of }: Refund): Asked {
  const part = parts[`refund:${ordinal}`];
  return {
    ordinal,
    refundId,
    amount,
    captureId: facts.captures?.[of]?.captureId,
    part: part?.state ?? 'none',
    since: part?.since ?? since,
  };
}

/** By its id; one whose answer was lost by what it is of, and how much. */
function isOf({ refundId, captureId, amount, part }: Asked, row: RefundRow): boolean {
  if (refundId !== undefined) return row.refundId === refundId;
  return part === 'Requested' && row.captureId === captureId && row.amount.minor === amount.minor;
}

function compareOne(asked: Asked, row: RefundRow): Discrepancy[] {
  if (isGiven(row) && row.amount.minor !== asked.amount.minor) return [disagree('refund-amount-differs', row, asked)];
  switch (asked.part) {
    case 'Requested':
      return untold(asked, row);
    case 'Refunded':
      return row.state === 'refunded' ? [] : [disagree('refund-state-differs', row, asked)];
    case 'Failed':
      return row.state === 'refunded' ? [disagree('refund-state-differs', row, asked)] : [];
    default:
      return [];
  }
}

/** The bank has answered. Where the order tries again under a new number, a no from before is an old one. */
function untold(asked: Asked, row: RefundRow): Discrepancy[] {
  const { refundId, amount, changedAt: occurredAt } = row;
  const name = 'refundDecided';
  if (row.state === 'refunded') {
    return [
      disagree('refund-untold', row, asked, { name, data: { outcome: 'refunded', refundId, amount }, occurredAt }),
    ];
  }
  if (row.state === 'pending' || Date.parse(row.changedAt) < Date.parse(asked.since)) return [];
  const data = { outcome: 'failed', refundId, code: row.code ?? 'notTold' };
  return [disagree('refund-untold', row, asked, { name, data, occurredAt })];
}

function vanished(asked: Asked): Discrepancy[] {
  const { refundId, part, since } = asked;
  if (refundId === undefined || !['Requested', 'Refunded'].includes(part)) return [];
  return [{ kind: 'refund-vanished', key: refundId, since, evidence: { here: asked, there: null } }];
}

const isGiven = ({ state }: RefundRow): boolean => state === 'refunded' || state === 'pending';

function disagree(kind: Kind, row: RefundRow, here?: Asked, missed?: Missed): Discrepancy {
  return {
    kind,
    key: row.refundId,
    since: latest(row.changedAt, here?.since),
    evidence: { here: here ?? null, there: row },
    ...(missed && { missed }),
  };
}
