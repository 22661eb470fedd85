/** What becomes of each message in each state, driven from the table: what its rule promises there is what the journal says. */
import { describe, expect, test } from 'vitest';
import type { ClaimFacts } from '../../workflows/claim/facts.js';
import type { ClaimMessages } from '../../workflows/claim/messages.js';
import { claimLifecycle, type ClaimState } from '../../workflows/claim/states.js';
import { minutes, type MessageRule } from '../../workflows/lifecycle/definition.js';
import type { Ruling } from '../edges/universe.js';
import { bundleOf } from './support/bundle.js';
import { refusal, type ClaimRun } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import {
  ACCEPT,
  ADVANCE,
  lingering,
  OPEN_STATES,
  PHOTOS,
  restingIn,
  WHOLE_WAY,
  type OpenState,
} from './support/resting.js';
import { outcomesIn, probe, unawaitedIn } from './support/rulings.js';
import { CLEAR, damage, usd } from './support/script.js';

const fleet = useFleet({ bundle: () => bundleOf(new URL('./support/bent.workflows.ts', import.meta.url)) });

type Name = keyof ClaimMessages;

const BECAUSE = { reasonCode: 'asked' } as const;
const ADJUSTER = { assignmentId: 'AS-1', adjusterId: 'adjuster-1' } as const;
const CONTENTS = { paymentId: 'P-2', coverage: 'contents', ordinal: 1 } as const;

const DATA: { readonly [N in Name]: ClaimMessages[N] } = {
  documentReceived: PHOTOS,
  fraudDecision: CLEAR,
  assessmentResult: { assignmentId: 'AS-1', findings: damage({ building: 39_000, contents: 11_000 }) },
  paymentAcknowledged: { paymentId: 'P-1', coverage: 'building', ordinal: 1, amount: usd(38_000) },
  paymentFailed: { paymentId: 'P-1', coverage: 'building', ordinal: 1, code: 'accountClosed' },
  withdraw: BECAUSE,
  manualDecision: { decision: 'deny', reasonCode: 'notCredible' },
  adjusterAssigned: { requestId: 'AR-1', ...ADJUSTER },
  adjusterAccepted: ADJUSTER,
  adjusterDeclined: { ...ADJUSTER, code: 'onLeave' },
  paymentCleared: CONTENTS,
  paymentReturned: { ...CONTENTS, how: 'returned', code: 'unknownAddressee' },
  repairCompleted: { coverage: 'building', vendorId: 'V-1', invoice: usd(30_000) },
  claimMerged: { claimId: 'CLM-other', documents: ['photos'] },
  setReserve: { coverage: 'building', amount: usd(30_000), ...BECAUSE },
  payAdvance: ADVANCE,
  refer: { to: 'investigation', ...BECAUSE },
  concludeReferral: { finding: 'continue', ...BECAUSE },
  attachCatastrophe: { catastrophe: 'Hurricane Sandy', reference: 'WYO-2012-41' },
  answerRepairOffer: ACCEPT,
  requestSupplement: { coverages: ['contents'], ...BECAUSE },
  appeal: { reference: 'APPEAL-2', ...BECAUSE },
  decideAppeal: { decision: 'uphold', ...BECAUSE },
  openLitigation: { reference: 'DOCKET-2', ...BECAUSE },
};

/** Where a claim under review has to come from for the message to be news to it. */
const NEWS_AFTER: Readonly<Partial<Record<Name, OpenState>>> = {
  fraudDecision: 'FraudScreenPending',
  assessmentResult: 'AwaitingAssessment',
  paymentAcknowledged: 'PaymentPending',
  paymentFailed: 'PaymentPending',
  paymentCleared: 'PaymentPending',
  paymentReturned: 'PaymentPending',
  repairCompleted: 'RepairInProgress',
};

/** What has to have happened in a state before the message is news there. */
async function prepared(name: Name, state: OpenState): Promise<ClaimRun> {
  if (name === 'requestSupplement') return reassessed();
  const claim = await restingIn(fleet, state, WHOLE_WAY);
  const ofAdvance = name === 'paymentCleared' || name === 'paymentReturned';
  if (ofAdvance && state !== 'PaymentPending') {
    await claim.ask('payAdvance', { ...ADVANCE, coverage: 'contents' });
    await claim.reaches(state);
  }
  return claim;
}

