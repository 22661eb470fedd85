/** What may be said to a claim, and how its services treat it. */
import fc from 'fast-check';
import type { Who } from './plan.js';
import type { ClaimMessages, Coverage, ManualDecision } from '../../workflows/claim/messages.js';
import { usd } from '../lifecycles/support/script.js';

export interface ClaimScript {
  readonly coverages: readonly Coverage[];
  readonly fraud: 'clear' | 'refer' | 'silence';
  /** Dollars of damage; `silence`: nobody tells. */
  readonly damage: number | 'silence';
  readonly documents: 'arrive' | 'silence';
  /** Dollars that may be paid without a person. */
  readonly authority: number;
  readonly payment: 'acknowledge' | 'fail' | 'silence';
  readonly trouble: 'none' | 'slow' | 'refused';
}

export const CLAIM_SCRIPT: fc.Arbitrary<ClaimScript> = fc.record({
  coverages: fc.constantFrom<readonly Coverage[]>(['building'], ['building', 'contents']),
  fraud: fc.constantFrom('clear', 'clear', 'refer', 'silence'),
  damage: fc.constantFrom(39_000, 39_000, 0, 'silence' as const),
  documents: fc.constantFrom('arrive', 'arrive', 'silence'),
  authority: fc.constantFrom(250_000, 10_000),
  payment: fc.constantFrom('acknowledge', 'fail', 'silence'),
  trouble: fc.constantFrom('none', 'none', 'slow', 'refused'),
});

const coverage = fc.constantFrom<Coverage>('building', 'contents');
const ordinal = fc.integer({ min: 1, max: 2 });
const amount = fc.constantFrom(usd(0), usd(12_000), usd(38_000));
const why = { reasonCode: fc.constant('seen') };

const decision: fc.Arbitrary<ManualDecision> = fc.oneof(
  fc.record({ decision: fc.constant('continue' as const), ...why }),
  fc.record({ decision: fc.constant('continue' as const), ...why }),
  fc.record({ decision: fc.constant('deny' as const), ...why }),
  fc.record({
    decision: fc.constant('settle' as const),
    amounts: fc.array(fc.record({ coverage, amount }), { minLength: 1, maxLength: 2 }),
    ...why,
  }),
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
      findings: fc.array(fc.record({ coverage, damage: amount }), { minLength: 1, maxLength: 2 }),
    }),
    who: 'service',
  },
  documentReceived: {
    weight: 4,
    data: fc.record({
      requestId: fc.constant('DR-1'),
      documentId: fc.constantFrom('D-1', 'D-2'),
      kind: fc.constantFrom('proofOfLoss', 'contentsInventory'),
      digest: fc.constant('d'.repeat(64)),
    }),
    who: 'service',
  },
  paymentAcknowledged: {
    weight: 2,
    data: fc.record({ paymentId: fc.constant('P-1'), coverage, ordinal, amount }),
    who: 'service',
  },
  paymentFailed: {
    weight: 2,
    data: fc.record({ paymentId: fc.constant('P-1'), coverage, ordinal, code: fc.constant('accountClosed') }),
    who: 'service',
  },
  withdraw: { weight: 1, data: fc.record(why), who: 'customer' },
  manualDecision: { weight: 5, data: decision, who: 'alice' },
};
