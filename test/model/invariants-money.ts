/** Invariants of a claim's money, as its records and the calls tell it. Minor units throughout. */
import { isDeepStrictEqual } from 'node:util';
import { isCoverage, type ClaimFacts } from '../../workflows/claim/facts.js';
import { fold, type EntityState, type Entry, type Money } from '../../workflows/lifecycle/entry.js';
import type { Evidence } from './evidence.js';
import { steps } from './invariants-walk.js';

const PAID = ['Issued', 'Cleared'];
const SPENT = [...PAID, 'Requested'];

/** Nothing is paid that was not granted, nothing twice, and the account says what its payments say. */
export function* money(evidence: Evidence): Generator<string> {
  if (evidence.lifecycle.name !== 'claim') return;
  const granted = new Map<string, number>();
  for (const { entry, before } of steps(evidence)) {
    const after = fold(before, entry);
    const where = `entry ${entry.sequence}`;
    for (const fault of faultsOf(entry, before, after, granted)) yield `${where}: ${fault}`;
  }
  yield* requested(evidence);
}

function* faultsOf(
  entry: Entry,
  before: EntityState,
  after: EntityState,
  granted: Map<string, number>,
): Generator<string> {
  const facts = factsOf(after);
  if (facts.policy?.line === undefined) return;
  for (const { coverage, limit } of facts.policy.coverages) {
    const part = entry.patch?.parts?.[coverage];
    const paid = spent(after, coverage, PAID);
    // By the settlement, by a reviewer, or as an advance: what the coverage comes to, what was paid before included.
    if (part?.state === 'Calculated') granted.set(coverage, paid + (part.amount?.minor ?? 0));
    else if (takesAdvance(entry, after, coverage)) granted.set(coverage, spent(after, coverage, SPENT));
    const approved = facts.approved?.[coverage]?.minor ?? 0;
    const bound = spent(after, coverage, SPENT);
    if (bound > approved) yield `${bound} of the ${coverage} is paid or on its way, ${approved} is approved`;
    if (approved > limit.minor) yield `${approved} of the ${coverage} is approved, its limit is ${limit.minor}`;
    const raised = approved !== (factsOf(before).approved?.[coverage]?.minor ?? 0);
    const most = granted.get(coverage) ?? 0;
    if (raised && approved > most) yield `${approved} of the ${coverage} is approved, ${most} was granted`;
  }
  yield* numbered(entry, before);
  yield* account(after);
}

const takesAdvance = ({ message }: Entry, { facts }: EntityState, coverage: string): boolean =>
  message?.name === 'payAdvance' &&
  message.outcome === 'applied' &&
  Object.entries((facts as unknown as ClaimFacts).payments ?? {}).some(
    ([of, { kind }]) => of === coverage && (kind === 'advance' || kind === 'partial'),
  );

/** Each payment has the number after the one before it. */
function* numbered({ patch }: Entry, before: EntityState): Generator<string> {
  for (const name of Object.keys(patch?.parts ?? {})) {
    const [, coverage, ordinal] = /^payment:(.+)-(\d+)$/.exec(name) ?? [];
    if (coverage === undefined || before.parts[name]) continue;
    const last = paymentsOn(before, coverage).length;
    if (Number(ordinal) !== last + 1) yield `${name} is requested after ${last} payments`;
  }
}

/** The amounts that lists show. */
function* account(state: EntityState): Generator<string> {
  const { amounts, reserves = {}, approved = {}, policy } = factsOf(state);
  if (!amounts) return;
  const sum = (of: Readonly<Record<string, Money>>) => Object.values(of).reduce((total, { minor }) => total + minor, 0);
  const paid = (policy?.coverages ?? []).reduce((total, { coverage }) => total + spent(state, coverage, PAID), 0);
  const { currency } = amounts;
  const told = { currency, reserved: sum(reserves), approved: sum(approved), paid, open: sum(approved) - paid };
  if (!isDeepStrictEqual(amounts, told)) {
    yield `the account says ${JSON.stringify(amounts)}, its parts say ${JSON.stringify(told)}`;
  }
}

/** What the payment service is asked for is what is on record, and never more than it is told to be approved. */
function* requested({ journal, calls, lifecycle: { name }, id }: Evidence): Generator<string> {
  const keys = new Map<string, string>();
  for (const { key, input } of calls.filter(({ activity }) => activity === 'requestPayment')) {
    const { coverage, ordinal, amount, approved } = JSON.parse(input) as Asked;
    const payment = `${coverage}-${ordinal}`;
    const call = `requestPayment of ${name}/${id} for ${payment}`;
    if (amount.minor > approved.minor) yield `${call}: ${amount.minor} is asked for, ${approved.minor} is approved`;
    if ((keys.get(payment) ?? key) !== key) yield `${call} under ${String(keys.get(payment))} and ${key}`;
    keys.set(payment, key);
    const intended = journal.some(({ patch }) =>
      isDeepStrictEqual(intentOf(patch?.facts, coverage), { ordinal, minor: amount.minor }),
    );
    if (!intended) yield `${call}: ${amount.minor} is asked for, which is nowhere on record`;
  }
}

interface Asked {
  readonly coverage: string;
  readonly ordinal: number;
  readonly amount: Money;
  readonly approved: Money;
}

function intentOf(facts: unknown, of: string): { readonly ordinal: number; readonly minor: number } | undefined {
  const payments = Object.entries((facts as Partial<ClaimFacts> | undefined)?.payments ?? {});
  const [, intent] = payments.find(([coverage]) => coverage === of) ?? [];
  return intent && { ordinal: intent.ordinal, minor: intent.amount.minor };
}

const paymentsOn = ({ parts }: EntityState, coverage: string) =>
  Object.entries(parts).flatMap(([name, part]) =>
    !isCoverage(name) && name.startsWith(`payment:${coverage}-`) ? [part] : [],
  );

const spent = (state: EntityState, coverage: string, states: readonly string[]): number =>
  paymentsOn(state, coverage)
    .filter((part) => states.includes(part.state))
    .reduce((total, { amount }) => total + (amount?.minor ?? 0), 0);

const factsOf = ({ facts }: EntityState) => facts as unknown as ClaimFacts;
