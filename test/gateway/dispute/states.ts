/**
 * A small lifecycle for the tests of people, clocks, holds and reopening at the boundary: its work is done by messages alone, so
 * that nothing but the kernel moves it.
 */
import { days, defineLifecycle, hours } from '../../../workflows/lifecycle/definition.js';

export const disputeLifecycle = defineLifecycle({
  name: 'dispute',
  version: 1,
  initial: 'Received',
  states: {
    Received: {
      means: 'The dispute is on record.',
      to: ['Open'],
      deadline: hours(1),
      onDeadline: 'Open',
      owner: 'dispute desk',
    },
    Open: {
      means: 'Somebody disputes a bill.',
      to: ['Settled', 'Expired'],
      deadline: days(20),
      onDeadline: 'Expired',
      waitsFor: 'a settlement',
      owner: 'dispute desk',
      review: {
        queue: 'disputes',
        priority: 3,
        decidedBy: ['settle'],
        escalation: [{ after: hours(12), queue: 'dispute-leads', priority: 1 }],
      },
    },
    Settled: {
      means: 'The bill is settled.',
      to: [],
      owner: 'dispute desk',
      terminal: true,
      reopens: { by: ['appeal', 'evidence'], within: days(2), to: 'Open' },
    },
    Expired: { means: 'Nobody settled it in time.', to: [], owner: 'dispute desk', terminal: true },
  },
  clocks: {
    answer: {
      means: 'The customer is answered within ten days.',
      starts: { entering: ['Open'] },
      within: days(10),
      spans: ['Open'],
      onBreach: 'Expired',
    },
  },
  holds: { legal: { means: 'A court stops the settlement.', blocks: ['Settled'], by: ['staff'] } },
  lateReview: { queue: 'late', priority: 4, within: days(1) },
  messages: {
    settle: { kind: 'update', means: 'The bill is settled.', in: ['Open'], late: 'reject', needsActor: true },
    appeal: { kind: 'update', means: 'The customer appeals.', in: ['Open'], late: 'reject' },
    evidence: { kind: 'signal', means: 'Evidence has come.', in: ['Open'], late: 'record' },
    letter: { kind: 'signal', means: 'A letter has come.', in: ['Open'], late: 'task' },
  },
});

export type DisputeState = keyof typeof disputeLifecycle.states;

export interface DisputeNotice {
  readonly disputeId: string;
}

export interface DisputeMessages {
  readonly settle: { readonly amount: number };
  /** `groundless` is refused. */
  readonly appeal: { readonly ground: string };
  readonly evidence: { readonly document: string };
  readonly letter: { readonly document: string };
}
