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
import { messageFor } from '../../gateway/cloud-event.js';
import { AssessmentService } from '../../services/assessment/assessment.service.js';
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

describe('policy, as an insurer keeps it', () => {
  const validate = (claimId: string, policyNumber: string, dateOfLoss = '2012-10-29', attempt = 1) =>
    run(PolicyActivitiesProvider, (p) => p.validatePolicy, {
      key: `claim/${claimId}/policy/${attempt}`,
      claimId,
      policyNumber,
      dateOfLoss,
    });
  const policy = (policyNumber: string, more: object) => ({
    policyNumber,
    inceptionDate: '2001-05-01',
    coverages: [],
    ...more,
  });

  it('says line, lenders, and that a denial needs no person', async () => {
    const said = { line: 'flood', mortgagees: ['LENDER-1', 'LENDER-2'], automaticDenial: true };
    await stage.seed({ policies: [policy('POL-line', said)] });
    expect(await validate('LINE-1', 'POL-line')).toEqual({
      verdict: 'noCoverage',
      inceptionDate: '2001-05-01',
      coverages: [],
      ...said,
    });
  });

  it('names the earlier claims of one loss: the same policy or property, on the same day', async () => {
    await stage.seed({
      policies: [
        policy('POL-dup-1', { line: 'flood', propertyId: 'HOUSE-1' }),
        policy('POL-dup-2', { line: 'homeowners', propertyId: 'HOUSE-1' }),
        policy('POL-dup-3', { line: 'flood', propertyId: 'HOUSE-2' }),
      ],
    });
    expect(await validate('DUP-1', 'POL-dup-1')).not.toHaveProperty('similarClaims');
    expect((await validate('DUP-2', 'POL-dup-1')).similarClaims).toEqual(['DUP-1']);
    expect((await validate('DUP-3', 'POL-dup-2')).similarClaims).toEqual(['DUP-1', 'DUP-2']);
    expect(await validate('DUP-4', 'POL-dup-3')).not.toHaveProperty('similarClaims');
    expect(await validate('DUP-5', 'POL-dup-1', '2012-10-30')).not.toHaveProperty('similarClaims');
    // Its own notice and later ones do not make a claim a duplicate when it asks again.
    expect(await validate('DUP-1', 'POL-dup-1', '2012-10-29', 2)).not.toHaveProperty('similarClaims');
  });

  it('misses none of ten that come at once, and compares none of a policy of the short kind', async () => {
    await stage.seed({ policies: [policy('POL-rush', { line: 'flood' }), policy('POL-short', {})] });
    const claims = Array.from({ length: 10 }, (_, i) => `RUSH-${i}`);
    const answers = await Promise.all(claims.map((claimId) => validate(claimId, 'POL-rush')));
    expect(answers.map((answer) => answer.similarClaims?.length ?? 0).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await validate('SHORT-1', 'POL-short');
    expect(await validate('SHORT-2', 'POL-short')).not.toHaveProperty('similarClaims');
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

describe('triage and the adjusters', () => {
  const notice = (claimId: string) => ({
    claimId,
    line: 'flood' as const,
    causeOfLoss: '1',
    property: { state: 'NJ', postalCode: '08203' },
    coverages: ['building'] as const,
    catastrophe: 'Hurricane Sandy',
  });

  it('says how a claim is handled, by what is known of it, and says the same again', async () => {
    await stage.seed({
      assessments: [
        { claimId: 'TRI-1', findings: [{ coverage: 'building', damage: usd(4_999.99) }], habitable: true },
        { claimId: 'TRI-2', habitable: false },
      ],
    });
    const ask = (claimId: string) =>
      run(AssessmentActivitiesProvider, (p) => p.triageClaim, {
        key: `claim/${claimId}/triage/1`,
        ...notice(claimId),
      });
    const small = {
      lane: 'fastTrack',
      habitable: true,
      skill: 'flood',
      area: '082',
      priority: 4,
      reserves: [{ coverage: 'building', amount: usd(4_999.99) }],
      authority: { limit: usd(250_000) },
    };
    expect(await ask('TRI-1')).toEqual(small);
    await stage.seed({ assessments: [{ claimId: 'TRI-1', habitable: false }] });
    expect(await ask('TRI-1')).toEqual(small);
    expect(await ask('TRI-2')).toMatchObject({ lane: 'field', habitable: false, priority: 1 });
    expect(await ask('TRI-3')).toMatchObject({ lane: 'field', priority: 3 });
  });

  it('says what each person may advance, as it stands on that day', async () => {
    const ask = (claimId: string) =>
      run(AssessmentActivitiesProvider, (p) => p.triageClaim, {
        key: `claim/${claimId}/triage/1`,
        ...notice(claimId),
      });
    const assessments = stage.service(AssessmentService);
    await assessments.seedAuthorities([
      { person: 'reviewer-1', limit: usd(20_000) },
      { person: 'manager-1', limit: usd(1_000_000) },
    ]);
    await assessments.seedAuthorities([{ person: 'reviewer-1', limit: usd(50_000) }]);
    const told = { limit: usd(250_000), people: { 'reviewer-1': usd(50_000), 'manager-1': usd(1_000_000) } };
    expect((await ask('TRI-4')).authority).toEqual(told);
    await assessments.seedAuthorities([{ person: 'reviewer-1', limit: usd(0) }]);
    expect((await ask('TRI-4')).authority).toEqual(told);
    expect((await ask('TRI-5')).authority?.people?.['reviewer-1']).toEqual(usd(0));
  });

  it('assigns somebody who accepts at once and keeps the claim to the end of its assessment', async () => {
    const reference = 'claim/ADJ-1';
    const awaited = await run(AssessmentActivitiesProvider, (p) => p.assignAdjuster, {
      key: `${reference}/adjuster/1`,
      claimId: 'ADJ-1',
      skill: 'flood',
      area: '082',
      priority: 3,
      excluded: ['ADJ-01'],
      callback: { reference },
    });
    expect(awaited).toEqual({ requestId: expect.any(String) as string, ahead: 0 });
    const told = async (event: string) =>
      (await callbacksTo(reference, 2)).find((one) => one.event.type === `com.throughline.assessment.${event}.v1`)
        ?.event.data;
    const assigned = claimMessages.adjusterAssigned.parse(await told('assigned'));
    expect(assigned).toMatchObject({ requestId: awaited.requestId, adjusterId: 'ADJ-02' });
    const { assignmentId, adjusterId } = assigned;
    expect(claimMessages.adjusterAccepted.parse(await told('accepted'))).toEqual({ assignmentId, adjusterId });

    const { adjusterId: inspecting } = await run(AssessmentActivitiesProvider, (p) => p.requestAssessment, {
      key: `${reference}/assessment/1`,
      claimId: 'ADJ-1',
      coverages: ['building'] as const,
      adjusterId,
      callback: { reference },
    });
    expect(inspecting).toBe('ADJ-02');
    const { body } = await stage.call('GET', '/assessment/adjusters');
    expect(body['waiting']).toEqual({ claims: 0, since: null });
    expect((body['adjusters'] as object[])[1]).toEqual({ adjusterId: 'ADJ-02', capacity: 1_000, open: 1, asked: 1 });
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

  it('asks for photos where it is known that it was no flood', async () => {
    const kinds = async (causeOfLoss: string) => {
      const claimId = `DOC-cause-${causeOfLoss}`;
      const body = { claimId, coverages: ['building'], causeOfLoss, callback: { reference: `claim/${claimId}` } };
      return (await stage.call('POST', '/documents/document-requests', body, `claim/${claimId}/documents/1`)).body[
        'kinds'
      ];
    };
    for (const flood of ['', '1', '4']) expect(await kinds(flood)).toEqual(['proofOfLoss']);
    expect(await kinds('9')).toEqual(['proofOfLoss', 'photos']);
    const photos = { kind: 'photos', digest: 'cd'.repeat(32) };
    expect(await stage.call('POST', '/documents/claims/DOC-cause-9/documents', photos, 'upload/9')).toMatchObject({
      status: 202,
    });
    expect(await arrived('DOC-cause-9', 1)).toMatchObject([photos]);
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

describe('settlement of a claim that was paid in part', () => {
  const calculate = (claimId: string, damage: number, paid: number) =>
    run(SettlementActivitiesProvider, (p) => p.calculateSettlement, {
      key: `claim/${claimId}/settlement/${damage}`,
      claimId,
      lines: [
        {
          coverage: 'building',
          damage: usd(damage),
          deductible: usd(1_000),
          limit: usd(500_000),
          ...(paid > 0 && { paid: usd(paid) }),
        },
      ],
    });

  it('is what is left, and holds all payments of the claim together against the authority', async () => {
    const within = await calculate('NET-1', 201_000, 50_000);
    expect(within).toMatchObject({ total: usd(150_000), authority: { within: true } });
    expect(within.lines[0]?.explanation).toMatch(/− \$50,000\.00 paid = \$150,000\.00$/);
    // Each part alone is within $250,000.
    expect(await calculate('NET-1', 251_000.01, 200_000)).toMatchObject({
      total: usd(50_000.01),
      authority: { within: false },
    });
    const nothing = await calculate('NET-1', 800, 200_000);
    expect(nothing.total).toEqual(usd(0));
    expect(nothing.lines[0]).not.toHaveProperty('nonPaymentReason');
  });

  it('names what each person may approve, and offers a repair where there is something to repair', async () => {
    await stage.seed({
      authorities: [
        { person: 'reviewer-1', limit: usd(50_000) },
        { person: 'manager-1', limit: usd(1_000_000) },
      ],
      repairs: [
        { claimId: 'FIX-1', vendorId: 'VENDOR-1' },
        { claimId: 'FIX-3', vendorId: 'VENDOR-1', next: ['VENDOR-2', 'VENDOR-3'] },
      ],
    });
    const offered = await calculate('FIX-1', 11_000, 0);
    expect(offered.lines[0]?.amount).toEqual(usd(10_000));
    expect(offered.lines[0]?.repair).toEqual({ vendorId: 'VENDOR-1' });
    const several = await calculate('FIX-3', 11_000, 0);
    expect(several.lines[0]?.repair).toEqual({ vendorId: 'VENDOR-1', next: ['VENDOR-2', 'VENDOR-3'] });
    expect(offered.authority).toEqual({
      limit: usd(250_000),
      within: true,
      people: { 'reviewer-1': usd(50_000), 'manager-1': usd(1_000_000) },
    });
    expect((await calculate('FIX-1', 1_000, 0)).lines[0]).not.toHaveProperty('repair');
    expect((await calculate('FIX-2', 11_000, 0)).lines[0]).not.toHaveProperty('repair');
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

  it('pays a part with its payees, and pays anew what came back', async () => {
    const reference = 'claim/PAY-4';
    const part = (ordinal: number, more: object) =>
      run(PaymentsActivitiesProvider, (p) => p.requestPayment, {
        key: `${reference}/payment/building/${ordinal}`,
        claimId: 'PAY-4',
        coverage: 'building',
        ordinal,
        amount: usd(60),
        approved: usd(100),
        callback: { reference },
        ...more,
      });
    const first = await part(1, { kind: 'partial', payees: ['insured', 'mortgagee:LENDER-1'] });
    await expect(part(2, { kind: 'final', replaces: 1 })).rejects.toMatchObject({ nonRetryable: true });
    const path = `/payments/payments/${first.paymentId}/outcome`;
    await stage.call('POST', path, { outcome: 'returned', code: 'R02' }, 'bank/1');
    const returned = (await callbacksTo(reference, 2)).find((one) => one.event.type.endsWith('returned.v1'));
    expect(claimMessages.paymentReturned.parse(returned?.event.data)).toEqual({
      paymentId: first.paymentId,
      coverage: 'building',
      ordinal: 1,
      how: 'returned',
      code: 'R02',
    });
    const second = await part(3, { kind: 'partial', replaces: 1 });
    expect(second.paymentId).not.toBe(first.paymentId);
    await callbacksTo(reference, 3);
  });

  it('sends a letter with proof that it left, once; and says when one cannot leave now', async () => {
    const send = (letter: 'acknowledgment' | 'denial', claimId = 'L-1') =>
      run(NotificationsActivitiesProvider, (p) => p.sendLetter, {
        key: `claim/${claimId}/letter/${letter}/1`,
        claimId,
        letter,
        values: { received: '2012-10-30' },
      });
    const before = Date.now();
    const proof = await send('denial');
    expect(proof).toEqual({
      letterId: expect.any(String) as string,
      dispatchedAt: expect.any(String) as string,
      channel: 'mail',
      trackingId: expect.any(String) as string,
    });
    expect(Date.parse(proof.dispatchedAt)).toBeGreaterThanOrEqual(before);
    expect(await send('denial')).toEqual(proof);
    expect(await stage.count('svc_notifications.letter', "claim_id = 'L-1'")).toBe(1);

    await stage.seed({ letters: [{ claimId: 'L-2', letter: 'denial', fails: true }] });
    await expect(send('denial', 'L-2')).rejects.toMatchObject({ type: 'ServiceUnavailable', nonRetryable: false });
    expect((await send('acknowledgment', 'L-2')).channel).toBe('email');
    await stage.seed({ letters: [{ claimId: 'L-2', letter: 'denial', fails: false }] });
    expect((await send('denial', 'L-2')).channel).toBe('mail');
  });
});

it('every callback sent above is one that the gateway takes, and holds the message that it becomes', () => {
  const kinds = new Set<string>();
  for (const { service, event } of stage.gateway.received) {
    const message = messageFor(service, event.type) as keyof typeof claimMessages | undefined;
    expect(message, event.type).toBeDefined();
    if (message) expect(claimMessages[message].safeParse(event.data).error, event.type).toBeUndefined();
    kinds.add(event.type);
  }
  expect(kinds.size).toBeGreaterThanOrEqual(8);
});
