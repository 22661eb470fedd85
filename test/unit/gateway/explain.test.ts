import { describe, expect, it } from 'vitest';
import type { PendingCall, RunView } from '../../../client/views.js';
import { explain, type ExplainInput } from '../../../gateway/explain.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import type { Actor, Entry } from '../../../workflows/lifecycle/entry.js';

const DAY_MS = 86_400_000;
const SINCE = '2012-10-29T12:00:00.000Z';
const NOW = new Date(Date.parse(SINCE) + 3 * DAY_MS);
const later = (ms: number): string => new Date(NOW.getTime() + ms).toISOString();

const ADJUSTER: Actor = { kind: 'service', id: 'assessment', authenticated: 'hmac' };

const assessed: Entry = {
  sequence: 6,
  kind: 'message',
  recordedAt: SINCE,
  causationId: 'evt-1',
  actor: ADJUSTER,
  message: {
    name: 'assessmentResult',
    messageId: 'evt-1',
    outcome: 'applied',
    source: '/services/assessment',
    occurredAt: SINCE,
    receivedAt: SINCE,
    schemaVersion: 1,
    digest: 'd',
  },
};

const entered: Entry = {
  sequence: 7,
  kind: 'transition',
  recordedAt: SINCE,
  causationId: 'evt-1',
  actor: ADJUSTER,
  from: 'AwaitingAssessment',
  to: 'AwaitingDocuments',
};

const run: RunView = {
  workflowId: 'claim/CLM-1',
  runId: 'r',
  status: 'RUNNING',
  historyLength: 40,
  pendingActivities: [],
};

const record: ExplainInput['record'] = {
  lifecycle: 'claim',
  id: 'CLM-1',
  state: 'AwaitingDocuments',
  since: SINCE,
  sequence: 7,
  enteredBy: 7,
  startedAt: SINCE,
  visits: { AwaitingDocuments: { entered: 2, totalMs: DAY_MS } },
  parts: {
    building: { state: 'Assessed', since: SINCE, amount: { minor: 3_900_000, currency: 'USD' } },
    contents: { state: 'NotPayable', since: SINCE, reason: '08' },
  },
  clocks: {
    state: {
      basis: 'entered AwaitingDocuments',
      startedAt: SINCE,
      dueAt: later(57 * DAY_MS),
      leadsTo: 'EscalatedForManualReview',
    },
  },
  expectations: {
    assessmentResult: { what: 'the assessment result', from: 'adjuster', askedAt: SINCE, receivedAt: SINCE },
    documents: { what: 'the proof of loss', from: 'claimant', askedAt: SINCE },
  },
  facts: {},
  closed: false,
  next: [],
  deadline: null,
  stage: 1,
  firstRunId: 'r',
  runId: 'r',
  correlationId: 'claim/CLM-1',
  contentHash: 'h',
  kernelVersion: 1,
  lifecycleVersion: 1,
  authority: 'own',
  retention: { class: 'standard', legalHold: false },
  lastHash: '00',
  updatedAt: later(-60_000),
};

function input(
  changes: Partial<ExplainInput> & { state?: Partial<ExplainInput['record']>; view?: Partial<RunView> } = {},
): ExplainInput {
  const { state, view, ...rest } = changes;
  return {
    record: { ...record, ...state },
    definition: claimLifecycle,
    tail: [assessed, entered],
    enteredBy: entered,
    causedBy: assessed,
    run: { view: { ...run, ...view }, asOf: NOW.toISOString() },
    now: NOW,
    ...rest,
  };
}

const pending = (changes: Partial<PendingCall>): Partial<RunView> => ({
  pendingActivities: [
    { activity: 'requestDocuments', attempt: 1, state: 'started', scheduledAt: later(-1000), ...changes },
  ],
});

