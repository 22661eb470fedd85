/**
 * The onboarding's table: its states, where each may go, how long each may last and where its deadline leads, what is undone if it does
 * not go through, and what each message does when it is early or late. Pure data; `workflow.ts` can only walk what stands here.
 *
 * Every check is good until a date. Whenever an application is about to be provisioned, and before each thing that is set up, the dates
 * are looked at again: what has expired is done again, from PendingIdentityVerification on.
 */
import { days, defineLifecycle, hours } from '../lifecycle/definition.js';

/** The answer of an identity check that is still awaited may meet the application here. */
const VERIFYING = ['PendingIdentityVerification', 'AwaitingCustomerAction', 'ManualReview'] as const;
/** That of a screening, here. */
const SCREENING = [...VERIFYING, 'PendingFraudReview'] as const;

export const onboardingLifecycle = defineLifecycle({
  name: 'onboarding',
  version: 1,
  initial: 'Submitted',
  states: {
    Submitted: {
      means: 'The application is on record.',
      to: ['PendingIdentityVerification'],
      deadline: hours(1),
      onDeadline: 'PendingIdentityVerification',
      owner: 'onboarding operations',
    },
    PendingIdentityVerification: {
      means: 'Identity, eligibility and compliance are checked, side by side; what is still good is not checked again.',
      to: ['PendingFraudReview', 'AwaitingCustomerAction', 'ManualReview', 'RejectionPending'],
      deadline: days(2),
      onDeadline: 'ManualReview',
      onFailure: 'ManualReview',
      waitsFor: 'the verification',
      owner: 'identity service',
    },
    PendingFraudReview: {
      means: 'The applicant is screened for fraud, and against the lists of those with whom no business may be done.',
      to: ['Approved', 'ComplianceReview', 'AwaitingCustomerAction', 'ManualReview', 'RejectionPending'],
      deadline: days(2),
      onDeadline: 'ManualReview',
      onFailure: 'ManualReview',
      waitsFor: 'the screening',
      owner: 'screening service',
    },
    // Its name does not say what it is about: who merely sees the state must not learn that.
    ComplianceReview: {
      means: 'Two people of compliance dispose of what the screening has found.',
      to: ['PendingFraudReview', 'RejectionPending', 'ComplianceReview'],
      deadline: days(3),
      onDeadline: 'ComplianceReview',
      waitsFor: 'a decision of compliance',
      owner: 'compliance officer',
      review: {
        queue: 'compliance',
        priority: 1,
        decidedBy: ['decideCompliance'],
        escalation: [{ after: days(1), queue: 'compliance-heads', priority: 1 }],
      },
    },
    AwaitingCustomerAction: {
      means: 'The applicant is asked for what is missing.',
      to: ['PendingIdentityVerification', 'RejectionPending'],
      // Silence ends it: nothing is decided against the applicant, who may apply again at once.
      deadline: days(30),
      onDeadline: 'RejectionPending',
      waitsFor: "the applicant's documents",
      owner: 'applicant',
    },
    ManualReview: {
      means: 'A check refers the application, or something could not be done: a person says how it goes on.',
      to: [
        'PendingIdentityVerification',
        'PendingFraudReview',
        'AwaitingCustomerAction',
        'Approved',
        'RejectionPending',
        'ManualReview',
      ],
      deadline: days(3),
      onDeadline: 'ManualReview',
      waitsFor: 'a decision of an onboarding analyst',
      owner: 'onboarding analyst',
      review: {
        queue: 'onboarding',
        priority: 3,
        decidedBy: ['decideApplication'],
        escalation: [{ after: days(1), queue: 'onboarding-leads', priority: 2 }],
      },
    },
    Approved: {
      means: 'All checks are passed; what has expired meanwhile is checked again.',
      to: ['ProvisioningInProgress', 'PendingIdentityVerification', 'RejectionPending', 'ManualReview'],
      deadline: days(5),
      onDeadline: 'ManualReview',
      owner: 'onboarding operations',
    },
    ProvisioningInProgress: {
      means: 'The account is opened and the products are set up.',
      to: ['Completed', 'ProvisioningReview', 'PendingIdentityVerification', 'RejectionPending'],
      deadline: days(2),
      onDeadline: 'ProvisioningReview',
      onFailure: 'ProvisioningReview',
      waitsFor: 'the account and its products',
      owner: 'account service',
    },
    ProvisioningReview: {
      means: 'Something could not be set up: all of it is taken back, unless a person decides otherwise.',
      to: ['ProvisioningInProgress', 'PendingIdentityVerification', 'RejectionPending'],
      deadline: days(2),
      onDeadline: 'RejectionPending',
      waitsFor: 'a decision of provisioning',
      owner: 'provisioning desk',
      review: {
        queue: 'provisioning',
        priority: 2,
        decidedBy: ['decideProvisioning'],
        escalation: [{ after: days(1), queue: 'provisioning-leads', priority: 1 }],
      },
    },
    RejectionPending: {
      means: 'The application does not go through: what was set up is taken back.',
      to: ['Rejected', 'ManualReview'],
      deadline: days(1),
      onDeadline: 'ManualReview',
      waitsFor: 'the reversals',
      owner: 'onboarding operations',
    },
    Completed: {
      means: 'The customer has the account and the products, and is welcomed.',
      to: [],
      terminal: true,
      owner: 'nobody',
      publishes: { products: 'granted', country: 'content.country' },
    },
    Rejected: {
      means: 'The application was refused, withdrawn or given up, and nothing of it is left.',
      to: [],
      terminal: true,
      owner: 'nobody',
      publishes: { reason: 'rejection.code', mayApplyFrom: 'rejection.mayApplyFrom' },
      // The effect of the message keeps to the cooling period.
      reopens: { by: ['applyAgain'], within: days(3650), to: 'Submitted' },
    },
  },
  parts: {
    /** `identity`, `eligibility`, `compliance`, `screening`. */
    check: {
      Open: ['Passed', 'Failed', 'Referred', 'Missing'],
      Passed: ['Open'],
      Failed: ['Open'],
      Referred: ['Passed', 'Open'],
      Missing: ['Open'],
    },
    /** `account:main`. */
    account: {
      Requested: ['Opened', 'Refused', 'Closed'],
      Opened: ['Closed'],
      Refused: ['Requested'],
      Closed: ['Requested'],
    },
    /** `product:<code>`. */
    product: {
      Requested: ['Provisioned', 'Refused', 'Withdrawn'],
      Provisioned: ['Withdrawn'],
      Refused: ['Requested'],
      Withdrawn: ['Requested'],
    },
  },
  expectations: {
    // Reminded of: the service is asked what has become of it, an hour after it was asked, and once more before a person is.
    identity: {
      what: 'the answer of the identity check',
      from: 'identity service',
      within: days(1),
      reminders: [hours(23), hours(2)],
    },
    screening: {
      what: 'the answer of the screening',
      from: 'screening service',
      within: days(1),
      reminders: [hours(23), hours(2)],
    },
    documents: {
      what: "the applicant's documents",
      from: 'applicant',
      within: days(30),
      reminders: [days(23), days(9), days(2)],
    },
  },
  holds: {
    compliance: {
      means: 'Nothing is set up while the applicant is looked into.',
      blocks: ['ProvisioningInProgress'],
      by: ['staff', 'system'],
    },
  },
  compensations: {
    closeAccount: { means: 'The account is closed again.' },
    withdrawProduct: { means: 'A product is taken back.', parallel: true },
  },
  lateReview: { queue: 'late-onboarding-news', priority: 3, within: days(3) },
  messages: {
    identityVerified: {
      kind: 'signal',
      means: 'The identity check has answered.',
      in: VERIFYING,
      late: 'record',
    },
    screeningCompleted: {
      kind: 'signal',
      means: 'The screening has answered.',
      in: SCREENING,
      // What it has found may concern a customer who was let in without it.
      late: 'task',
    },
    provideDocuments: {
      kind: 'update',
      means: 'The applicant has sent documents.',
      in: ['AwaitingCustomerAction'],
      early: ['Submitted', 'PendingIdentityVerification', 'PendingFraudReview', 'ComplianceReview', 'ManualReview'],
      late: 'reject',
    },
    withdrawApplication: {
      kind: 'update',
      means: 'The applicant takes the application back.',
      in: [...SCREENING, 'ComplianceReview', 'Approved', 'ProvisioningInProgress', 'ProvisioningReview'],
      early: ['Submitted'],
      late: 'reject',
    },
    applyAgain: {
      kind: 'update',
      means: 'The applicant applies again after a rejection, or corrects the application before it is looked at.',
      in: ['Submitted'],
      late: 'reject',
    },
    decideApplication: {
      kind: 'update',
      means: 'An onboarding analyst decides.',
      in: ['ManualReview'],
      late: 'reject',
      needsActor: true,
    },
    decideCompliance: {
      kind: 'update',
      means: 'Compliance disposes of what the screening has found; it takes two people.',
      in: ['ComplianceReview'],
      late: 'reject',
      needsActor: true,
    },
    decideProvisioning: {
      kind: 'update',
      means: 'A person decides about what could not be set up.',
      in: ['ProvisioningReview'],
      late: 'reject',
      needsActor: true,
    },
  },
});

export type OnboardingState = keyof typeof onboardingLifecycle.states;
