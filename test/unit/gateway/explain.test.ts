import { describe, expect, it } from 'vitest';
import { explain, journalLine } from '../../../gateway/explain.js';
import type { Entry } from '../../../workflows/lifecycle/entry.js';
import { ADJUSTER, assessed, DAY_MS, entered, input, later, NOW, SINCE } from './explain-samples.js';

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
      next: ['SettlementCalculated', 'UnderInvestigation', 'UnderLegalReview', 'EscalatedForManualReview', 'Closed'],
      deadline: { at: later(57 * DAY_MS), leadsTo: 'EscalatedForManualReview' },
      clocks: [{ name: 'state', overdue: false }],
      amounts: { building: { minor: 3_900_000, currency: 'USD' } },
      journal: [{ sequence: 6 }, { sequence: 7, from: 'AwaitingAssessment', to: 'AwaitingDocuments' }],
      sources: { record: { ageMs: 60_000 }, temporal: { asOf: NOW.toISOString() } },
    });
  });

  it('says it in one sentence', () => {
    expect(explain(input()).sentence).toBe(
      'CLM-1 has been AwaitingDocuments (building Assessed 39,000.00 USD, contents NotPayable: 08) for 3 days because the adjuster ' +
        'has reported damage per coverage; it waits for the requested documents (the proof of loss) from the claimant until 2012-12-28, then it goes to EscalatedForManualReview.',
    );
  });

  it('answers from the record when Temporal cannot be asked, and says so', () => {
    const it = explain(input({ run: { error: 'no connection' } }));
    expect(it).toMatchObject({ run: { error: 'no connection' }, sources: { temporal: { error: 'no connection' } } });
    expect(it.blockedBy?.kind).toBe('customer');
  });

  it('tells how a closed one ended', () => {
    const it = explain(input({ state: { state: 'Closed', closed: true, outcome: 'partlyPaid', clocks: {} } }));
    expect(it).toMatchObject({ blockedBy: null, deadline: null, waitsFor: null, next: [] });
    expect(it.sentence).toBe(
      'CLM-1 was Closed as partly paid (building Assessed 39,000.00 USD, contents NotPayable: 08) 3 days ago because the adjuster ' +
        'has reported damage per coverage; nothing more is expected.',
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

  it('tells a clock that stands still, and one that has struck, and waits for neither', () => {
    const clock = { basis: 'b', startedAt: SINCE, leadsTo: 'EscalatedForManualReview' };
    const clocks = {
      state: { ...clock, dueAt: later(-DAY_MS), pausedAt: later(-2 * DAY_MS), pausedBy: 'person', consumedMs: DAY_MS },
      notify: { ...clock, dueAt: later(-DAY_MS / 2), breachedAt: later(-DAY_MS / 2) },
    } as const;
    const it = explain(input({ state: { clocks } }));
    expect(it).toMatchObject({
      deadline: null,
      clocks: [
        { name: 'state', overdue: false, pausedBy: 'person', consumedMs: DAY_MS },
        { name: 'notify', overdue: false },
      ],
    });
    expect(it.sentence).toContain('from the claimant; its clock state stands still since 2012-10-30 12:00 UTC.');
    const appeal = {
      ...clock,
      dueAt: later(9 * DAY_MS),
      originalDueAt: later(DAY_MS),
      calendar: 'us-federal@1',
      change: 'moved',
    } as const;
    expect(explain(input({ state: { clocks: { ...clocks, appeal } } }))).toMatchObject({
      deadline: { at: later(9 * DAY_MS) },
      clocks: [{}, {}, { name: 'appeal', originalDueAt: later(DAY_MS), calendar: 'us-federal@1' }],
    });
  });

  it('tells how often and how long it was in every state', () => {
    const visits = {
      AwaitingAssessment: { entered: 3, totalMs: 5 },
      AwaitingDocuments: { entered: 2, totalMs: DAY_MS },
    };
    expect(explain(input({ state: { visits } })).visits).toEqual({
      AwaitingAssessment: { entered: 3, totalMs: 5 },
      AwaitingDocuments: { entered: 2, totalMs: 4 * DAY_MS },
    });
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

describe('a journal line', () => {
  it('says what a check, an escalation and a reminder were about', () => {
    const about = { sequence: 9, recordedAt: SINCE, causationId: 'x', actor: ADJUSTER };
    const guard = { guard: 'hold:fraud', verdict: 'defer', reason: 'suspicion' } as const;
    const escalation = { taskId: 'claim/CLM-1#7', level: 1, queue: 'supervisors' };
    expect(journalLine({ ...about, kind: 'guard', guard })).toEqual({ ...about, kind: 'guard', guard });
    expect(journalLine({ ...about, kind: 'deadline', escalation })).toMatchObject({ escalation });
    expect(journalLine({ ...about, kind: 'reminder', reminds: 'documents' })).toMatchObject({ reminds: 'documents' });
  });
});
