/** Authority: each person's own limit, counted over all that a claim pays, so that splitting a payment is of no use. */
import { describe, expect, test } from 'vitest';
import type { Actor } from '../../../workflows/lifecycle/entry.js';
import { refusal, type ClaimRun } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { damage, FIELD, managed, REFERRED, usd, type Script } from '../support/script.js';
import { account, adjusterReports, advance, by, checks, LET_IT_GO_ON, settleBuildingAt } from './words.js';

const fleet = useFleet();

/** Anna may approve 10,000 on one claim, Carl 50,000, everybody else 5,000. */
const DESK = { authority: usd(5_000), people: { anna: usd(10_000), carl: usd(50_000) } };
const [ANNA, BEN, CARL] = [by('anna'), by('ben'), by('carl')];

/** 38,000 are due, of which 5,000 were advanced. */
async function advanced(): Promise<ClaimRun> {
  const claim = await fleet.claim({ policy: managed('building'), findings: 'silence', ...DESK }).submit();
  await claim.reaches('AwaitingAssessment');
  await advance(claim, 'building', 5_000);
  await claim.reaches('AwaitingAssessment');
  await adjusterReports(claim, { building: 39_000 });
  expect((await claim.reaches('EscalatedForManualReview')).reason?.code).toBe('aboveAuthority');
  return claim;
}

test('what is above the desk is approved by a second person whose own limit suffices', async () => {
  const claim = await advanced();
  expect(await claim.ask('manualDecision', LET_IT_GO_ON, ANNA)).toMatchObject({ code: 'awaitingSecondPerson' });
  expect(await refusal(claim.approve(BEN))).toBe('aboveAuthority');
  expect(await refusal(claim.approve(ANNA))).toBe('fourEyes');
  await claim.approve(CARL);
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
});

test('who has the authority for all of it decides alone', async () => {
  const claim = await advanced();
  expect(await claim.ask('manualDecision', LET_IT_GO_ON, CARL)).not.toHaveProperty('code');
  await claim.ends();
  expect(checks(claim)).toMatchObject([{ dollars: 5_000 }, { dollars: 33_000 }]);
});

test('a payment split into one within authority and the advance before it is caught', async () => {
  const claim = await advanced();
  // 9,000 alone would be within Anna's 10,000; with the 5,000 that were advanced it is not.
  expect(await claim.ask('manualDecision', settleBuildingAt(9_000), ANNA)).toMatchObject({
    code: 'awaitingSecondPerson',
  });
  expect(checks(claim)).toHaveLength(1);
  await claim.approve(CARL);
  await claim.ends();
  expect(await account(claim)).toMatchObject({ approved: 14_000, paid: 14_000 });
});

test('what stays within it with the advance is paid on one word', async () => {
  const claim = await advanced();
  expect(await claim.ask('manualDecision', settleBuildingAt(5_000), ANNA)).not.toHaveProperty('code');
  await claim.ends();
  expect(await account(claim)).toMatchObject({ approved: 10_000, paid: 10_000 });
});

test('a payment split over two coverages is caught', async () => {
  const claim = await fleet
    .claim({ policy: managed('building', 'contents'), findings: damage({ building: 9_000, contents: 9_000 }), ...DESK })
    .submit();
  await claim.reaches('EscalatedForManualReview');
  // The building alone is set; what was calculated for the contents counts with it.
  expect(await claim.ask('manualDecision', settleBuildingAt(6_000), ANNA)).toMatchObject({
    code: 'awaitingSecondPerson',
  });
});

test('a supplement counts with what was paid before, and nobody has accepted it yet', async () => {
  const claim = await advanced();
  await claim.ask('manualDecision', LET_IT_GO_ON, CARL);
  await claim.ends();
  claim.script({ findings: damage({ building: 44_000 }) });
  await claim.reopen('requestSupplement', { coverages: ['building'], reasonCode: 'hiddenDamage' });
  expect((await claim.reaches('EscalatedForManualReview')).reason?.code).toBe('aboveAuthority');
  // 5,000 more are within Anna's limit, 43,000 in all are not.
  expect(await claim.ask('manualDecision', LET_IT_GO_ON, ANNA)).toMatchObject({ code: 'awaitingSecondPerson' });
  await claim.approve(CARL);
  await claim.ends();
  expect(await account(claim)).toMatchObject({ paid: 43_000 });
});

describe('an advance', () => {
  const ROOMY = { ...FIELD, reserves: [{ coverage: 'building', amount: usd(100_000) }] } as const;
  const gives = (claim: ClaimRun, dollars: number, by: { readonly actor: Actor }) =>
    advance(claim, 'building', dollars, 'advance', by);

  async function uninspected(script: Partial<Script> = DESK): Promise<ClaimRun> {
    const claim = await fleet
      .claim({ policy: managed('building'), findings: 'silence', triage: ROOMY, ...script })
      .submit();
    await claim.reaches('AwaitingAssessment');
    return claim;
  }

  test('above the authority of one person is given by another who has it', async () => {
    const claim = await uninspected();
    await expect(gives(claim, 10_001, ANNA)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('ask somebody with more authority') as string },
    });
    expect(checks(claim)).toEqual([]);
    await gives(claim, 10_001, CARL);
    await claim.reaches('AwaitingAssessment');
    expect(checks(claim)).toMatchObject([{ dollars: 10_001 }]);
  });

  test('that is split is counted together, whoever gave the first part', async () => {
    const claim = await uninspected();
    await gives(claim, 6_000, ANNA);
    await claim.reaches('AwaitingAssessment');
    expect(await refusal(gives(claim, 4_001, ANNA))).toBe('aboveAuthority');
    // Ben's own limit is 5,000, and 6,000 are paid.
    expect(await refusal(gives(claim, 1, BEN))).toBe('aboveAuthority');
    await gives(claim, 4_000, ANNA);
    await claim.reaches('AwaitingAssessment');
    await gives(claim, 40_000, CARL);
    await claim.reaches('AwaitingAssessment');
    expect(await refusal(gives(claim, 1, CARL))).toBe('aboveAuthority');
    expect(await account(claim)).toMatchObject({ approved: 50_000, paid: 50_000 });
  });

  test('by a machine is within what needs no person, whatever name it bears', async () => {
    const machine = { actor: { kind: 'system', id: 'anna', authenticated: 'token' } } as const;
    const claim = await uninspected();
    expect(await refusal(gives(claim, 5_001, machine))).toBe('aboveAuthority');
    await gives(claim, 5_000, machine);
    await claim.reaches('AwaitingAssessment');
    expect(await account(claim)).toMatchObject({ paid: 5_000 });
  });

  test('is bound by reserve and limit alone where the triage did not speak of authority', async () => {
    const claim = await uninspected({});
    expect(await refusal(gives(claim, 100_001, BEN))).toBe('aboveReserve');
    await gives(claim, 100_000, BEN);
    await claim.reaches('AwaitingAssessment');
    expect(await account(claim)).toMatchObject({ paid: 100_000 });
  });
});

test('an amount that no settlement has calculated needs a second person, whose own limit suffices', async () => {
  const claim = await fleet.claim({ policy: managed('building'), fraud: REFERRED, ...DESK }).submit();
  await claim.reaches('EscalatedForManualReview');
  expect(await claim.ask('manualDecision', settleBuildingAt(30_000), ANNA)).toMatchObject({
    code: 'awaitingSecondPerson',
  });
  expect(await refusal(claim.approve(BEN))).toBe('aboveAuthority');
  await claim.approve(CARL);
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(30_000) }] });
});
