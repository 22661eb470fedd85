/**
 * The claim's table: nine states, where each may go, how long each may last and where its deadline leads, and what each message
 * does when it is early or late. Pure data; `workflow.ts` can only walk what stands here.
 */
import { days, defineLifecycle, hours } from '../lifecycle/definition.js';

export const claimLifecycle = defineLifecycle({
  name: 'claim',
  version: 1,
  initial: 'Submitted',
  states: {
    Submitted: {
      means: 'First notice of loss is on record.',
      to: ['PolicyValidationPending', 'Closed'],
      deadline: hours(1),
      onDeadline: 'PolicyValidationPending',
      owner: 'claims operations',
    },
    PolicyValidationPending: {
      means: 'The policy service is asked whether the policy covers the loss.',
      to: ['FraudScreenPending', 'EscalatedForManualReview', 'Closed'],
      deadline: days(1),
      onDeadline: 'EscalatedForManualReview',
      onFailure: 'EscalatedForManualReview',
      waitsFor: 'the policy validation',
      owner: 'policy service',
    },
    FraudScreenPending: {
      means: 'The fraud service screens the notice.',
      to: ['AwaitingAssessment', 'EscalatedForManualReview', 'Closed'],
      deadline: days(3),
      onDeadline: 'EscalatedForManualReview',
      onFailure: 'EscalatedForManualReview',
      waitsFor: 'the fraud decision',
      owner: 'fraud service',
    },
    AwaitingAssessment: {
      means: 'An adjuster inspects the loss.',
      to: ['AwaitingDocuments', 'EscalatedForManualReview', 'Closed'],
      deadline: days(30),
      onDeadline: 'EscalatedForManualReview',
      onFailure: 'EscalatedForManualReview',
      waitsFor: 'the assessment result',
      owner: 'adjuster',
    },
    AwaitingDocuments: {
      means: 'The claimant is asked for documents, the proof of loss among them.',
      to: ['SettlementCalculated', 'EscalatedForManualReview', 'Closed'],
      // Proof of loss within 60 days of the loss: NFIP Standard Flood Insurance Policy, 44 CFR part 61 app. A(1), VII.J.4.
      deadline: days(60),
      onDeadline: 'EscalatedForManualReview',
      onFailure: 'EscalatedForManualReview',
      waitsFor: 'the requested documents',
      owner: 'claimant',
    },
    SettlementCalculated: {
      means: 'The amounts are calculated; authority to pay them is being checked.',
      to: ['PaymentPending', 'EscalatedForManualReview', 'Closed'],
      deadline: days(1),
      onDeadline: 'EscalatedForManualReview',
      onFailure: 'EscalatedForManualReview',
      waitsFor: 'the authority check',
      owner: 'claims operations',
    },
    PaymentPending: {
      means: 'Payment is requested and not yet acknowledged.',
      to: ['Closed', 'EscalatedForManualReview'],
      deadline: days(10),
      onDeadline: 'EscalatedForManualReview',
      onFailure: 'EscalatedForManualReview',
      waitsFor: 'the payment acknowledgment',
      owner: 'payment service',
    },
    EscalatedForManualReview: {
      means: 'A person decides: continue, deny, or settle at an amount.',
      to: [
        'PolicyValidationPending',
        'FraudScreenPending',
        'AwaitingAssessment',
        'AwaitingDocuments',
        'SettlementCalculated',
        'PaymentPending',
        'EscalatedForManualReview',
        'Closed',
      ],
      deadline: days(14),
      // Escalates again: a fresh review task, and the journal shows that the first one was missed.
      onDeadline: 'EscalatedForManualReview',
      waitsFor: 'a decision of a claims reviewer',
      owner: 'claims reviewer',
      review: {
        queue: 'claims-review',
        priority: 3,
        decidedBy: ['manualDecision'],
        escalation: [
          { after: days(5), queue: 'claims-supervisors', priority: 2 },
          { after: days(10), queue: 'claims-management', priority: 1 },
        ],
      },
    },
    Closed: {
      means: 'The claim has ended, with its outcome.',
      to: [],
      terminal: true,
      owner: 'nobody',
    },
  },
  parts: {
    // One table for every coverage (building, contents).
    coverage: {
      Open: ['Assessed', 'InReview', 'Calculated', 'NotPayable', 'Withdrawn'],
      Assessed: ['InReview', 'Calculated', 'NotPayable', 'Withdrawn'],
      InReview: ['Assessed', 'Calculated', 'NotPayable', 'Withdrawn'],
      Calculated: ['PaymentRequested', 'NotPayable', 'Withdrawn'],
      PaymentRequested: ['Paid', 'PaymentFailed'],
      PaymentFailed: ['PaymentRequested', 'Calculated', 'NotPayable'],
      Paid: [],
      NotPayable: [],
      Withdrawn: [],
    },
  },
  clocks: {
    decision: {
      means: 'A claim is decided within 90 days of its first notice, whoever has it.',
      starts: { fact: 'notice' },
      within: { days: 90, count: 'calendar', calendar: 'us-federal', roll: true },
      spans: [
        'PolicyValidationPending',
        'FraudScreenPending',
        'AwaitingAssessment',
        'SettlementCalculated',
        'EscalatedForManualReview',
      ],
      // The claimant's own time does not count.
      pausedIn: ['AwaitingDocuments'],
      onBreach: 'EscalatedForManualReview',
    },
  },
  expectations: {
    fraudDecision: { what: 'the fraud decision', from: 'fraud service' },
    assessmentResult: { what: 'the assessment result', from: 'adjuster' },
    document: {
      what: 'a document',
      from: 'claimant',
      within: days(60),
      reminders: [days(45), days(30), days(10)],
    },
    payment: { what: 'the acknowledgment of a payment', from: 'payment service', within: days(10) },
  },
  holds: {
    legal: {
      means: 'A court, a regulator or special investigation stops the payment.',
      blocks: ['PaymentPending'],
      by: ['staff', 'system'],
    },
  },
  lateReview: { queue: 'late-evidence', priority: 4, within: days(14) },
  messages: {
    documentReceived: {
      kind: 'signal',
      means: 'A requested document has arrived.',
      in: ['AwaitingDocuments', 'EscalatedForManualReview'],
      early: ['Submitted', 'PolicyValidationPending', 'FraudScreenPending', 'AwaitingAssessment'],
      late: 'task',
    },
    fraudDecision: {
      kind: 'signal',
      means: 'The fraud service has decided.',
      in: ['FraudScreenPending', 'EscalatedForManualReview'],
      early: ['Submitted', 'PolicyValidationPending'],
      late: 'record',
    },
    assessmentResult: {
      kind: 'signal',
      means: 'The adjuster has reported damage per coverage.',
      in: ['AwaitingAssessment', 'EscalatedForManualReview'],
      early: ['Submitted', 'PolicyValidationPending', 'FraudScreenPending'],
      late: 'task',
    },
    paymentAcknowledged: {
      kind: 'signal',
      means: 'The payment system has paid.',
      in: ['PaymentPending', 'EscalatedForManualReview'],
      late: 'record',
    },
    paymentFailed: {
      kind: 'signal',
      means: 'The payment system will not pay.',
      in: ['PaymentPending', 'EscalatedForManualReview'],
      late: 'record',
    },
    withdraw: {
      kind: 'update',
      means: 'The claimant takes the claim back; possible until a payment is requested.',
      in: [
        'Submitted',
        'PolicyValidationPending',
        'FraudScreenPending',
        'AwaitingAssessment',
        'AwaitingDocuments',
        'SettlementCalculated',
        'EscalatedForManualReview',
      ],
      late: 'reject',
    },
    manualDecision: {
      kind: 'update',
      means: 'A claims reviewer decides on an escalated claim.',
      in: ['EscalatedForManualReview'],
      late: 'reject',
      needsActor: true,
    },
  },
});

/** A claim's business state. */
export type ClaimState = keyof typeof claimLifecycle.states;