/** A claim that was paid, and whose building is being assessed again. */
async function reassessed(): Promise<ClaimRun> {
  const claim = await fleet.claim(WHOLE_WAY).submit();
  await claim.ends();
  claim.script({ findings: 'silence' });
  await claim.reopen('requestSupplement', { coverages: ['building'], ...BECAUSE });
  await claim.reaches('AwaitingAssessment');
  return claim;
}

const rules = Object.entries<MessageRule>(claimLifecycle.messages) as [Name, MessageRule][];

/** What was asked for is what is paid: another amount would be refused. */
async function paidAsAsked(claim: ClaimRun): Promise<ClaimMessages['paymentAcknowledged']> {
  const { payments } = (await claim.state()).facts as Pick<ClaimFacts, 'payments'>;
  return { ...DATA.paymentAcknowledged, ...(payments?.building && { amount: payments.building.amount }) };
}

/** What is news to the claim where it is. */
async function news(claim: ClaimRun, name: Name): Promise<ClaimMessages[Name]> {
  if (name === 'paymentAcknowledged') return paidAsAsked(claim);
  // A repair that is under way can only be declined any more.
  const ordered = name === 'answerRepairOffer' && (await claim.state()).state === 'RepairInProgress';
  return ordered ? { ...ACCEPT, accept: false } : DATA[name];
}

/** Sends a message. @returns what it said */
async function send(claim: ClaimRun, name: Name, expected: Ruling): Promise<unknown> {
  const messageId = probe(name);
  const data = await news(claim, name);
  if (claimLifecycle.messages[name]?.kind === 'signal') await claim.tell(name, data, { messageId });
  else if (expected === 'rejected') expect(await refusal(claim.ask(name, data, { messageId }))).toBe('wrongState');
  else await claim.ask(name, data, { messageId });
  return data;
}

/** Sends each message, and says what the journal has become of it. */
async function becomeOf(claim: ClaimRun, expected: readonly (readonly [Name, Ruling])[]): Promise<[Name, string][]> {
  const sent = new Map<Name, unknown>();
  for (const [name, ruled] of expected) sent.set(name, await send(claim, name, ruled));
  await claim.settled();
  const journal = await claim.journal();
  for (const { message } of journal)
    if (message?.messageId.startsWith(probe('')) && ['held', 'late'].includes(message.outcome))
      expect(message.data).toEqual(sent.get(message.name as Name));
  return outcomesIn(
    journal,
    expected.map(([name]) => name),
  );
}

const unawaited = (state: ClaimState) => unawaitedIn<Name>(claimLifecycle, state);

describe('messages that are not awaited', () => {
  test.each(OPEN_STATES.filter(([state]) => unawaited(state).length > 0))(
    'in %s are held, late or rejected, each by its rule',
    async (state) => {
      const expected = unawaited(state);
      const claim = await restingIn(fleet, state, WHOLE_WAY);
      expect(await becomeOf(claim, expected)).toEqual(expected);
      expect((await claim.state()).state).toBe(state);
    },
  );

  test('after the end, while the run goes on, are late or rejected, each by its rule', async () => {
    const expected = unawaited('Closed');
    expect(expected).toHaveLength(rules.length - (claimLifecycle.states.Closed.reopens?.by.length ?? 0));
    const claim = await lingering(fleet);
    expect(await becomeOf(claim, expected)).toEqual(expected);
    expect((await claim.state()).state).toBe('Closed');
  });
});

describe('an awaited message', () => {
  const cells = rules.flatMap(([name, rule]) => rule.in.map((state) => [name, state as OpenState] as const));

  test.each(cells)('%s is applied in %s', async (name, state) => {
    const from = state === 'EscalatedForManualReview' ? (NEWS_AFTER[name] ?? state) : state;
    const claim = await prepared(name, from);
    if (from !== state) {
      await fleet.sleep((claimLifecycle.states[from].deadline as number) + minutes(1));
      await claim.reaches(state);
    }
    expect(await becomeOf(claim, [[name, 'applied']])).toEqual([[name, 'applied']]);
  });
});
