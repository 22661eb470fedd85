/** The activities against the real services: what the contracts in `activities/` promise the claim. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVICE_ACTIVITIES } from '../../activities/activities.module.js';
import { AssessmentActivitiesProvider } from '../../activities/assessment/assessment.activities.js';
import { DocumentsActivitiesProvider } from '../../activities/documents/documents.activities.js';
import { FraudActivitiesProvider } from '../../activities/fraud/fraud.activities.js';
import { NotificationsActivitiesProvider } from '../../activities/notifications/notifications.activities.js';
import { PaymentsActivitiesProvider } from '../../activities/payments/payments.activities.js';
import { PolicyActivitiesProvider } from '../../activities/policy/policy.activities.js';
import { SettlementActivitiesProvider } from '../../activities/settlement/settlement.activities.js';
import { claimMessages } from '../../events/claim.js';
import { eventually } from '../support/eventually.js';
import { activitiesOf, Stage, usd } from './support.js';

let stage: Stage;
let run: Awaited<ReturnType<typeof activitiesOf>>['run'];
let module: Awaited<ReturnType<typeof activitiesOf>>['module'];

beforeAll(async () => {
  stage = await Stage.set();
  ({ run, module } = await activitiesOf(stage.url));
});
afterAll(async () => {
  await stage.strike();
});

const callbacksTo = (reference: string, n: number) =>
  eventually(
    () => stage.gateway.to(reference),
    (all) => all.length >= n,
  );

it('registers every activity on the provider that has it', () => {
  for (const { provider, names } of SERVICE_ACTIVITIES) {
    for (const name of names) expect(module.get<Record<string, unknown>>(provider)[name], name).toBeTypeOf('function');
  }
  expect(new Set(SERVICE_ACTIVITIES.map((service) => service.taskQueue)).size).toBe(SERVICE_ACTIVITIES.length);
});

describe('policy', () => {
  const policy = (policyNumber: string, inceptionDate: string, coverages: object[]) => ({
    policyNumber,
    inceptionDate,
    coverages,
  });
  const validate = (policyNumber: string, key = `claim/C1/policy/${policyNumber}`) =>
    run(PolicyActivitiesProvider, (p) => p.validatePolicy, {
      key,
      claimId: 'C1',
      policyNumber,
      dateOfLoss: '2012-10-29',
    });

  beforeAll(async () => {
    await stage.seed({
      policies: [
        policy('POL-both', '2001-05-01', [
          { coverage: 'building', limit: usd(250_000), deductible: usd(1_000) },
          { coverage: 'contents', limit: usd(60_000) },
        ]),
        policy('POL-late', '2012-10-30', [{ coverage: 'building', limit: usd(1), deductible: usd(0) }]),
        policy('POL-none', '2012-10-29', []),
      ],
    });
  });

  it('gives verdict, inception and coverages, without a deductible that is not on record', async () => {
    expect(await validate('POL-both')).toEqual({
      verdict: 'covered',
      inceptionDate: '2001-05-01',
      coverages: [
        { coverage: 'building', limit: usd(250_000), deductible: usd(1_000), documents: ['proofOfLoss'] },
        { coverage: 'contents', limit: usd(60_000), documents: ['proofOfLoss', 'contentsInventory'] },
      ],
    });
  });

  it('tells a policy that starts after the loss, and one that insures nothing', async () => {
    expect((await validate('POL-late')).verdict).toBe('startsAfterLoss');
    expect((await validate('POL-none')).verdict).toBe('noCoverage');
  });

  it('refuses an unknown policy for good, by name', async () => {
    const failure = await validate('POL-unknown').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'PolicyNotFound', nonRetryable: true });
    expect((failure as Error).message).toMatch(/policyNumber is POL-unknown.*correct/);
  });
});

describe('fraud', () => {
  it('accepts the screen and calls back with the decision and the rule', async () => {
    const reference = 'claim/FRAUD-1';
    const notice = { claimId: 'FRAUD-1', policyNumber: 'P', dateOfLoss: '2012-10-29', inceptionDate: '2012-10-28' };
    const { screenId } = await run(FraudActivitiesProvider, (p) => p.requestFraudScreen, {
      key: 'claim/FRAUD-1/fraud/1',
      ...notice,
      callback: { reference },
    });
    const [received] = await callbacksTo(reference, 1);
    expect(received).toMatchObject({ service: 'fraud', contentType: 'application/cloudevents+json' });
    expect(received?.event).toMatchObject({
      specversion: '1.0',
      type: 'com.throughline.fraud.decided.v1',
      source: '/services/fraud',
      datacontenttype: 'application/json',
    });
    expect(claimMessages.fraudDecision.parse(received?.event.data)).toEqual({
      screenId,
      verdict: 'refer',
      score: 850,
      rule: 'loss-within-two-days',
    });
  });
});

describe('assessment', () => {
  const request = (claimId: string, ordinal = 1) =>
    run(AssessmentActivitiesProvider, (p) => p.requestAssessment, {
      key: `claim/${claimId}/assessment/${ordinal}`,
      claimId,
      coverages: ['building', 'contents'] as const,
      callback: { reference: `claim/${claimId}` },
    });
  const findings = async (claimId: string, n = 1) => {
    const received = (await callbacksTo(`claim/${claimId}`, n))[n - 1];
    return claimMessages.assessmentResult.parse(received?.event.data);
  };

  it('tells one finding per coverage asked for; a reason wins over damage, and neither stays neither', async () => {
    await stage.seed({
      assessments: [
        {
          claimId: 'ASM-1',
          findings: [
            { coverage: 'building', damage: usd(39_000) },
            { coverage: 'contents', damage: usd(5), nonPaymentReason: '08' },
          ],
        },
        { claimId: 'ASM-2', findings: [{ coverage: 'building' }] },
      ],
    });
    const { assignmentId, adjusterId } = await request('ASM-1');
    expect(adjusterId).toMatch(/^ADJ-0\d$/);
    expect(await findings('ASM-1')).toEqual({
      assignmentId,
      findings: [
        { coverage: 'building', damage: usd(39_000) },
        { coverage: 'contents', nonPaymentReason: '08' },
      ],
    });
    await request('ASM-2');
    expect((await findings('ASM-2')).findings).toEqual([{ coverage: 'building' }, { coverage: 'contents' }]);
  });

  it('waits for a person where nothing is known, and takes one report per assignment', async () => {
    const { assignmentId, adjusterId } = await request('ASM-3');
    const found = { findings: [{ coverage: 'building', damage: usd(100) }] };
    const path = '/assessment/claims/ASM-3/findings';
    expect(stage.gateway.to('claim/ASM-3')).toEqual([]);

    expect(await stage.call('POST', path, found, 'tool/1')).toMatchObject({ status: 202, body: { assignmentId } });
    expect(await findings('ASM-3')).toEqual({
      assignmentId,
      findings: [{ coverage: 'building', damage: usd(100) }, { coverage: 'contents' }],
    });
    const again = await stage.call('POST', path, found, 'tool/2');
    expect(again).toMatchObject({ status: 409, body: { type: 'urn:throughline:problem:FindingsAlreadyReported' } });

    const second = await request('ASM-3', 2);
    expect(second.adjusterId).toBe(adjusterId);
    expect(await stage.call('POST', path, found, 'tool/3')).toMatchObject({ status: 202 });
    expect((await findings('ASM-3', 2)).assignmentId).toBe(second.assignmentId);
  });

  it('refuses findings where no adjuster is assigned', async () => {
    const answer = await stage.call('POST', '/assessment/claims/ASM-none/findings', { findings: [] }, 'tool/4');
    expect(answer).toMatchObject({ status: 404, body: { type: 'urn:throughline:problem:AssignmentNotFound' } });
  });
});

describe('documents', () => {
  const request = (claimId: string, coverages: ReadonlyArray<'building' | 'contents'>, ordinal = 1) =>
    run(DocumentsActivitiesProvider, (p) => p.requestDocuments, {
      key: `claim/${claimId}/documents/${ordinal}`,
      claimId,
      coverages,
      callback: { reference: `claim/${claimId}` },
    });
  const arrived = async (claimId: string, n: number) =>
    (await callbacksTo(`claim/${claimId}`, n)).map(({ event }) => claimMessages.documentReceived.parse(event.data));

  it('asks for a proof of loss, and for an inventory with contents; seeded ones arrive by themselves', async () => {
    await stage.seed({ documents: [{ claimId: 'DOC-1' }, { claimId: 'DOC-2' }] });
    const building = await request('DOC-1', ['building']);
    expect(building.kinds).toEqual(['proofOfLoss']);
    expect(await arrived('DOC-1', 1)).toMatchObject([{ requestId: building.requestId, kind: 'proofOfLoss' }]);

    const both = await request('DOC-2', ['building', 'contents']);
    expect(both.kinds).toEqual(['proofOfLoss', 'contentsInventory']);
    const documents = await arrived('DOC-2', 2);
    expect(documents.map((document) => document.kind).sort()).toEqual(['contentsInventory', 'proofOfLoss']);
  });

  it('tells each document as a person sends it, and does not ask for it again', async () => {
    const digest = 'ab'.repeat(32);
    const path = '/documents/claims/DOC-3/documents';
    const early = await stage.call('POST', path, { kind: 'proofOfLoss', digest }, 'upload/0');
    expect(early).toMatchObject({ status: 404, body: { type: 'urn:throughline:problem:DocumentRequestNotFound' } });

    const first = await request('DOC-3', ['building', 'contents']);
    expect(await stage.call('POST', path, { kind: 'proofOfLoss', digest }, 'upload/1')).toMatchObject({ status: 202 });
    expect(await arrived('DOC-3', 1)).toMatchObject([{ requestId: first.requestId, kind: 'proofOfLoss', digest }]);

    const second = await request('DOC-3', ['building'], 2);
    expect((await arrived('DOC-3', 2))[1]).toMatchObject({ requestId: second.requestId, kind: 'proofOfLoss', digest });
  });
});

describe('settlement', () => {
  it('calculates each coverage apart and holds the total against the authority', async () => {
    const calculate = (key: string, damage: number) =>
      run(SettlementActivitiesProvider, (p) => p.calculateSettlement, {
        key,
        claimId: 'SET-1',
        lines: [
          { coverage: 'building', damage: usd(damage), deductible: usd(1_000), limit: usd(250_000) },
          { coverage: 'contents', damage: usd(800), deductible: usd(1_000), limit: usd(60_000) },
        ],
      });
    expect(await calculate('claim/SET-1/settlement/1', 39_000)).toEqual({
      settlementId: expect.any(String) as string,
      lines: [
        {
          coverage: 'building',
          amount: usd(38_000),
          explanation: '$39,000.00 damage − $1,000.00 deductible = $38,000.00, limit $250,000.00 → $38,000.00',
        },
        {
          coverage: 'contents',
          amount: usd(0),
          nonPaymentReason: '01',
          explanation: '$800.00 damage − $1,000.00 deductible = −$200.00, at least $0.00, limit $60,000.00 → $0.00',
        },
      ],
      total: usd(38_000),
      authority: { limit: usd(250_000), within: true },
    });
    expect((await calculate('claim/SET-1/settlement/2', 251_000)).authority.within).toBe(true);
    const both = await run(SettlementActivitiesProvider, (p) => p.calculateSettlement, {
      key: 'claim/SET-1/settlement/3',
      claimId: 'SET-1',
      lines: [
        { coverage: 'building', damage: usd(250_000), deductible: usd(0), limit: usd(250_000) },
        { coverage: 'contents', damage: usd(0.01), deductible: usd(0), limit: usd(60_000) },
      ],
    });
    expect(both).toMatchObject({ total: usd(250_000.01), authority: { within: false } });
  });
});

describe('payments and notifications', () => {
  const pay = (claimId: string, amount: number, approved = amount) =>
    run(PaymentsActivitiesProvider, (p) => p.requestPayment, {
      key: `claim/${claimId}/payment/building/1`,
      claimId,
      coverage: 'building',
      ordinal: 1,
      amount: usd(amount),
      approved: usd(approved),
      callback: { reference: `claim/${claimId}` },
    });

  it('acknowledges a payment, fails a declined one, and refuses one above the approval', async () => {
    await stage.seed({ payments: [{ claimId: 'PAY-2', decline: 'account-closed' }] });
    const paid = await pay('PAY-1', 38_000);
    const [acknowledged] = await callbacksTo('claim/PAY-1', 1);
    expect(acknowledged?.event.type).toBe('com.throughline.payments.acknowledged.v1');
    expect(claimMessages.paymentAcknowledged.parse(acknowledged?.event.data)).toEqual({
      paymentId: paid.paymentId,
      coverage: 'building',
      ordinal: 1,
      amount: usd(38_000),
    });

    const declined = await pay('PAY-2', 10);
    const [failed] = await callbacksTo('claim/PAY-2', 1);
    expect(failed?.event.type).toBe('com.throughline.payments.failed.v1');
    expect(claimMessages.paymentFailed.parse(failed?.event.data)).toMatchObject({
      paymentId: declined.paymentId,
      code: 'account-closed',
    });

    await expect(pay('PAY-3', 11, 10)).rejects.toMatchObject({ type: 'PaymentExceedsApproval', nonRetryable: true });
  });

  it('accepts a notice', async () => {
    const notice = { key: 'claim/N-1/notice/1', claimId: 'N-1', template: 'claimClosed', values: { outcome: 'paid' } };
    const { noticeId } = await run(NotificationsActivitiesProvider, (p) => p.sendNotice, notice);
    expect(await stage.count('svc_notifications.notice', `notice_id = '${noticeId}'`)).toBe(1);
  });
});
