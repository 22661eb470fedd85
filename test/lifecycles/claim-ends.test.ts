/** Ends that only a claim which goes the whole way can come to: denials, repairs, and what a supplement leaves to pay. */
import { describe, expect, test } from 'vitest';
import { useFleet } from './support/fleet.js';
import { ACCEPT, WHOLE_WAY } from './support/resting.js';
import { damage, managed, usd, type Script } from './support/script.js';

const fleet = useFleet();

const REFUSED: Partial<Script> = {
  policy: managed('building'),
  findings: [{ coverage: 'building', nonPaymentReason: '04' }],
};
/** One coverage is refused by the adjuster, the other comes to less than its deductible. */
const REFUSED_AND_SMALL: Partial<Script> = {
  policy: managed('building', 'contents'),
  findings: [{ coverage: 'building', nonPaymentReason: '04' }, ...damage({ contents: 900 })],
};
const byItself = ({ policy, ...script }: Partial<Script>): Partial<Script> => ({
  ...script,
  policy: { ...(policy ?? managed('building')), automaticDenial: true },
});

describe('a denial', () => {
  test.each([
    ['AwaitingAssessment', REFUSED],
    ['SettlementCalculated', REFUSED_AND_SMALL],
  ] as const)('is a matter for a person in %s', async (state, script) => {
    const claim = await fleet.claim(script).submit();
    expect((await claim.reaches('EscalatedForManualReview')).attention).toBe('denialProposed');
    expect(await claim.decide({ decision: 'continue', reasonCode: 'agreed' })).toMatchObject({ state });
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    expect((await claim.path()).slice(-3)).toEqual([state, 'DenialPending', 'Closed']);
  });

  test.each([
    ['AwaitingAssessment', REFUSED],
    ['SettlementCalculated', REFUSED_AND_SMALL],
  ] as const)('goes out from %s by itself where the insurer has said so', async (state, script) => {
    const claim = await fleet.claim(byItself(script)).submit();
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    expect((await claim.path()).slice(-3)).toEqual([state, 'DenialPending', 'Closed']);
    expect(claim.calls('sendLetter').at(-1)?.input).toMatchObject({ letter: 'denial', values: { reason: '04' } });
  });

  test('is none where everything is below the deductible', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: damage({ building: 900 }) }).submit();
    expect(await claim.ends()).toMatchObject({ outcome: 'closedWithoutPayment' });
    expect(await claim.path()).not.toContain('DenialPending');
  });
});

describe('a repair in place of the money', () => {
  const completed = (coverage: 'building' | 'contents', dollars: number) =>
    ({ coverage, vendorId: 'V-1', invoice: usd(dollars) }) as const;
  // Both are requested at once, in any order.
  const payees = (claim: ReturnType<typeof fleet.claim>) =>
    claim
      .calls('requestPayment')
      .map(({ input }) => [input['coverage'], input['payees'], input['amount']])
      .sort(([a], [b]) => String(a).localeCompare(String(b)));

  test('is paid to the vendor once all of it is done, and at most what was settled', async () => {
    const claim = await fleet.claim({ ...WHOLE_WAY, vendor: 'V-1' }).submit();
    await claim.reaches('AwaitingRepairDecision');
    await claim.ask('answerRepairOffer', ACCEPT);
    await claim.tell('repairCompleted', completed('building', 36_000));
    expect((await claim.settled()).state).toBe('RepairInProgress');
    await claim.tell('repairCompleted', completed('contents', 12_000));
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(payees(claim)).toEqual([
      ['building', ['vendor:V-1'], usd(36_000)],
      ['contents', ['vendor:V-1'], usd(10_000)],
    ]);
  });

  test('that is declined leaves the money to the insured', async () => {
    const claim = await fleet.claim({ ...WHOLE_WAY, vendor: 'V-1' }).submit();
    await claim.reaches('AwaitingRepairDecision');
    await claim.ask('answerRepairOffer', { ...ACCEPT, accept: false });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(payees(claim).map(([, names]) => names)).toEqual([['insured'], ['insured']]);
  });

  test('is no more taken while it is under way', async () => {
    const claim = await fleet.claim({ ...WHOLE_WAY, vendor: 'V-1' }).submit();
    await claim.reaches('AwaitingRepairDecision');
    await claim.ask('answerRepairOffer', ACCEPT);
    const one = completed('building', 36_000);
    await claim.tell('repairCompleted', one);
    await claim.tell('repairCompleted', one);
    await claim.settled();
    expect(await claim.outcomes('repairCompleted')).toEqual(['applied', 'rejected alreadyReceived']);
  });
});
