/** Claims and the ledger of what was paid on them. */
import type { Money } from '../../workflows/lifecycle/entry.js';
import type { ClaimFacts } from '../../workflows/claim/facts.js';
import type { Coverage } from '../../workflows/claim/messages.js';
import { latest, type Discrepancy, type Missed, type Recorded } from './discrepancy.js';
import type { Kind } from './kinds.js';
import type { PaymentRow } from './lists.js';

type Claim = Recorded<ClaimFacts>;

/** What the claim says of a payment. */
interface Asked {
  readonly state: string;
  readonly since: string;
  readonly amount?: Money;
  /** It is a part of its own: the claim follows it until it is cashed or comes back. */
  readonly followed: boolean;
}

/** Coverage states by what they say of the coverage's last payment, where payments are no parts of their own. */
const PLAIN: Readonly<Record<string, string>> = {
  PaymentRequested: 'Requested',
  Paid: 'Issued',
  PaymentFailed: 'Failed',
};

export function compareClaimPayments(
  claim: Claim | undefined,
  rows: { readonly payments: readonly PaymentRow[] },
): Discrepancy[] {
  const { payments } = rows;
  if (!claim) {
    return payments.filter(isPaid).map((row) => disagree('payment-unknown', row, undefined));
  }
  return [...payments.flatMap((row) => comparePayment(claim, row) ?? []), ...vanished(claim, payments)];
}

function comparePayment(claim: Claim, row: PaymentRow): Discrepancy | undefined {
  const asked = askedFor(claim, row.coverage, row.ordinal);
  if (!asked) return isPaid(row) && !isEarlier(claim, row) ? disagree('payment-unasked', row, undefined) : undefined;
  if (isPaid(row) && asked.amount && asked.amount.minor !== row.amount.minor) {
    return disagree('payment-amount-differs', row, asked);
  }
  if (asked.state === 'Requested') return disagree('payment-untold', row, asked, news(row));
  if (asked.state === 'Issued' && isBack(row)) return disagree('payment-untold', row, asked, news(row));
  // Nobody waits for it once the claim is closed.
  if (asked.state === 'Issued' && asked.followed && !claim.closed && row.state === 'cleared') {
    return disagree('payment-untold', row, asked, news(row));
  }
  if (['Failed', 'Returned'].includes(asked.state) && isPaid(row)) {
    return disagree('payment-state-differs', row, asked);
  }
  return undefined;
}

/** Payments of which the claim says that they were made, and the ledger nothing. */
function vanished(claim: Claim, rows: readonly PaymentRow[]): Discrepancy[] {
  const there = new Set(rows.map(({ coverage, ordinal }) => `${coverage}-${ordinal}`));
  return paymentsOf(claim)
    .filter(([name, { state }]) => ['Issued', 'Cleared'].includes(state) && !there.has(name))
    .map(([name, asked]) => ({
      kind: 'payment-vanished',
      key: name,
      since: asked.since,
      evidence: { here: asked, there: null },
    }));
}

function paymentsOf(claim: Claim): Array<readonly [name: string, asked: Asked]> {
  const followed = Object.entries(claim.parts).flatMap(([part, { state, since, amount }]) =>
    part.startsWith('payment:')
      ? [[part.slice('payment:'.length), { state, since, ...(amount && { amount }), followed: true }] as const]
      : [],
  );
  const names = new Set(followed.map(([name]) => name));
  const plain = Object.entries(claim.facts.payments ?? {}).flatMap(([coverage, intent]) => {
    const name = `${coverage}-${intent.ordinal}`;
    const part = claim.parts[coverage];
    const state = PLAIN[part?.state ?? ''];
    if (names.has(name) || !part || state === undefined) return [];
    return [[name, { state, since: part.since, amount: intent.amount, followed: false }] as const];
  });
  return [...followed, ...plain];
}

const askedFor = (claim: Claim, coverage: string, ordinal: number): Asked | undefined =>
  paymentsOf(claim).find(([name]) => name === `${coverage}-${ordinal}`)?.[1];

/** A claim that keeps no account remembers its last payment on each coverage alone. */
function isEarlier({ facts }: Claim, { coverage, ordinal }: PaymentRow): boolean {
  const last = facts.payments?.[coverage as Coverage];
  return last !== undefined && ordinal <= last.ordinal;
}

const isPaid = ({ state }: PaymentRow): boolean => state === 'paid' || state === 'cleared';
const isBack = ({ state }: PaymentRow): boolean => state === 'returned' || state === 'voided';

/** The callback that tells it. */
function news(row: PaymentRow): Missed {
  const { paymentId, coverage, ordinal, amount, state } = row;
  const which = { paymentId, coverage, ordinal };
  const occurredAt = row.changedAt ?? row.createdAt;
  switch (state) {
    case 'paid':
      return { name: 'paymentAcknowledged', data: { ...which, amount }, occurredAt };
    case 'failed':
      return { name: 'paymentFailed', data: { ...which, code: row.code ?? 'notTold' }, occurredAt };
    case 'cleared':
      return { name: 'paymentCleared', data: which, occurredAt };
    case 'returned':
    case 'voided':
      return { name: 'paymentReturned', data: { ...which, how: state, code: row.code ?? 'notTold' }, occurredAt };
  }
}

function disagree(kind: Kind, row: PaymentRow, here: Asked | undefined, missed?: Missed): Discrepancy {
  return {
    kind,
    key: row.paymentId,
    since: latest(row.changedAt ?? row.createdAt, here?.since),
    evidence: { here: here ?? null, there: row },
    ...(missed && { missed }),
  };
}
