/** A claim in the hands of special investigation or the lawyers: from wherever it may be handed over, with whatever they find. */
import { describe, expect, test } from 'vitest';
import type { ClaimState } from '../../workflows/claim/states.js';
import { refusal, type ClaimRun } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { ADVANCE, WHOLE_WAY } from './support/resting.js';
import { REFERRED, usd, type Script } from './support/script.js';

const fleet = useFleet();

const FROM: Partial<Record<ClaimState, Partial<Script>>> = {
  FraudScreenPending: { fraud: 'silence' },
  AwaitingAssessment: { findings: 'silence' },
  AwaitingDocuments: { documents: 'silence' },
  EscalatedForManualReview: { fraud: REFERRED },
};
const TO = { investigation: 'UnderInvestigation', legal: 'UnderLegalReview' } as const;
type To = keyof typeof TO;
const ways = (Object.keys(FROM) as ClaimState[]).flatMap((from) =>
  (Object.keys(TO) as To[]).map((to) => ({ from, to })),
);
const DOUBT = { reasonCode: 'doubt' } as const;

async function handedOver(from: ClaimState, to: To): Promise<ClaimRun> {
  const claim = await fleet.claim({ ...WHOLE_WAY, ...FROM[from] }).submit();
  await claim.reaches(from);
  await claim.ask('refer', { to, ...DOUBT });
  await claim.reaches(TO[to]);
  return claim;
}

test.each(ways)('handed to $to from $from comes back there', async ({ from, to }) => {
  const claim = await handedOver(from, to);
  await claim.ask('concludeReferral', { finding: 'continue', reasonCode: 'noSigns' });
  expect((await claim.reaches(from)).visits[from]?.entered).toBe(2);
  const handing = (await claim.journal()).find((entry) => entry.to === TO[to]);
  // What investigation is about is not for everybody to read.
  expect(handing?.reason?.visibility).toBe(to === 'investigation' ? 'restricted' : undefined);
});

describe.each(Object.keys(TO) as To[])('what %s finds', (to) => {
  test('denies the claim, by letter', async () => {
    const claim = await handedOver('AwaitingAssessment', to);
    await claim.ask('concludeReferral', { finding: 'deny', reasonCode: '97' });
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    expect((await claim.path()).slice(-3)).toEqual([TO[to], 'DenialPending', 'Closed']);
    expect(claim.calls('sendLetter').map(({ input }) => input['letter'])).toEqual(['acknowledgment', 'denial']);
  });

  test('has it settled by a reviewer', async () => {
    const claim = await handedOver('AwaitingAssessment', to);
    await claim.ask('concludeReferral', { finding: 'settle', reasonCode: 'compromise' });
    expect((await claim.reaches('EscalatedForManualReview')).attention).toBe('settlementProposed');
  });
});

test('is not handed over while an advance is under way', async () => {
  const claim = await fleet.claim({ ...WHOLE_WAY, findings: 'silence', payment: () => 'silence' }).submit();
  await claim.reaches('AwaitingAssessment');
  await claim.ask('placeHold', { hold: 'legal', reference: 'CASE-7', ...DOUBT });
  await claim.ask('payAdvance', { ...ADVANCE, amount: usd(1_000) });
  expect(await refusal(claim.ask('refer', { to: 'legal', ...DOUBT }))).toBe('paymentUnderWay');
});
