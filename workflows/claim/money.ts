/** A claim's money: reserves, approvals, and payments that are numbered per coverage, issued, cleared, and sometimes come back. */
import { patched } from '@temporalio/workflow';
import type { Authority } from '../../activities/settlement/contract.js';
import type { Actor, Money, PartState, Patch } from '../lifecycle/entry.js';
import type { Entity } from '../lifecycle/entity.js';
import type { Effect, Sender } from '../lifecycle/spec.js';
import {
  coveragesIn,
  isCoverage,
  isManaged,
  nextPayment,
  paidOn,
  paymentsOn,
  type Amounts,
  type ClaimFacts,
  type PaymentIntent,
} from './facts.js';
import type {
  Coverage,
  PayAdvance,
  PaymentAcknowledged,
  PaymentCleared,
  PaymentFailed,
  PaymentReturned,
  SetReserve,
} from './messages.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;
type Taken = Effect<ClaimState>;

/** Name of a payment's part: `payment:building-1`. */
export const paymentPart = (coverage: Coverage, ordinal: number): string => `payment:${coverage}-${ordinal}`;

/** A patch, and what the claim comes to with it. Plain claims keep no such account. */
export function withAmounts(claim: Claim, patch: Patch): Patch {
  const facts = { ...claim.facts, ...patch.facts };
  if (!isManaged(facts)) return patch;
  const parts = { ...claim.state.parts, ...patch.parts };
  const sum = (of: ClaimFacts['reserves'] = {}) => Object.values(of).reduce((total, { minor }) => total + minor, 0);
  const paid = coveragesOf(facts).reduce((total, coverage) => total + paidOn(parts, coverage), 0);
  const approved = sum(facts.approved);
  const amounts: Amounts = {
    currency: currencyOf(facts),
    reserved: sum(facts.reserves),
    approved,
    paid,
    open: approved - paid,
  };
  return { ...patch, facts: { ...patch.facts, amounts } };
}

/** On the way into PaymentPending: which payments will be requested, so that they are on record before the money moves. */
export function requestedPayments(claim: Claim): Patch {
  const since = claim.now();
  const payments: Partial<Record<Coverage, PaymentIntent>> = { ...claim.facts.payments };
  // Of what came back before the settlement, what is not due after it is approved no more.
  const approved = { ...claim.facts.approved, ...approvedAsPaid(claim, 'Paid', 'NotPayable').approved };
  const parts: Record<string, PartState> = {};
  const expectations: Record<string, NonNullable<NonNullable<Patch['expectations']>[string]>> = {};
  for (const coverage of coveragesIn(claim.state.parts, 'Calculated', 'PaymentFailed', 'PaymentRequested')) {
    const intent = paymentOf(claim, coverage);
    payments[coverage] = intent;
    parts[coverage] = { state: 'PaymentRequested', since, amount: intent.amount };
    if (isManaged(claim.facts)) {
      const name = paymentPart(coverage, intent.ordinal);
      parts[name] = claim.state.parts[name] ?? { state: 'Requested', since, amount: intent.amount };
      // Of a payment that is under way it stands: an earlier one may have come back meanwhile.
      if (intent !== claim.facts.payments?.[coverage]) {
        approved[coverage] = { ...intent.amount, minor: paidOn(claim.state.parts, coverage) + intent.amount.minor };
      }
    }
    Object.assign(expectations, awaitedPayment(claim, coverage, intent).expectations);
  }
  if (!isManaged(claim.facts)) return { facts: { payments }, parts, expectations };
  const { decidedAt, payableFrom } = claim.facts;
  const times = { decidedAt: decidedAt ?? since, payableFrom: payableFrom ?? since };
  return withAmounts(claim, { facts: { payments, approved, ...times }, parts, expectations });
}

function paymentOf(claim: Claim, coverage: Coverage): PaymentIntent {
  const { facts } = claim;
  const part = claim.state.parts[coverage] as PartState;
  const intent = nextPayment(facts, coverage, part);
  if (!isManaged(facts) || intent === facts.payments?.[coverage]) return intent;
  // Behind those that were never issued: one that was issued anew since is no longer to be replaced.
  const [ordinal, last] = paymentsOn(claim.state.parts, coverage).findLast(([, { state }]) => state !== 'Failed') ?? [];
  const supplement = facts.reopening?.by === 'supplement' && part.state === 'Calculated';
  return {
    ...intent,
    kind: supplement ? 'supplement' : 'final',
    payees: payees(facts, coverage),
    ...(last?.state === 'Returned' && ordinal !== undefined && { replaces: ordinal }),
  };
}

