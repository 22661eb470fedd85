/** How the services treat a claim, as data that fast-check makes: the short way, or the whole one. */
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import type { Coverage, CoverageFinding } from '../../workflows/claim/messages.js';
import { CLEAR, covered, FIELD, managed, REFERRED, usd, type Script } from '../lifecycles/support/script.js';

export interface ClaimScript {
  /** `whole`: the policy names a line of business. */
  readonly way: 'short' | 'whole';
  readonly verdict: 'covered' | 'startsAfterLoss';
  /** {@link SIMILAR} is for the same loss. */
  readonly similar: boolean;
  readonly coverages: readonly Coverage[];
  /** Dollars, of each coverage. */
  readonly limit: number;
  readonly lane: 'fastTrack' | 'field';
  readonly adjusters: Script['adjusters'];
  readonly fraud: 'clear' | 'refer' | 'silence';
  /** Of each coverage dollars of damage, or an NFIP reason for which nothing is paid; `silence`: nobody tells. */
  readonly findings: readonly (number | string)[] | 'silence';
  readonly automaticDenial: boolean;
  readonly documents: 'arrive' | 'silence';
  /** Dollars that may be paid without a person. */
  readonly authority: number;
  /** Alice may approve all, Bob little. */
  readonly people: boolean;
  readonly vendor: boolean;
  /** `refuse`: for good. */
  readonly payment: 'acknowledge' | 'fail' | 'silence' | 'refuse';
  /** `slow`: every call fails twice. Else the call that is never answered. */
  readonly trouble: 'none' | 'slow' | (typeof REFUSED)[number];
  /** In the end what it waits for comes; else its clocks strike, and it is denied. */
  readonly led: boolean;
}

/** A claim that has been forgotten: nobody can be told that it survives. */
export const SIMILAR = 'CLAIM-0-0';

const REFUSED = ['requestAssessment', 'triageClaim', 'assignAdjuster', 'sendLetter', 'requestPayment'] as const;

/** One value mostly, now and then the other. */
const rarely = <T, U>(mostly: T, seldom: U): fc.Arbitrary<T | U> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(mostly) }, { weight: 1, arbitrary: fc.constant(seldom) });

const found = fc.constantFrom(39_000, 39_000, 39_000, 5_000, 5_000, 800, 0, '01', '04');

export const CLAIM_SCRIPT: fc.Arbitrary<ClaimScript> = fc.record({
  way: fc.constantFrom('short', 'whole'),
  verdict: rarely('covered', 'startsAfterLoss'),
  similar: rarely(false, true),
  coverages: fc.constantFrom<readonly Coverage[]>(['building'], ['building', 'contents'], ['building', 'contents']),
  limit: fc.constantFrom(250_000, 250_000, 20_000),
  lane: fc.constantFrom('field', 'field', 'fastTrack'),
  adjusters: fc.constantFrom<Script['adjusters']>(
    ['accept'],
    ['accept'],
    ['accept'],
    ['accept'],
    ['accept'],
    ['decline', 'accept'],
    ['silence', 'accept'],
    ['decline', 'silence', 'nobody'],
    ['nobody'],
  ),
  fraud: fc.oneof(
    { weight: 6, arbitrary: fc.constant('clear' as const) },
    fc.constantFrom('refer' as const, 'silence' as const),
  ),
  findings: fc.oneof(
    { weight: 3, arbitrary: fc.tuple(found, found) },
    { weight: 1, arbitrary: fc.constant('silence' as const) },
  ),
  automaticDenial: fc.boolean(),
  documents: fc.constantFrom('arrive', 'arrive', 'silence'),
  authority: fc.constantFrom(250_000, 10_000),
  people: fc.boolean(),
  vendor: fc.constantFrom(false, false, true),
  payment: fc.constantFrom('acknowledge', 'acknowledge', 'acknowledge', 'fail', 'silence', 'silence', 'refuse'),
  trouble: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constant('slow' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...REFUSED) },
  ),
  led: fc.boolean(),
});

/** It comes to its payments, and rests where money is spoken of. */
export const MONEY_SCRIPT: fc.Arbitrary<ClaimScript> = fc
  .record({
    script: CLAIM_SCRIPT,
    documents: fc.constantFrom<ClaimScript['documents']>('arrive', 'arrive', 'silence'),
    payment: fc.constantFrom<ClaimScript['payment']>('acknowledge', 'silence', 'silence', 'fail'),
  })
  .map(({ script, ...ends }) => ({
    ...script,
    ...ends,
    way: 'whole',
    verdict: 'covered',
    similar: false,
    lane: 'fastTrack',
    fraud: 'clear',
    trouble: 'none',
    findings: ends.documents === 'silence' ? 'silence' : [39_000, 12_000],
  }));

/** What the services do. */
export function scriptOf(script: ClaimScript): Script {
  const { way, verdict, similar, coverages, limit, lane, adjusters, fraud, documents } = script;
  const policy = (way === 'whole' ? managed : covered)(...coverages);
  return {
    policy: {
      ...policy,
      verdict,
      coverages: policy.coverages.map((insured) => ({ ...insured, limit: usd(limit) })),
      ...(similar && { similarClaims: [SIMILAR] }),
      ...(script.automaticDenial && { automaticDenial: true }),
    },
    triage: { ...FIELD, lane },
    adjusters,
    fraud: fraud === 'silence' ? fraud : { clear: CLEAR, refer: REFERRED }[fraud],
    findings: findingsOf(script),
    documents,
    authority: usd(script.authority),
    ...(script.people && { people: { alice: usd(250_000), bob: usd(10_000) } }),
    ...(script.vendor && { vendor: 'V-1' }),
    payment: () => {
      if (script.payment !== 'refuse') return script.payment;
      throw ApplicationFailure.nonRetryable('more than was approved', 'PaymentExceedsApproval');
    },
    trouble: (activity, attempt) => {
      if (script.trouble === 'slow' && attempt <= 2) throw new Error(`${activity} is busy`);
      if (script.trouble === activity) throw new Error('nobody there');
    },
  };
}

function findingsOf({ coverages, findings }: ClaimScript): readonly CoverageFinding[] | 'silence' {
  if (findings === 'silence') return findings;
  return coverages.map((coverage, i) => {
    const what = findings[i] ?? 0;
    return { coverage, ...(typeof what === 'string' ? { nonPaymentReason: what } : { damage: usd(what) }) };
  });
}