describe('explain', () => {
  it('says in data what is happening, why, since when, and what next', () => {
    expect(explain(input())).toMatchObject({
      state: 'AwaitingDocuments',
      since: SINCE,
      timesEntered: 2,
      totalInStateMs: 4 * DAY_MS,
      because: { causationId: 'evt-1', sentence: 'the adjuster has reported damage per coverage' },
      waitsFor: 'the requested documents',
      owner: 'claimant',
      expectations: [{ name: 'documents' }, { name: 'assessmentResult', receivedAt: SINCE }],
      next: ['SettlementCalculated', 'EscalatedForManualReview', 'Closed'],
      deadline: { at: later(57 * DAY_MS), leadsTo: 'EscalatedForManualReview' },
      clocks: [{ name: 'state', overdue: false }],
      amounts: { building: { minor: 3_900_000, currency: 'USD' } },
      journal: [{ sequence: 6 }, { sequence: 7, from: 'AwaitingAssessment', to: 'AwaitingDocuments' }],
      sources: { record: { ageMs: 60_000 }, temporal: { asOf: NOW.toISOString() } },
    });
  });

  it('says it in one sentence', () => {
    expect(explain(input()).sentence).toBe(
      'CLM-1 has been AwaitingDocuments for 3 days because the adjuster has reported damage per coverage; it waits for the ' +
        'requested documents (the proof of loss) from the claimant until 2012-12-28, then it goes to EscalatedForManualReview.',
    );
  });

  it('answers from the record when Temporal cannot be asked, and says so', () => {
    const it = explain(input({ run: { error: 'no connection' } }));
    expect(it).toMatchObject({ run: { error: 'no connection' }, sources: { temporal: { error: 'no connection' } } });
    expect(it.blockedBy).toEqual({ kind: 'customer', detail: 'waits for the requested documents' });
  });

  it('tells how a closed one ended', () => {
    const it = explain(input({ state: { state: 'Closed', closed: true, outcome: 'partlyPaid', clocks: {} } }));
    expect(it).toMatchObject({ blockedBy: null, deadline: null, waitsFor: null, next: [] });
    expect(it.sentence).toBe(
      'CLM-1 was Closed as partly paid 3 days ago because the adjuster has reported damage per coverage; nothing more is expected.',
    );
  });

  it('tells a deadline that has passed and was not yet seen', () => {
    const clock = { basis: 'b', startedAt: SINCE, dueAt: later(-2 * 3_600_000), leadsTo: 'EscalatedForManualReview' };
    const it = explain(input({ state: { clocks: { state: clock } } }));
    expect(it.clocks[0]).toMatchObject({ overdue: true });
    expect(it.sentence).toContain('but that was due 2 hours ago and it goes to EscalatedForManualReview as soon as');
  });

  it('tells a near deadline with its time of day', () => {
    const clock = { basis: 'b', startedAt: SINCE, dueAt: later(3_600_000), leadsTo: 'EscalatedForManualReview' };
    expect(explain(input({ state: { clocks: { state: clock } } })).sentence).toContain(
      'until 2012-11-01 13:00 UTC, then',
    );
  });

  it.each<[string, Partial<Entry>, Entry | undefined, string]>([
    ['the submission', { from: undefined as never, causationId: 'submit' }, undefined, 'it was submitted'],
    ['a deadline', { causationId: 'clock:state' }, undefined, 'its deadline in AwaitingAssessment passed'],
    [
      'an answer of a service',
      { causationId: 'activity:validatePolicy', actor: { ...ADJUSTER, id: 'policy' } },
      undefined,
      'the policy service answered',
    ],
    [
      'a refusal of a service',
      {
        causationId: 'activity:validatePolicy',
        actor: { ...ADJUSTER, id: 'validatePolicy' },
        reason: { code: 'PolicyNotFound' },
      },
      undefined,
      'the call validatePolicy failed (PolicyNotFound)',
    ],
    [
      'a failure of a service',
      { causationId: 'activity:validatePolicy', reason: { code: 'serviceFailed' } },
      undefined,
      'the call validatePolicy failed (serviceFailed)',
    ],
    [
      'a reason for everyone',
      { reason: { code: 'highScore' } },
      assessed,
      'the adjuster has reported damage per coverage (highScore)',
    ],
    [
      'a restricted reason',
      { reason: { code: 'x', visibility: 'restricted' } },
      assessed,
      'the adjuster has reported damage per coverage',
    ],
  ])('gives as cause %s', (_, changes, causedBy, sentence) => {
    const because = { ...entered, ...changes };
    const { causedBy: __, ...rest } = input({ enteredBy: because });
    expect(explain({ ...rest, ...(causedBy && { causedBy }) }).because.sentence).toBe(sentence);
  });
});

