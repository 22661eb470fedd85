/** What may be said to a claim: fitting or not, early, late, twice, in conflict with what was said before. */
import fc from 'fast-check';
import type { ClaimMessages, Coverage, CoverageFinding, ManualDecision } from '../../workflows/claim/messages.js';
import { damage, usd } from '../lifecycles/support/script.js';
import { SIMILAR } from './claim-plan.js';
import type { Who } from './plan.js';

const coverage = fc.constantFrom<Coverage>('building', 'building', 'contents');
const amount = fc.constantFrom(usd(0), usd(5_000), usd(12_000), usd(38_000));
const why = { reasonCode: fc.constant('seen') };
const kind = fc.constantFrom('proofOfLoss', 'contentsInventory', 'photos');
const payment = { paymentId: fc.constant('P-1'), coverage, ordinal: fc.constantFrom(1, 1, 2, 3) };
const adjuster = {
  assignmentId: fc.constantFrom('AS-1', 'AS-2', 'AS-9'),
  adjusterId: fc.constantFrom('adjuster-1', 'adjuster-2', 'adjuster-9'),
};

const DAMAGE = damage({ building: 39_000, contents: 12_000 });
const finding: fc.Arbitrary<CoverageFinding> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ coverage, damage: amount }) },
  { weight: 1, arbitrary: fc.record({ coverage, nonPaymentReason: fc.constantFrom('01', '04') }) },
);

const decision: fc.Arbitrary<ManualDecision> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ decision: fc.constant('continue' as const), ...why }) },
  { weight: 1, arbitrary: fc.record({ decision: fc.constant('deny' as const), ...why }) },
  {
    weight: 1,
    arbitrary: fc.record({
      decision: fc.constant('merge' as const),
      into: fc.constantFrom(SIMILAR, 'CLAIM-0-1'),
      ...why,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      decision: fc.constant('settle' as const),
      amounts: fc.array(fc.record({ coverage, amount }), { minLength: 1, maxLength: 2 }),
      ...why,
    }),
  },
);

export const CLAIM_MESSAGES: {
  readonly [Name in keyof ClaimMessages]?: {
    readonly weight: number;
    readonly data: fc.Arbitrary<ClaimMessages[Name]>;
    readonly who: Who;
  };
} = {
  fraudDecision: {
    weight: 4,
    data: fc.record({
      screenId: fc.constant('FS-1'),
      verdict: fc.constantFrom('clear' as const, 'refer' as const),
      score: fc.constantFrom(12, 912),
      rule: fc.constant('none'),
    }),
    who: 'service',
  },
  assessmentResult: {
    weight: 4,
    data: fc.record({
      assignmentId: fc.constant('AS-1'),
      findings: fc.oneof(fc.array(finding, { minLength: 1, maxLength: 2 }), fc.constant(DAMAGE)),
    }),
    who: 'service',
  },
  documentReceived: {
    weight: 4,
    data: fc.record({
      requestId: fc.constant('DR-1'),
      documentId: fc.constantFrom('D-1', 'D-2'),
      kind,
      digest: fc.constant('d'.repeat(64)),
    }),
    who: 'service',
  },
  adjusterAssigned: {
    weight: 2,
    data: fc.record({ requestId: fc.constant('AR-1'), ...adjuster }),
    who: 'service',
  },
  adjusterAccepted: { weight: 2, data: fc.record(adjuster), who: 'service' },
  adjusterDeclined: {
    weight: 2,
    data: fc.record({ ...adjuster, code: fc.constant('onLeave') }),
    who: 'service',
  },
  paymentAcknowledged: { weight: 3, data: fc.record({ ...payment, amount }), who: 'service' },
  paymentFailed: { weight: 2, data: fc.record({ ...payment, code: fc.constant('accountClosed') }), who: 'service' },
  paymentCleared: { weight: 2, data: fc.record(payment), who: 'service' },
  paymentReturned: {
    weight: 3,
    data: fc.record({
      ...payment,
      how: fc.constantFrom('returned' as const, 'voided' as const),
      code: fc.constant('addressUnknown'),
    }),
    who: 'service',
  },
  repairCompleted: {
    weight: 2,
    data: fc.record({ coverage, vendorId: fc.constant('V-1'), invoice: amount }),
    who: 'service',
  },
  claimMerged: {
    weight: 1,
    data: fc.record({ claimId: fc.constant('CLAIM-0-2'), documents: fc.subarray(['proofOfLoss', 'photos']) }),
    who: 'service',
  },
  setReserve: { weight: 2, data: fc.record({ coverage, amount, ...why }), who: 'alice' },
  payAdvance: {
    weight: 5,
    data: fc.record({
      kind: fc.constantFrom('advance' as const, 'partial' as const),
      coverage,
      amount: fc.oneof({ weight: 3, arbitrary: fc.constant(usd(5_000)) }, { weight: 1, arbitrary: amount }),
      ...why,
    }),
    who: 'alice',
  },
  refer: {
    weight: 2,
    data: fc.record({ to: fc.constantFrom('investigation' as const, 'legal' as const), ...why }),
    who: 'alice',
  },
  concludeReferral: {
    weight: 3,
    data: fc.record({ finding: fc.constantFrom('continue' as const, 'deny' as const, 'settle' as const), ...why }),
    who: 'alice',
  },
  attachCatastrophe: {
    weight: 1,
    data: fc.record({
      catastrophe: fc.constantFrom('Hurricane Sandy', 'Hurricane Irene'),
      reference: fc.constant('WYO-2012-41'),
    }),
    who: 'alice',
  },
  answerRepairOffer: { weight: 2, data: fc.record({ accept: fc.boolean(), ...why }), who: 'customer' },
  requestSupplement: {
    weight: 1,
    data: fc.record({ coverages: fc.array(coverage, { minLength: 1, maxLength: 2 }), ...why }),
    who: 'customer',
  },
  appeal: { weight: 1, data: fc.record({ reference: fc.constant('APPEAL-1'), ...why }), who: 'customer' },
  openLitigation: { weight: 1, data: fc.record({ reference: fc.constant('DOCKET-1'), ...why }), who: 'customer' },
  withdraw: { weight: 1, data: fc.record(why), who: 'customer' },
  manualDecision: { weight: 7, data: decision, who: 'alice' },
};

/** Those that move money, or let it move. */
export const MONEY_MESSAGES = Object.fromEntries(
  Object.entries(CLAIM_MESSAGES).filter(([name]) =>
    /^(payment|payAdvance|setReserve|repair|answerRepair|manualDecision|assessmentResult|documentReceived)/.test(name),
  ),
) as typeof CLAIM_MESSAGES;