/** Whose names are on the check: the lender's beside the insured's on the building, the vendor's alone for a repair. */
function payees({ policy, repair }: ClaimFacts, coverage: Coverage): string[] {
  if (repair?.completed?.includes(coverage)) return [`vendor:${repair.vendorId}`];
  const lenders = coverage === 'building' ? (policy?.mortgagees ?? []) : [];
  return ['insured', ...lenders.map((reference) => `mortgagee:${reference}`)];
}

function awaitedPayment(claim: Claim, coverage: Coverage, { ordinal, kind }: PaymentIntent): Patch {
  const what = `the acknowledgment of the ${coverage} ${kind === 'advance' ? 'advance' : 'payment'}`;
  return claim.expect(`payment:${coverage}`, { what, reference: `payment-${coverage}/${ordinal}` });
}

/** The advance that waits to be issued. */
export function pendingAdvance({ facts, state: { parts } }: Claim): readonly [Coverage, PaymentIntent] | undefined {
  const all = Object.entries(facts.payments ?? {}) as [Coverage, PaymentIntent][];
  return all.find(
    ([coverage, { ordinal, kind }]) =>
      (kind === 'advance' || kind === 'partial') && parts[paymentPart(coverage, ordinal)]?.state === 'Requested',
  );
}

/** Whether a payment is requested and nobody knows yet what has become of it. */
export const isPaying = (claim: Claim): boolean =>
  coveragesIn(claim.state.parts, 'PaymentRequested').length > 0 || pendingAdvance(claim) !== undefined;

/** Money has been issued, be it in advance. */
export function isPaidUpon({ state: { parts } }: Claim): boolean {
  const coverages = Object.keys(parts).filter(isCoverage) as Coverage[];
  return coverages.some((coverage) => parts[coverage]?.state === 'Paid' || paidOn(parts, coverage) > 0);
}

/**
 * Money before the settlement: at most what is reserved, never more than the coverage's limit, and with all that the claim has paid
 * within the authority of who gives it. What is above it is given by somebody else.
 */
export function takeAdvance(
  claim: Claim,
  { coverage, amount, kind = 'advance', reasonCode, note }: PayAdvance,
  { actor }: Pick<Sender, 'actor'>,
): Taken {
  const { facts, state } = claim;
  const limit = facts.policy?.coverages.find((insured) => insured.coverage === coverage)?.limit;
  if (!isManaged(facts)) return { reject: 'shortWay' };
  if (!limit || !['Open', 'Assessed'].includes(state.parts[coverage]?.state ?? ''))
    return { reject: 'coverageNotOpen' };
  if (pendingAdvance(claim)) return { reject: 'paymentUnderWay' };
  const paid = paidOn(state.parts, coverage);
  if (amount.minor === 0 || amount.currency !== limit.currency || paid + amount.minor > limit.minor) {
    return { reject: 'aboveLimit' };
  }
  if (paid + amount.minor > (facts.reserves?.[coverage]?.minor ?? 0)) return { reject: 'aboveReserve' };
  if (isAboveOwn(claim, new Map([[coverage, amount.minor]]), actor)) return { reject: 'aboveAuthority' };
  const ordinal = (facts.payments?.[coverage]?.ordinal ?? 0) + 1;
  const intent: PaymentIntent = { ordinal, amount, kind, payees: payees(facts, coverage) };
  const reason = { code: reasonCode, ...(note !== undefined && { note }) };
  const apply = withAmounts(claim, {
    facts: {
      payments: { ...facts.payments, [coverage]: intent },
      approved: { ...facts.approved, [coverage]: { ...amount, minor: paid + amount.minor } },
    },
    parts: { [paymentPart(coverage, ordinal)]: { state: 'Requested', since: claim.now(), amount } },
    ...awaitedPayment(claim, coverage, intent),
  });
  return { apply, reason, move: { to: 'AdvancePending', reason } };
}

/** What is set aside for a coverage. */
export function takeReserve(claim: Claim, { coverage, amount, reasonCode, note }: SetReserve): Taken {
  const insured = claim.facts.policy?.coverages.find((bought) => bought.coverage === coverage);
  if (!insured) return { reject: 'notInsured' };
  if (amount.currency !== insured.limit.currency || amount.minor > insured.limit.minor) return { reject: 'aboveLimit' };
  const reserves = { ...claim.facts.reserves, [coverage]: amount };
  return {
    apply: withAmounts(claim, { facts: { reserves } }),
    reason: { code: reasonCode, ...(note !== undefined && { note }) },
  };
}