describe('what blocks', () => {
  it('is the turn of a person, the customer or a third party, by the owner of the state', () => {
    const blocked = (state: string) => explain(input({ state: { state } })).blockedBy;
    expect(blocked('EscalatedForManualReview')).toEqual({
      kind: 'person',
      detail: 'waits for a decision of a claims reviewer',
    });
    expect(blocked('AwaitingDocuments')?.kind).toBe('customer');
    expect(blocked('AwaitingAssessment')?.kind).toBe('thirdParty');
    expect(blocked('FraudScreenPending')?.kind).toBe('thirdParty');
    expect(blocked('Submitted')).toBeNull();
  });

  it('is a call that fails, with attempts, last failure and next try', () => {
    const view = pending({
      attempt: 4,
      state: 'scheduled',
      lastFailure: 'documents answered 503',
      nextTryAt: later(5000),
    });
    const it = explain(input({ view }));
    expect(it.blockedBy).toEqual({
      kind: 'failing',
      detail: 'the call requestDocuments failed 3 times and is tried again',
      attempts: 3,
      lastFailure: 'documents answered 503',
      nextTryAt: later(5000),
    });
    expect(it.sentence).toContain(
      'at the moment the call requestDocuments failed 3 times and is tried again (documents answered 503).',
    );
  });

  it('is a workflow task that fails', () => {
    const view = { pendingTask: { attempt: 3, state: 'scheduled', since: later(-1000) } } as const;
    expect(explain(input({ view })).blockedBy).toMatchObject({ kind: 'failing', attempts: 2 });
  });

  it('is a queue that nobody polls, for calls and for workflow tasks', () => {
    const call = explain(input({ view: pending({ state: 'scheduled', scheduledAt: later(-60_000) }) })).blockedBy;
    expect(call).toEqual({ kind: 'queueLag', detail: 'no worker has taken requestDocuments for 1 minute' });
    const task = explain(
      input({ view: { pendingTask: { attempt: 1, state: 'scheduled', since: later(-30_000) } } }),
    ).blockedBy;
    expect(task).toEqual({ kind: 'queueLag', detail: 'no worker has taken its workflow task for 30 seconds' });
    expect(explain(input({ view: pending({ state: 'scheduled', scheduledAt: later(-1000) }) })).blockedBy?.kind).toBe(
      'customer',
    );
  });

  it('is a pause, of the run or of a call', () => {
    expect(explain(input({ view: { status: 'PAUSED' } })).blockedBy?.kind).toBe('paused');
    expect(explain(input({ view: pending({ state: 'paused' }) })).blockedBy?.kind).toBe('paused');
  });

  it('is the end of the run before the end of the entity', () => {
    const it = explain(input({ view: { status: 'TERMINATED' } }));
    expect(it.blockedBy).toMatchObject({ kind: 'failing', detail: expect.stringContaining('terminated') });
  });

  it('is a hold, and a guard that said not now', () => {
    const held = { retention: { class: 'standard', legalHold: true } };
    expect(explain(input({ state: held })).blockedBy?.kind).toBe('hold');
    const deferred: Entry = {
      ...entered,
      sequence: 8,
      kind: 'note',
      guard: { guard: 'payments', verdict: 'defer', reason: 'paused' },
    };
    expect(explain(input({ tail: [entered, deferred] })).blockedBy).toEqual({
      kind: 'guard',
      detail: 'the check payments said not now (paused)',
    });
    // Where the guard called a person, it is the person's turn.
    const escalated = input({ tail: [entered, deferred], state: { state: 'EscalatedForManualReview' } });
    expect(explain(escalated).blockedBy?.kind).toBe('person');
  });
});
