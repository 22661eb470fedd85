/** Orders and what is kept on cards for them. */
import type { OrderFacts } from '../../workflows/order/facts.js';
import { latest, type Discrepancy, type Missed, type Recorded } from './discrepancy.js';
import type { Kind } from './kinds.js';
import type { AuthorizationRow } from './lists.js';

type Order = Recorded<OrderFacts>;

export function compareAuthorizations(order: Order | undefined, rows: readonly AuthorizationRow[]): Discrepancy[] {
  const kept = rows.filter(isKept);
  if (!order) return kept.map((row) => disagree('authorization-unknown', row));
  if (order.closed) {
    const { state, since } = order;
    const here = { state, since };
    return kept.map((row) => disagree('authorization-left', row, here));
  }
  const current = currentOf(order);
  const counted = current && rows.find((row) => isOf(current, row));
  return [
    ...(counted ? compareCurrent(order, current, counted) : vanished(current)),
    ...unasked(
      order,
      kept.filter((row) => row !== counted),
    ),
  ];
}

/** The authorisation that the order counts on, or waits for. */
interface Current {
  readonly id: string | undefined;
  readonly part: string;
  readonly since: string;
  readonly amount: { readonly minor: number; readonly currency: string };
  readonly answered: boolean;
  readonly earlier: readonly string[];
}

function currentOf({ facts, parts, since }: Order): Current | undefined {
  const { authorization } = facts;
  if (!authorization) return undefined;
  const part = parts[`authorization:${authorization.ordinal}`];
  return {
    id: authorization.authorizationId,
    part: part?.state ?? 'none',
    since: part?.since ?? since,
    amount: authorization.amount,
    answered: authorization.answer !== undefined,
    earlier: authorization.earlier ?? [],
  };
}

/** By its id; one whose answer was lost is the one that was made since it was asked for. */
function isOf({ id, since, earlier }: Current, row: AuthorizationRow): boolean {
  if (id !== undefined) return row.authorizationId === id;
  return !earlier.includes(row.authorizationId) && Date.parse(row.createdAt) >= Date.parse(since);
}

function compareCurrent(order: Order, current: Current, row: AuthorizationRow): Discrepancy[] {
  if (!current.answered) {
    const missed = answerOf(row);
    return missed ? [disagree('authorization-untold', row, current, missed)] : [];
  }
  if (current.part !== 'Authorized') return isKept(row) ? [disagree('authorization-unasked', row, current)] : [];
  if (row.amount.minor !== current.amount.minor) return [disagree('authorization-amount-differs', row, current)];
  // While it is let go of, the ledger is ahead; one that has lapsed is the order's own clock's business.
  const over = row.state === 'voided' || row.state === 'declined' || row.state === 'pending';
  return over && order.state !== 'Cancelling' ? [disagree('authorization-state-differs', row, current)] : [];
}

/** An id that the ledger once gave and has no more. */
function vanished(current: Current | undefined): Discrepancy[] {
  if (current?.id === undefined || !['Requested', 'Authorized', 'Captured'].includes(current.part)) return [];
  const { id, since } = current;
  return [{ kind: 'authorization-vanished', key: id, since, evidence: { here: current, there: null } }];
}

/** Kept, and no part of the order asks for as many: it lets go of earlier ones by itself, and repeats a call whose answer was lost. */
function unasked(order: Order, others: readonly AuthorizationRow[]): Discrepancy[] {
  const current = `authorization:${order.facts.authorization?.ordinal}`;
  const expected = Object.entries(order.parts).filter(
    ([name, { state }]) =>
      name.startsWith('authorization:') && name !== current && ['Requested', 'Authorized'].includes(state),
  ).length;
  const newest = [...others].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  return newest.slice(expected).map((row) => disagree('authorization-unasked', row));
}

/** Money is kept, or about to be. */
const isKept = ({ state, amount, captured }: AuthorizationRow): boolean =>
  (state === 'authorized' || state === 'pending') && captured.minor < amount.minor;

/** The callback that tells what the bank has said; undefined where it has not. */
function answerOf(row: AuthorizationRow): Missed | undefined {
  const { authorizationId, amount, expiresAt, changedAt: occurredAt } = row;
  const name = 'authorizationDecided';
  if (row.state === 'authorized') {
    return { name, data: { outcome: 'authorized', authorizationId, amount, expiresAt }, occurredAt };
  }
  if (row.state !== 'declined') return undefined;
  return { name, data: { outcome: 'declined', authorizationId, code: row.code ?? 'notTold' }, occurredAt };
}

function disagree(kind: Kind, row: AuthorizationRow, here?: { readonly since: string }, missed?: Missed): Discrepancy {
  return {
    kind,
    key: row.authorizationId,
    since: latest(row.changedAt, here?.since),
    evidence: { here: here ?? null, there: row },
    ...(missed && { missed }),
  };
}
