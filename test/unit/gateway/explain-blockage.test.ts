import { describe, expect, it } from 'vitest';
import type { ClosedDependency, QueueView } from '../../../client/views.js';
import { explain } from '../../../gateway/explain.js';
import type { Deferral, Hold, ReviewTask } from '../../../workflows/lifecycle/entry.js';
import { DAY_MS, input, later, OWN_QUEUE, pending, SINCE } from './explain-samples.js';

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
    const untaken = (scheduledAt: string) =>
      pending({ state: 'scheduled', taskQueue: 'throughline-documents', scheduledAt });
    const calls: QueueView = {
      queue: 'throughline-documents',
      kind: 'activity',
      backlog: 12,
      oldestMs: 120_000,
      pollers: 0,
    };
    const backlog = { queues: [OWN_QUEUE, calls], asOf: later(0) };
    expect(explain(input({ view: untaken(later(-60_000)), backlog })).blockedBy).toEqual({
      kind: 'queueLag',
      detail:
        'no worker has taken the call requestDocuments for 1 minute; on the queue throughline-documents 12 tasks wait, the oldest for ' +
        '2 minutes, no worker asks for its tasks, and somebody has to start one',
      queue: calls,
    });
    const task = { pendingTask: { attempt: 1, state: 'scheduled', since: later(-30_000) } } as const;
    expect(explain(input({ view: task })).blockedBy).toEqual({
      kind: 'queueLag',
      detail:
        'no worker has taken its workflow task for 30 seconds; on the queue throughline-claim 1 worker asks for its tasks, ' +
        'and nobody needs to act',
      queue: OWN_QUEUE,
    });
    expect(explain(input({ view: untaken(later(-1000)), backlog })).blockedBy?.kind).toBe('customer');
  });

  it('is a queue that nobody polls although the backlog cannot be asked for', () => {
    const view = { pendingTask: { attempt: 1, state: 'scheduled', since: later(-30_000) } } as const;
    const it = explain(input({ view, backlog: { error: 'no connection' } }));
    expect(it.blockedBy).toEqual({ kind: 'queueLag', detail: 'no worker has taken its workflow task for 30 seconds' });
    expect(it).toMatchObject({ queues: [], sources: { backlog: { error: 'no connection' } } });
  });

  it('is not a call whose next try is yet to come, nor a call that failed before nobody took it', () => {
    const failed = { attempt: 3, state: 'scheduled', lastFailure: 'documents answered 503' } as const;
    const resting = pending({ ...failed, scheduledAt: later(30_000), nextTryAt: later(30_000) });
    expect(explain(input({ view: resting })).blockedBy?.kind).toBe('failing');
    const untaken = pending({ ...failed, scheduledAt: later(-30_000) });
    expect(explain(input({ view: untaken })).blockedBy?.kind).toBe('queueLag');
  });

  it('is a pause, of the run or of a call', () => {
    expect(explain(input({ view: { status: 'PAUSED' } })).blockedBy?.kind).toBe('paused');
    expect(explain(input({ view: pending({ state: 'paused' }) })).blockedBy?.kind).toBe('paused');
  });

  it('is the end of the run before the end of the entity', () => {
    const it = explain(input({ view: { status: 'TERMINATED' } }));
    expect(it.blockedBy).toMatchObject({ kind: 'failing', detail: expect.stringContaining('terminated') });
  });

  it('is what has not come, with reminders', () => {
    const asked = { from: 'claimant', askedAt: SINCE, dueAt: later(DAY_MS) };
    const expectations = {
      'document:contentsInventory': {
        ...asked,
        what: 'the inventory of contents',
        reminded: 2,
        remindAt: later(4 * DAY_MS),
      },
      'document:proofOfLoss': { ...asked, what: 'the proof of loss', receivedAt: SINCE },
      'document:photos': { ...asked, what: 'photos', dueAt: later(-DAY_MS) },
      fraudDecision: { what: 'the fraud decision', from: 'fraud service', askedAt: SINCE },
    };
    const it = explain(input({ state: { expectations } }));
    expect(it.blockedBy).toMatchObject({
      kind: 'customer',
      detail:
        'waits for the requested documents: photos, the inventory of contents (reminded 2 times, again on 2012-11-05)',
      missing: [
        { name: 'document:photos', overdue: true },
        { name: 'document:contentsInventory', overdue: false, reminded: 2 },
      ],
    });
    expect(it.sentence).toContain(
      'it waits for the requested documents (photos, the inventory of contents) from the claimant (reminded 2 times, again on 2012-11-05) until',
    );
    expect(it.expectations.map(({ name }) => name)).toEqual([
      'document:photos',
      'document:contentsInventory',
      'fraudDecision',
      'document:proofOfLoss',
    ]);
  });

  describe('is a person', () => {
    const task: ReviewTask = {
      queue: 'claims-review',
      reason: 'aboveAuthority',
      priority: 3,
      openedAt: SINCE,
      ofState: true,
    };
    const reviewed = (changes: Partial<ReviewTask>, others: Record<string, ReviewTask> = {}) =>
      explain(
        input({
          state: {
            state: 'EscalatedForManualReview',
            reviews: { ...others, 'claim/CLM-1#7': { ...task, ...changes } },
          },
        }),
      );

    it('in whose queue the task lies', () => {
      const late: ReviewTask = {
        queue: 'late-evidence',
        reason: 'late.documentReceived',
        priority: 1,
        openedAt: SINCE,
      };
      const it = reviewed({ dueAt: later(-1000) }, { 'claim/CLM-1#5': late });
      expect(it.blockedBy).toMatchObject({
        kind: 'person',
        detail: 'waits for a decision of a claims reviewer, in the queue claims-review, taken by nobody',
        review: { taskId: 'claim/CLM-1#7', queue: 'claims-review', overdue: true },
      });
      expect(it.sentence).toContain(
        'a decision of a claims reviewer, in the queue claims-review, taken by nobody, until',
      );
      expect(it.reviews.map(({ taskId }) => taskId)).toEqual(['claim/CLM-1#7', 'claim/CLM-1#5']);
    });

    it('who has parked it, and when it goes higher', () => {
      const it = reviewed({ assignee: 'u-7', level: 1, parkedUntil: later(DAY_MS), escalatesAt: later(5 * DAY_MS) });
      expect(it.blockedBy?.detail).toBe(
        'waits for a decision of a claims reviewer, in the queue claims-review, escalated once, taken by u-7, parked until ' +
          '2012-11-02 12:00 UTC, to be escalated on 2012-11-06',
      );
    });

    it('who must approve what another one decided, without what that was', () => {
      const proposal = { message: 'manualDecision', data: { decision: 'settle' }, digest: 'abc', by: 'u-7' };
      const it = reviewed({ proposal });
      expect(it.blockedBy?.detail).toContain('decided by u-7 and to be approved by a second person');
      expect(it.reviews[0]?.proposal).toEqual({ message: 'manualDecision', by: 'u-7', digest: 'abc' });
    });

    it('to whom late evidence was left', () => {
      const late: ReviewTask = {
        queue: 'late-evidence',
        reason: 'late.documentReceived',
        priority: 4,
        openedAt: SINCE,
      };
      const it = explain(
        input({
          state: { state: 'Closed', closed: true, clocks: {}, outcome: 'paid', reviews: { 'claim/CLM-1#9': late } },
        }),
      );
      expect(it.blockedBy).toMatchObject({ kind: 'person', review: { queue: 'late-evidence' } });
      expect(it.sentence).toContain(
        '; something that came late is to be looked at, in the queue late-evidence, taken by nobody.',
      );
    });
  });

  describe('is a hold', () => {
    const hold: Hold = {
      placedAt: SINCE,
      by: { kind: 'staff', id: 'siu-2', authenticated: 'token' },
      reason: { code: 'suspectedArson' },
      reference: 'SIU-2012-77',
    };
    const deferral: Deferral = {
      since: later(-60_000),
      reason: 'suspectedArson',
      move: { to: 'PaymentPending', patch: { facts: { secret: 1 } }, cause: { causationId: 'x', actor: hold.by } },
    };

    it('where it keeps the entity from what it wants next', () => {
      const holds = { legal: { ...hold, reason: { code: 'lawsuit' } }, fraud: hold };
      const it = explain(input({ state: { holds, deferrals: { 'hold:fraud': deferral } } }));
      expect(it.blockedBy).toMatchObject({
        kind: 'hold',
        detail:
          'the hold fraud, placed by siu-2 on 2012-10-29 12:00 UTC (suspectedArson, SIU-2012-77), keeps it from PaymentPending',
        hold: { name: 'fraud', blocksNow: true },
        deferral: { guard: 'hold:fraud', to: 'PaymentPending' },
      });
      expect(it.sentence).toContain('; at the moment the hold fraud, placed by siu-2');
      expect(it.holds.map(({ name, blocksNow }) => [name, blocksNow])).toEqual([
        ['fraud', true],
        ['legal', false],
      ]);
      expect(JSON.stringify(it)).not.toContain('secret');
    });

    it('and not one that blocks nothing yet, nor one that is gone', () => {
      const it = explain(input({ state: { holds: { fraud: hold } } }));
      expect(it.blockedBy?.kind).toBe('customer');
      expect(it.holds).toMatchObject([{ name: 'fraud', reference: 'SIU-2012-77', blocksNow: false }]);
      const released = explain(input({ state: { deferrals: { 'hold:fraud': deferral } } })).blockedBy;
      expect(released?.detail).toBe('the hold fraud is released, and it goes on in a moment');
    });

    it('of the records, once they are due to be deleted', () => {
      const closed = { state: 'Closed', closed: true, clocks: {} };
      const kept = (until: string) => ({ retention: { class: 'standard', legalHold: true, until } });
      expect(explain(input({ state: { ...closed, ...kept(later(-DAY_MS)) } })).blockedBy).toEqual({
        kind: 'hold',
        detail: 'its records were due to be deleted on 2012-10-31 12:00 UTC and are kept under a legal hold',
      });
      expect(explain(input({ state: { ...closed, ...kept(later(DAY_MS)) } })).blockedBy).toBeNull();
      const open = explain(input({ state: kept(later(-DAY_MS)) }));
      expect(open).toMatchObject({ blockedBy: { kind: 'customer' }, retention: { legalHold: true } });
    });
  });

  describe('is a dependency', () => {
    const deferrals = {
      'dependency:payments': { since: later(-60_000), reason: 'maintenance', call: 'requestPayment' },
    };
    const blocked = (...dependencies: ClosedDependency[]) =>
      explain(input({ state: { deferrals }, dependencies })).blockedBy;

    it('that an operator paused', () => {
      expect(
        blocked({ name: 'payments', status: 'paused', since: SINCE, reason: 'bankHoliday', by: 'ops-1' }),
      ).toMatchObject({
        kind: 'paused',
        detail:
          'payments is paused by ops-1 since 2012-10-29 12:00 UTC (bankHoliday); the call requestPayment waits until it is resumed',
        dependency: { name: 'payments', by: 'ops-1' },
        deferral: { call: 'requestPayment' },
      });
    });

    it('that fails for everybody', () => {
      const failing = { name: 'payments', status: 'failing', since: SINCE, reason: 'repeatedFailures' } as const;
      const it = blocked({ ...failing, lastFailure: 'ServiceUnavailable: payments answered 503' });
      expect(it).toMatchObject({
        kind: 'failing',
        detail:
          'payments has been failing since 2012-10-29 12:00 UTC; the call requestPayment waits until a probe, at least once a minute, ' +
          'finds it well',
        lastFailure: 'ServiceUnavailable: payments answered 503',
      });
    });

    it('that is up again, but not yet for this entity', () => {
      expect(blocked({ name: 'fraud', status: 'paused', since: SINCE, reason: 'x' })).toMatchObject({
        kind: 'guard',
        detail: 'payments is up again, and the call requestPayment is made again within minutes',
      });
    });
  });

  it('is a check of the lifecycle that said not now', () => {
    const move = {
      to: 'SettlementCalculated',
      cause: { causationId: 'x', actor: { kind: 'system', id: 'x', authenticated: 'none' } },
    } as const;
    const deferrals = { reserves: { since: SINCE, reason: 'reserveTooLow', move } };
    expect(explain(input({ state: { deferrals } })).blockedBy).toEqual({
      kind: 'guard',
      detail:
        'the check reserves says not now to SettlementCalculated (reserveTooLow), and is asked again within minutes',
      deferral: { guard: 'reserves', since: SINCE, reason: 'reserveTooLow', to: 'SettlementCalculated' },
    });
  });

  it('is the machinery before a hold, a hold before a dependency, and that before a check', () => {
    const any = { since: SINCE, reason: 'r' };
    const all: Record<string, Deferral> = { reserves: any, 'dependency:payments': any, 'hold:fraud': any };
    const kinds = [];
    for (const name of ['', 'hold:fraud', 'dependency:payments', 'reserves']) {
      delete all[name];
      kinds.push(explain(input({ state: { deferrals: { ...all } } })).blockedBy?.deferral?.guard);
    }
    expect(kinds).toEqual(['hold:fraud', 'dependency:payments', 'reserves', undefined]);
    const stopped = { pendingTask: { attempt: 1, state: 'scheduled', since: later(-30_000) } } as const;
    expect(explain(input({ state: { deferrals: { 'hold:fraud': any } }, view: stopped })).blockedBy?.kind).toBe(
      'queueLag',
    );
  });
});
