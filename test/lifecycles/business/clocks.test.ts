/** The clocks that a regulator knows: acknowledgment, proof of loss, the decision and its delay. Days are New York's. */
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import { eventually } from '../../support/eventually.js';
import type { ClaimRun } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { damage, managed } from '../support/script.js';
import {
  advance,
  daysAfter,
  documentArrives,
  facts,
  LET_IT_GO_ON,
  MONDAY,
  next,
  now,
  THURSDAY,
  until,
  WEDNESDAY,
} from './words.js';

const fleet = useFleet();

const HOME = { ...managed('building', 'contents'), line: 'homeowners' } as const;
const BOTH = damage({ building: 39_000, contents: 6_000 });

/** Midnight at which a day ends in New York. */
const endOf = (day: string) => `${daysAfter(day, 1)}T05:00:00.000Z`;
const clock = async (claim: ClaimRun, name: string) => (await claim.state()).clocks[name];

describe('a homeowner in New York', () => {
  test('is acknowledged within 15 working days, of which Thanksgiving is none', async () => {
    const monday = daysAfter(await next(fleet, 4, THURSDAY, 11, 5), -3);
    await until(fleet, `${monday}T12:00:00-05:00`);

    let mailRoomOpen = false;
    const claim = await fleet
      .claim({
        policy: HOME,
        findings: BOTH,
        trouble: (activity) => {
          if (activity === 'sendLetter' && !mailRoomOpen) throw new Error('the mail room is closed');
        },
      })
      .submit();
    await claim.reaches('TriagePending');
    // Three weeks from Monday are 15 working days; the holiday makes it Tuesday.
    expect((await clock(claim, 'acknowledgment'))?.dueAt).toBe(endOf(daysAfter(monday, 22)));
    mailRoomOpen = true;
    await fleet.sleep(minutes(10));
    await claim.ends();
    expect((await facts(claim)).letters?.acknowledgment).toMatchObject({ trackingId: 'RR-acknowledgment' });
  });

  test('is decided within 15 working days of the proof of loss', async () => {
    // The second Monday of September: no holiday until Columbus Day, which is the second Monday of October.
    const monday = await next(fleet, 2, MONDAY, 9);
    await until(fleet, `${monday}T12:00:00-05:00`);
    const claim = await fleet.claim({ policy: HOME, findings: BOTH, documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    await documentArrives(claim, 'proofOfLoss');
    await claim.settled();
    expect(await clock(claim, 'determination')).toMatchObject({ dueAt: endOf(daysAfter(monday, 21)) });
    expect((await facts(claim)).terms?.rules).toBe('homeowners/NY');
  });
});

describe('a decision that takes longer than the rules allow', () => {
  const NEW_JERSEY = { state: 'NJ', postalCode: '07747' };

  /** Three weeks after the proof of loss, where a state has no rules of its own. */
  async function proven(): Promise<ClaimRun> {
    const claim = fleet.claim({ policy: HOME, findings: BOTH, documents: 'silence' });
    await claim.submit(claim.submissionWith({ property: NEW_JERSEY }));
    await claim.reaches('AwaitingDocuments');
    await documentArrives(claim, 'proofOfLoss');
    await claim.settled();
    return claim;
  }

  test('is explained in a letter, and the claim goes on where it was', async () => {
    const monday = await next(fleet, 2, MONDAY, 9);
    await until(fleet, `${monday}T12:00:00-05:00`);
    const claim = await proven();
    const before = await claim.state();
    expect(before.clocks['determination']?.dueAt).toBe(endOf(daysAfter(monday, 21)));

    await fleet.sleep(days(25));
    const after = await claim.reaches('AwaitingDocuments');
    expect((await claim.path()).slice(-2)).toEqual(['DelayLetterPending', 'AwaitingDocuments']);
    expect((await facts(claim)).letters?.delay).toMatchObject({ trackingId: 'RR-delay' });
    // It is not entered anew: its deadline and what it waits for are as they were.
    expect(after.clocks['state']).toEqual(before.clocks['state']);
    expect(after.expectations['document:contentsInventory']?.dueAt).toBe(
      before.expectations['document:contentsInventory']?.dueAt,
    );

    await documentArrives(claim, 'contentsInventory');
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  });

  test('is explained again every 45 days, wherever the claim is, until it is decided', async () => {
    const monday = await next(fleet, 2, MONDAY, 9);
    await until(fleet, `${monday}T12:00:00-05:00`);
    const claim = await proven();
    const letters = () => claim.calls('sendLetter').filter(({ input }) => input['letter'] === 'delay');

    await fleet.sleep(days(25));
    await claim.reaches('AwaitingDocuments');
    expect(letters()).toHaveLength(1);
    // Three weeks from Monday end with a Monday; 45 days after the letter, which left as that day ended, is a Friday.
    expect(await clock(claim, 'explanation')).toMatchObject({ change: 'started', dueAt: endOf(daysAfter(monday, 67)) });

    // The papers are overdue meanwhile: a reviewer has the claim, and the review is overdue, too.
    for (const number of [2, 3]) {
      await fleet.sleep(days(48));
      await eventually(letters, (all) => all.length === number);
      await claim.reaches('EscalatedForManualReview');
    }
    expect(letters().map(({ input }) => input['values'])).toEqual([
      { waitsIn: 'AwaitingDocuments', number: '1' },
      { waitsIn: 'EscalatedForManualReview', number: '2' },
      { waitsIn: 'EscalatedForManualReview', number: '3' },
    ]);
    expect(new Set(letters().map(({ input }) => input.key)).size).toBe(3);
    const { delays = [], letters: latest } = await facts(claim);
    expect(delays.map(({ trackingId }) => trackingId)).toEqual(['RR-delay', 'RR-delay', 'RR-delay']);
    expect(new Set(delays.map(({ dispatchedAt }) => dispatchedAt)).size).toBe(3);
    expect(latest?.delay).toEqual(delays.at(-1));

    await documentArrives(claim, 'contentsInventory');
    await claim.decide(LET_IT_GO_ON);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(letters()).toHaveLength(3);
  });

  test('is explained anew from the last letter, not from the first, where the claim comes back from elsewhere', async () => {
    const claim = await proven();
    await fleet.sleep(days(25));
    await claim.reaches('AwaitingDocuments');
    const { dueAt } = (await clock(claim, 'explanation')) ?? {};
    expect(dueAt).toBeDefined();
    // An advance is a detour, an investigation is none: both leave the clock as it is.
    await advance(claim, 'building', 5_000);
    await claim.reaches('AwaitingDocuments');
    await claim.ask('refer', { to: 'investigation', reasonCode: 'doubt' });
    await claim.reaches('UnderInvestigation');
    await claim.ask('concludeReferral', { finding: 'continue', reasonCode: 'nothingFound' });
    await claim.reaches('AwaitingDocuments');
    expect((await clock(claim, 'explanation'))?.dueAt).toBe(dueAt);
    expect((await claim.path()).filter((state) => state === 'DelayLetterPending')).toHaveLength(1);
  });

  test('is explained while a person has the claim, whose task and way back stay', async () => {
    const claim = await proven();
    await claim.ask('refer', { to: 'legal', reasonCode: 'liability' });
    await claim.ask('concludeReferral', { finding: 'settle', reasonCode: 'settleIt' });
    const { reviews: before } = await claim.reaches('EscalatedForManualReview');
    // The review itself is overdue after 14 days and is opened anew; the letter comes after 21.
    await fleet.sleep(days(25));
    const after = await claim.reaches('EscalatedForManualReview');
    expect((await claim.path()).slice(-2)).toEqual(['DelayLetterPending', 'EscalatedForManualReview']);
    expect(Object.keys(after.reviews)).toHaveLength(Object.keys(before).length);
    await claim.decide(LET_IT_GO_ON);
    expect((await claim.settled()).state).toBe('UnderLegalReview');
  });
});

describe('the proof of loss', () => {
  test('is due 60 days after the loss; a bulletin gives one claim longer than another', async () => {
    // Sixty days after a Wednesday are over on a Sunday, so there is Monday, which is no holiday early in May.
    const loss = await next(fleet, 1, WEDNESDAY, 3);
    await until(fleet, `${daysAfter(loss, 7)}T12:00:00-05:00`);
    const flooded = { policy: managed('building'), documents: 'silence' } as const;
    const [plain, extended] = [fleet.claim(flooded), fleet.claim(flooded)];
    for (const claim of [plain, extended]) {
      await claim.submit(claim.submissionWith({ dateOfLoss: loss }));
      await claim.reaches('AwaitingDocuments');
      expect((await clock(claim, 'proofOfLoss'))?.dueAt).toBe(endOf(daysAfter(loss, 61)));
    }
    const longer = new Date((await now(fleet)).getTime() + days(150)).toISOString();
    for (const name of ['proofOfLoss', 'state']) {
      await extended.ask('moveClock', {
        clock: name,
        dueAt: longer,
        reference: 'Bulletin w-12092a',
        reasonCode: 'catastrophe',
      });
    }

    // Past the 60 days and any weekend or holiday at their end, before the 60 days of the state itself.
    await fleet.sleep(days(58));
    expect((await plain.reaches('EscalatedForManualReview')).reason?.code).toBe('proofOfLossElapsed');
    expect((await extended.state()).state).toBe('AwaitingDocuments');
    const [moved] = (await extended.journal()).filter(({ message }) => message?.name === 'moveClock');
    expect(moved?.reason).toEqual({ code: 'catastrophe', reference: 'Bulletin w-12092a' });

    await documentArrives(extended, 'proofOfLoss');
    expect(await extended.ends()).toMatchObject({ outcome: 'paid' });
  });

  test('counts from a notice that comes too late for the loss', async () => {
    const claim = await fleet.claim({ policy: managed('building'), documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    const { terms } = await facts(claim);
    expect(terms?.proofOfLossFrom).toBe(terms?.noticedAt);
  });
});