/** The payment system has issued a payment. Where an earlier one came back meanwhile, the coverage is not paid yet. */
export function takeIssue(claim: Claim, paid: PaymentAcknowledged): Taken {
  return issued(claim, paid, 'Issued');
}

function issued(
  claim: Claim,
  paid: Pick<PaymentAcknowledged, 'coverage' | 'ordinal' | 'amount'>,
  becomes: 'Issued' | 'Cleared',
): Taken {
  const since = claim.now();
  const missing = unpaid(claim, paid.coverage, paid.amount.minor);
  const part: PartState =
    missing && missing.minor > 0
      ? { state: 'PaymentFailed', since, reason: 'earlierReturned', amount: missing }
      : { state: 'Paid', since, amount: paid.amount };
  const taken = answered(claim, paid, part, becomes);
  // The rest of one that seems to be paid in part would be paid a second time: the payment stays open until a person has asked.
  return !('reject' in taken) && isOtherThanAsked(claim, paid) && patched('payment-amount')
    ? { reject: 'otherAmount' }
    : taken;
}

function isOtherThanAsked(
  { facts, state }: Claim,
  { coverage, ordinal, amount }: Pick<PaymentAcknowledged, 'coverage' | 'ordinal' | 'amount'>,
): boolean {
  const asked = (state.parts[paymentPart(coverage, ordinal)] ?? facts.payments?.[coverage])?.amount;
  return asked?.minor !== amount.minor || asked.currency !== amount.currency;
}

/** The payment system will not issue a payment. */
export function takeFailure(claim: Claim, failed: PaymentFailed): Taken {
  const amount = unpaid(claim, failed.coverage) ?? claim.state.parts[failed.coverage]?.amount;
  const part = { state: 'PaymentFailed', since: claim.now(), reason: failed.code, ...(amount && { amount }) };
  return answered(claim, failed, part, 'Failed');
}

/** What is approved on a coverage whose payment is under way, and not paid; undefined where the claim keeps no account. `more`: what is added to the paid. */
function unpaid({ facts, state }: Claim, coverage: Coverage, more = 0): Money | undefined {
  const approved = facts.approved?.[coverage];
  return approved && { ...approved, minor: approved.minor - paidOn(state.parts, coverage) - more };
}

/** Marks a payment that its service has refused for good. */
export function refusedPayment(claim: Claim, coverage: Coverage, intent: PaymentIntent, reason: string): Patch {
  const since = claim.now();
  const part = claim.state.parts[coverage] as PartState;
  const name = paymentPart(coverage, intent.ordinal);
  const payment = claim.state.parts[name];
  const amount = unpaid(claim, coverage) ?? part.amount;
  const failed = { ...part, state: 'PaymentFailed', since, reason, ...(amount && { amount }) };
  const parts = {
    ...(part.state === 'PaymentRequested' && { [coverage]: failed }),
    // The news that it was issued after all may have come first; that is then what is true.
    ...(payment?.state === 'Requested' && { [name]: { ...payment, state: 'Failed', since, reason } }),
  };
  return withAmounts(claim, { parts, ...claim.received(`payment:${coverage}`) });
}

function answered(
  claim: Claim,
  about: Pick<PaymentFailed, 'coverage' | 'ordinal'>,
  part: PartState,
  becomes: 'Issued' | 'Cleared' | 'Returned' | 'Failed',
): Taken {
  const { coverage, ordinal } = about;
  const intent = claim.facts.payments?.[coverage];
  const name = paymentPart(coverage, ordinal);
  const payment = claim.state.parts[name];
  if (!payment && intent?.ordinal !== ordinal) return { reject: 'unknownPayment' };
  const current = claim.state.parts[coverage]?.state === 'PaymentRequested' && intent?.ordinal === ordinal;
  if (payment ? payment.state !== 'Requested' : !current) return { reject: 'alreadyAnswered' };
  const moved = payment && {
    [name]: {
      ...payment,
      state: becomes,
      since: part.since,
      ...(becomes === 'Failed' && part.reason && { reason: part.reason }),
    },
  };
  const patch: Patch = {
    parts: { ...(current && { [coverage]: part }), ...moved },
    ...claim.received(`payment:${coverage}`),
  };
  return { apply: withAmounts(claim, patch) };
}

/** A payment was cashed. */
export function takeClearing(claim: Claim, { coverage, ordinal }: PaymentCleared): Taken {
  const name = paymentPart(coverage, ordinal);
  const payment = claim.state.parts[name];
  if (!payment?.amount) return { reject: 'unknownPayment' };
  if (payment.state === 'Requested') return issued(claim, { coverage, ordinal, amount: payment.amount }, 'Cleared');
  if (payment.state !== 'Issued') return { reject: 'alreadyAnswered' };
  return { apply: { parts: { [name]: { ...payment, state: 'Cleared', since: claim.now() } } } };
}

