/** A claim that waits for its proof of loss, as the explanation's tests change it. */
import type { PendingCall, QueueView, RunView } from '../../../client/views.js';
import type { ExplainInput } from '../../../gateway/explain.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import type { Actor, Entry } from '../../../workflows/lifecycle/entry.js';

export const DAY_MS = 86_400_000;
export const SINCE = '2012-10-29T12:00:00.000Z';
export const NOW = new Date(Date.parse(SINCE) + 3 * DAY_MS);
export const later = (ms: number): string => new Date(NOW.getTime() + ms).toISOString();

export const ADJUSTER: Actor = { kind: 'service', id: 'assessment', authenticated: 'hmac' };

export const assessed: Entry = {
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

export const entered: Entry = {
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
  startedAt: SINCE,
  published: { state: 'AwaitingDocuments' },
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
  holds: {},
  deferrals: {},
  reviews: {},
  decisions: {},
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

export const OWN_QUEUE: QueueView = {
  queue: 'throughline-claim',
  kind: 'workflow',
  backlog: 0,
  oldestMs: 0,
  pollers: 1,
};

/** What the claim is explained from, with changes to its record and its run. */
export function input(
  changes: Partial<ExplainInput> & { state?: Partial<ExplainInput['record']>; view?: Partial<RunView> } = {},
): ExplainInput {
  const { state, view, ...rest } = changes;
  return {
    record: { ...record, ...state },
    definition: claimLifecycle,
    tail: [assessed, entered],
    enteredBy: entered,
    causedBy: assessed,
    openings: [],
    dependencies: [],
    backlog: { queues: [OWN_QUEUE], asOf: NOW.toISOString() },
    run: { view: { ...run, ...view }, asOf: NOW.toISOString() },
    now: NOW,
    ...rest,
  };
}

/** A run with one pending call. */
export const pending = (changes: Partial<PendingCall>): Partial<RunView> => ({
  pendingActivities: [
    { activity: 'requestDocuments', attempt: 1, state: 'started', scheduledAt: later(-1000), ...changes },
  ],
});
