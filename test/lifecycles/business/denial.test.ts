/** Denials: who may deny, what the letter proves, and until when it can be appealed. */
import { describe, expect, test } from 'vitest';
import { minutes } from '../../../workflows/lifecycle/definition.js';
import { refusal, type ClaimRun } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { SUPERVISOR } from '../support/messages.js';
import { managed, usd, type Script } from '../support/script.js';
import {
  checks,
  daysAfter,
  facts,
  LET_IT_GO_ON,
  next,
  now,
  refused,
  settleBuildingAt,
  until,
  WEDNESDAY,
} from './words.js';

const fleet = useFleet();

/** The adjuster found seepage, which the policy does not pay. */
const SEEPAGE = { policy: managed('building'), findings: refused('building', '02') };

const APPEAL = { reference: 'APPEAL-2012-17', reasonCode: 'engineerDisagrees' } as const;

async function proposed(script: Partial<Script> = {}): Promise<ClaimRun> {
  const claim = await fleet.claim({ ...SEEPAGE, ...script }).submit();
  expect((await claim.reaches('EscalatedForManualReview')).reason?.code).toBe('denialProposed');
  return claim;
}

async function denied(): Promise<ClaimRun> {
  const claim = await proposed();
  await claim.decide(LET_IT_GO_ON);
  expect(await claim.ends()).toMatchObject({ outcome: 'denied', coverages: [{ reason: '02' }] });
  return claim;
}

const appeal = (claim: ClaimRun) => claim.reopen('appeal', APPEAL);

describe('a denial', () => {
  test('needs a person, and ends with a letter that says until when it can be appealed', async () => {
    const claim = await denied();
    const { letters, denial } = await facts(claim);
    expect(letters?.denial).toMatchObject({ channel: 'mail', trackingId: 'RR-denial' });
    expect(denial?.reason).toBe('02');
    expect(denial?.appealUntil).toBeDefined();
    expect(await claim.path()).toEqual(expect.arrayContaining(['EscalatedForManualReview', 'DenialPending']));
  });

  test('goes out by itself where the insurer lets it', async () => {
    const claim = await fleet.claim({ ...SEEPAGE, policy: { ...SEEPAGE.policy, automaticDenial: true } }).submit();
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    expect(await claim.path()).not.toContain('EscalatedForManualReview');
    expect((await facts(claim)).letters?.denial).toBeDefined();
  });

  test('is not closed before its letter has left', async () => {
    const claim = await proposed();
    let mailRoomOpen = false;
    claim.script({
      trouble: (activity) => {
        if (activity === 'sendLetter' && !mailRoomOpen) throw new Error('the mail room is closed');
      },
    });
    await claim.decide(LET_IT_GO_ON);
    await claim.reaches('DenialPending');
    expect((await facts(claim)).letters?.denial).toBeUndefined();
    mailRoomOpen = true;
    await fleet.sleep(minutes(10));
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    const { letters, denial } = await facts(claim);
    // The time to appeal counts from the letter, not from the decision.
    const dispatched = letters?.denial?.dispatchedAt ?? '';
    expect(Date.parse(denial?.appealUntil ?? '') - Date.parse(dispatched)).toBeGreaterThan(59 * 86_400_000);
  });

  test('is given another reason by the reviewer; what the adjuster refused cannot be settled by the way', async () => {
    const claim = await proposed();
    expect(await refusal(claim.decide(settleBuildingAt(9_000)))).toBe('coverageNotOpen');
    await claim.decide({ decision: 'deny', reasonCode: 'seepage' });
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    expect((await facts(claim)).denial?.reason).toBe('seepage');
  });
});

describe('an appeal', () => {
  test('is taken until day 60, which is a Sunday, and on the Monday after it, and refused on Tuesday', async () => {
    // Sixty days after a Wednesday is a Sunday; in May no Monday before the last one is a holiday.
    const wednesday = await next(fleet, 1, WEDNESDAY, 3);
    const [sunday, monday, tuesday] = [60, 61, 62].map((days) => daysAfter(wednesday, days)) as [
      string,
      string,
      string,
    ];
    await until(fleet, `${wednesday}T10:00:00-05:00`);
    const [first, second, third] = [await denied(), await denied(), await denied()];
    for (const claim of [first, second, third]) {
      expect((await facts(claim)).denial?.appealUntil).toBe(`${tuesday}T05:00:00.000Z`);
    }

    await until(fleet, `${sunday}T15:00:00-05:00`);
    expect((await now(fleet)).getUTCDay()).toBe(0);
    await appeal(first);
    await first.reaches('AppealUnderReview');

    await until(fleet, `${monday}T23:00:00-05:00`);
    await appeal(second);
    await second.reaches('AppealUnderReview');

    await until(fleet, `${tuesday}T00:05:00-05:00`);
    await appeal(third);
    expect(await third.ends()).toMatchObject({ outcome: 'denied' });
    expect(await third.outcomes('appeal')).toEqual(['rejected appealTooLate']);
    expect(await third.path()).not.toContain('Reopened');
  });

  test('that is granted is settled by a reviewer and approved by a second person', async () => {
    const claim = await denied();
    await appeal(claim);
    await claim.reaches('AppealUnderReview');
    await claim.ask('decideAppeal', { decision: 'overturn', reasonCode: 'engineerIsRight' });
    expect((await claim.reaches('EscalatedForManualReview')).reason?.code).toBe('appealGranted');
    // Nothing was calculated, so nobody has said what one person may pay.
    expect(await claim.decide(settleBuildingAt(12_000))).toMatchObject({ code: 'awaitingSecondPerson' });
    await claim.approve({ actor: SUPERVISOR });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(12_000) }] });
    expect(checks(claim)).toMatchObject([{ check: 'building 1', dollars: 12_000 }]);
  });

  test('that is turned down leaves the claim denied; the same appeal is not heard twice', async () => {
    const claim = await denied();
    await appeal(claim);
    await claim.reaches('AppealUnderReview');
    await claim.ask('decideAppeal', { decision: 'uphold', reasonCode: 'nothingNew' });
    expect(await claim.ends()).toMatchObject({ outcome: 'denied', coverages: [{ reason: '02' }] });
    await appeal(claim);
    await claim.ends();
    expect(await claim.outcomes('appeal')).toEqual(['applied engineerDisagrees', 'rejected alreadyReceived']);
    expect(checks(claim)).toEqual([]);
  });

  test('against a claim that was not denied is answered', async () => {
    const claim = await fleet.claim({ policy: managed('building') }).submit();
    await claim.ends();
    await appeal(claim);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(await claim.outcomes('appeal')).toEqual(['rejected notDenied']);
  });
});