/** A payment came back: the coverage is unpaid again; one that was settled waits for a person before it is issued anew. */
export function takeReturn(claim: Claim, { coverage, ordinal, how, code }: PaymentReturned): Taken {
  const name = paymentPart(coverage, ordinal);
  const payment = claim.state.parts[name];
  if (!payment) return { reject: 'unknownPayment' };
  const since = claim.now();
  const reason = `${how}.${code}`;
  if (payment.state === 'Requested') {
    const amount = unpaid(claim, coverage) ?? payment.amount;
    const part = { state: 'PaymentFailed', since, reason, ...(amount && { amount }) };
    return answered(claim, { coverage, ordinal }, part, 'Returned');
  }
  if (payment.state !== 'Issued') return { reject: 'alreadyAnswered' };
  const part = claim.state.parts[coverage];
  const back = payment.amount?.minor ?? 0;
  const parts: Record<string, PartState> = { [name]: { ...payment, state: 'Returned', since, reason } };
  if (payment.amount && (part?.state === 'Paid' || part?.state === 'PaymentFailed')) {
    // Not all that was ever approved: of advances that came back before the settlement, less may have become due.
    const missing = part.state === 'PaymentFailed' ? (part.amount?.minor ?? 0) : 0;
    const amount = { ...payment.amount, minor: missing + back };
    parts[coverage] = { state: 'PaymentFailed', since, reason, amount };
  } else if (part?.state === 'Calculated' && part.amount) {
    // It had been deducted from what is to be paid.
    parts[coverage] = { ...part, amount: { ...part.amount, minor: part.amount.minor + back } };
  }
  // Whoever let an earlier one be issued anew has not decided on this one.
  const accepted = (claim.facts.accepted ?? []).filter((before) => before !== 'paymentReturned');
  const reopening = claim.state.state === 'Closed' && { reopening: { by: 'returnedPayment' } };
  return { apply: withAmounts(claim, { facts: { accepted, ...reopening }, parts }) };
}

/** At the end nothing stays open: what was approved and never paid is approved no more. `where`: the coverages in these states. */
export function approvedAsPaid({ facts, state }: Claim, ...where: readonly string[]): Pick<ClaimFacts, 'approved'> {
  const ended = where.length > 0 && coveragesIn(state.parts, ...where);
  const all = (Object.entries(facts.approved ?? {}) as [Coverage, Money][]).filter(
    ([coverage]) => !ended || ended.includes(coverage),
  );
  if (all.length === 0) return {};
  const paid = all.map(
    ([coverage, amount]) => [coverage, { ...amount, minor: paidOn(state.parts, coverage) }] as const,
  );
  return { approved: Object.fromEntries(paid) };
}

/** Who may approve how much on this claim: the settlement says so, and until there is one the triage. */
export const authorityIn = ({ settlement, triage }: ClaimFacts): Authority | undefined =>
  settlement?.authority ?? triage?.authority;

/**
 * Whether a claim would have paid more than this actor may approve on it, in all its payments, so that splitting is of no use. Only
 * a member of staff may have a limit of its own.
 * @param set what is to be paid, by coverage, in minor units
 */
export function isAboveOwn(claim: Claim, set: ReadonlyMap<Coverage, number>, { kind, id }: Actor): boolean {
  const authority = authorityIn(claim.facts);
  if (!authority) return false;
  const own = kind === 'staff' ? authority.people?.[id]?.minor : undefined;
  return cumulative(claim, set) > (own ?? authority.limit.minor);
}

/** What a claim will have paid once these amounts are, and everything else that is calculated: in minor units. */
export function cumulative(claim: Claim, set: ReadonlyMap<Coverage, number>): number {
  const calculated = coveragesIn(claim.state.parts, 'Calculated', 'PaymentFailed').filter(
    (coverage) => !set.has(coverage),
  );
  const due = [...set.values(), ...calculated.map((coverage) => claim.state.parts[coverage]?.amount?.minor ?? 0)];
  const paid = coveragesOf(claim.facts).map((coverage) => paidOn(claim.state.parts, coverage));
  return [...due, ...paid].reduce((total, minor) => total + minor, 0);
}

const coveragesOf = ({ policy }: ClaimFacts): Coverage[] => policy?.coverages.map(({ coverage }) => coverage) ?? [];

const currencyOf = ({ policy }: ClaimFacts): string => policy?.coverages[0]?.limit.currency ?? 'USD';
