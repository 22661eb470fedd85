/** The exact sentence that explain gives in situations that operations know, with what only the clock can say left out. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Explanation } from '../../client/views.js';
import { pause, resume } from '../../records/dependencies.js';
import { damage, managed, usd } from '../lifecycles/support/script.js';
import { staff, World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await World.set();
});
afterAll(() => world.strike());

const operator = { actor: staff('ops-1') };

/** The sentence without the claim's number, lengths of time and instants. */
const said = ({ id, sentence }: Explanation): string =>
  sentence
    .replaceAll(id, 'CLM')
    .replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d UTC)?/g, '{when}')
    .replaceAll(/\d+ (second|minute|hour|day)s?\b/g, '{time}');

const inState = (id: string, state: string) => world.explained(id, (it) => it.state === state && it.blockedBy !== null);

describe('what explain says of', () => {
  test('payments that are paused', { timeout: 30_000 }, async () => {
    await pause(world.db, { ...operator, name: 'payments', reason: 'bankHoliday' });
    await world.gate('payments', 'closed');
    const id = await world.submit({ policy: managed('building') });
    const it = await world.explained(id, ({ blockedBy }) => blockedBy?.kind === 'paused');
    expect(said(it)).toBe(
      'CLM has been PaymentPending for {time} because the settlement service answered; it waits for the payment acknowledgment (the acknowledgment of the building payment) from the payment service until {when}, then it goes to EscalatedForManualReview; at the moment payments is paused by ops-1 since {when} (bankHoliday); the call requestPayment waits until it is resumed.',
    );
    await resume(world.db, { ...operator, name: 'payments', reason: 'over' });
    await world.gate('payments', 'open');
  });

  test('a proof of loss that is missing, its clock moved by a bulletin', async () => {
    const id = await world.submit({ policy: managed('building'), documents: 'silence' });
    await inState(id, 'AwaitingDocuments');
    const dueAt = new Date(Date.now() + 30 * 86_400_000).toISOString();
    await world.ask(
      id,
      'moveClock',
      { clock: 'proofOfLoss', dueAt, reasonCode: 'catastrophe', reference: 'W-13014' },
      staff('s-1'),
    );
    const it = await world.explained(id, ({ deadline }) => deadline?.originalAt !== undefined);
    expect(said(it)).toBe(
      'CLM has been AwaitingDocuments for {time} because the adjuster has reported damage per coverage; it waits for the requested documents (the proof of loss) from the claimant (reminded on {when}) until {when} (moved from {when} by W-13014), then it goes to EscalatedForManualReview.',
    );
  });

  test('one coverage that is paid, and another that is refused', async () => {
    const id = await world.submit({
      policy: managed('building', 'contents'),
      findings: [...damage({ building: 39_000 }), { coverage: 'contents', nonPaymentReason: '08' }],
    });
    expect(said(await world.explained(id, ({ closed }) => closed))).toBe(
      'CLM was Closed as partly paid (building Paid 38,000.00 USD, contents NotPayable: 08) {time} ago because the payment system has paid; nothing more is expected.',
    );
  });

  test('no adjuster who has capacity', async () => {
    const id = await world.submit({ policy: managed('building'), adjusters: ['nobody'] });
    expect(said(await world.explained(id, ({ state }) => state === 'AwaitingAdjuster'))).toBe(
      'CLM has been AwaitingAdjuster for {time} because the fraud service has decided; it waits for an adjuster with capacity from claims operations until {when}, then it goes to EscalatedForManualReview.',
    );
  });

  test('an adjuster who has not answered', async () => {
    const id = await world.submit({ policy: managed('building'), adjusters: ['silence'] });
    expect(said(await inState(id, 'AdjusterAssigned'))).toBe(
      "CLM has been AdjusterAssigned for {time} because an adjuster is free and has been asked; it waits for the adjuster's answer until {when}, then it goes to AwaitingAdjuster.",
    );
  });

  test('a settlement above what one person may approve, decided by the first of two', async () => {
    const people = { 's-1': usd(10_000), 's-2': usd(100_000) };
    const id = await world.submit({ policy: managed('building'), authority: usd(5_000), people });
    await inState(id, 'EscalatedForManualReview');
    await world.ask(id, 'manualDecision', { decision: 'continue', reasonCode: 'checked' }, staff('s-1'));
    const it = await world.explained(id, ({ reviews }) => reviews[0]?.proposal !== undefined);
    expect(said(it)).toBe(
      'CLM has been EscalatedForManualReview for {time} because the settlement service answered (aboveAuthority); it waits for a decision of a claims reviewer, in the queue claims-review, taken by nobody, decided by s-1 and to be approved by a second person, to be escalated on {when}, until {when}, then it is raised again.',
    );
  });

  test('a legal hold that keeps the payment back', async () => {
    const id = await world.submit({ policy: managed('building'), documents: 'silence' });
    await inState(id, 'AwaitingDocuments');
    const because = { reasonCode: 'courtOrder', reference: '12-CV-5544' };
    await world.ask(id, 'placeHold', { hold: 'legal', ...because }, staff('legal-2'));
    const document = { requestId: 'DR-1', documentId: 'D-1', kind: 'proofOfLoss', digest: 'd'.repeat(64) };
    await world.tell(id, 'documentReceived', document);
    expect(said(await world.explained(id, ({ blockedBy }) => blockedBy?.kind === 'hold'))).toBe(
      'CLM has been SettlementCalculated for {time} because the settlement service answered; it waits for the authority check from claims operations until {when}, then it goes to EscalatedForManualReview; at the moment the hold legal, placed by legal-2 on {when} (courtOrder, 12-CV-5544), keeps it from PaymentPending.',
    );
  });

  test('a claim that special investigation looks into', async () => {
    const id = await world.submit({ policy: managed('building'), findings: 'silence' });
    await inState(id, 'AwaitingAssessment');
    await world.ask(id, 'refer', { to: 'investigation', reasonCode: 'arson' }, staff('s-1'));
    expect(said(await inState(id, 'UnderInvestigation'))).toBe(
      'CLM has been UnderInvestigation for {time} because the claim is handed to special investigation or to the lawyers; it waits for the finding of special investigation, in the queue special-investigation, taken by nobody, until {when}, then it goes to EscalatedForManualReview.',
    );
  });

  test('a claim that may be another one', async () => {
    const id = await world.submit({ policy: { ...managed('building'), similarClaims: ['CLM-OTHER'] } });
    expect(said(await inState(id, 'EscalatedForManualReview'))).toBe(
      'CLM has been EscalatedForManualReview for {time} because the policy service answered (possibleDuplicate); it waits for a decision of a claims reviewer, in the queue claims-review, taken by nobody, to be escalated on {when}, until {when}, then it is raised again.',
    );
  });

  test('a denial that nobody has confirmed yet, and the denial', async () => {
    const findings = [{ coverage: 'building', nonPaymentReason: '05' }] as const;
    const id = await world.submit({ policy: managed('building'), findings });
    expect(said(await inState(id, 'EscalatedForManualReview'))).toBe(
      'CLM has been EscalatedForManualReview for {time} because the adjuster has reported damage per coverage (denialProposed); it waits for a decision of a claims reviewer, in the queue claims-review, taken by nobody, to be escalated on {when}, until {when}, then it is raised again.',
    );
    await world.ask(id, 'manualDecision', { decision: 'continue', reasonCode: 'seaWall' }, staff('s-1'));
    expect(said(await world.explained(id, ({ closed }) => closed))).toBe(
      'CLM was Closed as denied {time} ago because the notifications service answered (05); nothing more is expected.',
    );
  });

  test('work that waits for a worker', async () => {
    await world.unpoll('fraud');
    const ids = await Promise.all([1, 2, 3].map(() => world.submit({ policy: managed('building') })));
    const it = await world.explained(ids[0] ?? '', ({ blockedBy }) => blockedBy?.kind === 'queueLag', 40_000);
    expect(said(it)).toBe(
      'CLM has been TriagePending for {time} because the policy service answered; it waits for the triage from claims operations until {when}, then it goes to EscalatedForManualReview; at the moment no worker has taken the call requestFraudScreen for {time}; on the queue throughline-fraud 3 tasks wait, the oldest for {time}, 1 worker asks for its tasks, and nobody needs to act.',
    );
    await world.poll('fraud');
  }, 60_000);
});
