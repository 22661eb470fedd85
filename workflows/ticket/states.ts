/**
 * The ticket's table: its states, where each may go, how long each may last and where its deadline leads, and what each message does when
 * it is early or late. Pure data; `workflow.ts` can only walk what stands here.
 */
import { days, defineLifecycle, hours, minutes } from '../lifecycle/definition.js';

/** Nobody has it in hand yet. */
const SEARCHING = ['AwaitingExpert', 'ExpertAssigned', 'AwaitingAcceptance'] as const;
/** An expert has accepted it. */
const AT_WORK = ['InProgress', 'AwaitingCustomer', 'AwaitingThirdParty'] as const;

export const ticketLifecycle = defineLifecycle({
  name: 'ticket',
  version: 1,
  initial: 'Submitted',
  states: {
    Submitted: {
      means: 'The ticket is on record.',
      to: ['ValidationPending'],
      deadline: hours(1),
      onDeadline: 'ValidationPending',
      owner: 'service desk',
    },
    ValidationPending: {
      means: "The customer's support plan is looked up: what it covers, and how fast.",
      to: ['AwaitingExpert', 'SupervisorReview', 'Closed'],
      deadline: hours(4),
      onDeadline: 'SupervisorReview',
      onFailure: 'SupervisorReview',
      waitsFor: 'the support plan',
      owner: 'support plan service',
    },
    AwaitingExpert: {
      means: 'An expert with the skill is looked for, further away with each round.',
      to: ['ExpertAssigned', 'AwaitingExpert', 'SupervisorReview', 'Closed'],
      deadline: days(1),
      onDeadline: 'SupervisorReview',
      onFailure: 'SupervisorReview',
      waitsFor: 'a free expert',
      owner: 'dispatch',
    },
    ExpertAssigned: {
      means: 'An expert has the ticket, and is told.',
      to: ['AwaitingAcceptance', 'SupervisorReview', 'Closed'],
      deadline: hours(1),
      onDeadline: 'SupervisorReview',
      onFailure: 'SupervisorReview',
      waitsFor: 'the expert to be told',
      owner: 'dispatch',
    },
    AwaitingAcceptance: {
      means: 'The expert was told, and accepts or declines; silence gives the ticket to another.',
      to: ['InProgress', 'AwaitingExpert', 'SupervisorReview', 'Closed'],
      deadline: hours(1),
      onDeadline: 'AwaitingExpert',
      waitsFor: "the expert's acceptance",
      owner: 'expert',
    },
    InProgress: {
      means: 'An expert is at work.',
      to: ['Resolved', 'AwaitingCustomer', 'AwaitingThirdParty', 'AwaitingExpert', 'SupervisorReview', 'Closed'],
      deadline: days(30),
      onDeadline: 'SupervisorReview',
      waitsFor: 'the solution',
      owner: 'expert',
    },
    AwaitingCustomer: {
      means: 'The expert needs something of the customer.',
      to: ['InProgress', 'Resolved', 'Closed'],
      // Silence ends it; the customer may reopen it.
      deadline: days(14),
      onDeadline: 'Resolved',
      waitsFor: "the customer's answer",
      owner: 'customer',
    },
    AwaitingThirdParty: {
      means: 'The expert needs something of somebody else: a part, a manufacturer, another provider.',
      to: ['InProgress', 'SupervisorReview', 'Closed'],
      deadline: days(30),
      onDeadline: 'SupervisorReview',
      waitsFor: 'the third party',
      owner: 'third party',
    },
    SupervisorReview: {
      means: 'Nobody could be found, or a promise is broken: a supervisor says how it goes on.',
      to: [
        'ValidationPending',
        'AwaitingExpert',
        'ExpertAssigned',
        'AwaitingAcceptance',
        'InProgress',
        'AwaitingThirdParty',
        'SupervisorReview',
        'Resolved',
        'Closed',
      ],
      deadline: days(1),
      onDeadline: 'SupervisorReview',
      waitsFor: 'a decision of a supervisor',
      owner: 'supervisor',
      review: {
        queue: 'ticket-supervisors',
        priority: 2,
        decidedBy: ['supervise'],
        escalation: [{ after: hours(4), queue: 'service-managers', priority: 1 }],
      },
    },
    Resolved: {
      means: 'The problem is solved; billing, survey and whoever else subscribes do their part.',
      to: ['Closed', 'Reopened'],
      // The follow-up is not awaited for ever: where it does not come, the ticket closes and says so.
      deadline: days(7),
      onDeadline: 'Closed',
      waitsFor: 'the end of the follow-up',
      owner: 'subscribers',
      publishes: {
        resolution: 'resolution.number',
        customerId: 'notice.customerId',
        product: 'notice.product',
        skill: 'notice.skill',
        priority: 'priority',
        planId: 'plan.planId',
        expertId: 'resolution.expertId',
        solution: 'resolution.solution',
        workMinutes: 'resolution.workMinutes',
        hops: 'resolution.hops',
        resolvedAt: 'resolvedAt',
      },
    },
    Reopened: {
      means: 'The customer says that it is not solved.',
      to: ['AwaitingExpert'],
      deadline: minutes(30),
      onDeadline: 'AwaitingExpert',
      owner: 'service desk',
    },
    Closed: {
      means: 'The ticket has ended, with its outcome.',
      to: [],
      terminal: true,
      owner: 'nobody',
      reopens: { by: ['reopenTicket'], within: days(30), to: 'Reopened' },
    },
  },
  parts: {
    /** `hop:<number>`: one for each expert who has had the ticket. */
    hop: {
      Assigned: ['Notified', 'Accepted', 'Declined', 'Released'],
      Notified: ['Accepted', 'Declined', 'Silent', 'Released'],
      Accepted: ['Done', 'HandedOver', 'NoShow', 'Released'],
      Declined: [],
      Silent: [],
      HandedOver: [],
      NoShow: [],
      Released: [],
      Done: [],
    },
  },
  clocks: {
    response: {
      means:
        'An expert accepts the ticket within what the support plan promises at its priority, counted from the submission. Nothing makes it ' +
        'stand still. The first acceptance fulfils it for good: a ticket that is handed over or reopened was responded to.',
      starts: { fact: 'receivedAt' },
      within: { fact: 'promise.responseMs' },
      spans: [...SEARCHING, 'SupervisorReview'],
      stops: { fact: 'respondedAt' },
      onBreach: 'SupervisorReview',
    },
    resolution: {
      means:
        'The problem is solved within what the support plan promises at its priority, counted from the submission, also after a reopening: a ' +
        'solution that did not hold was none. It stands still while the customer or a third party has to act.',
      starts: { fact: 'countedFrom' },
      within: { fact: 'promise.resolutionMs' },
      spans: [...SEARCHING, 'InProgress', 'SupervisorReview'],
      pausedIn: ['AwaitingCustomer', 'AwaitingThirdParty'],
      stops: { fact: 'resolvedAt' },
      onBreach: 'SupervisorReview',
    },
    nextSearch: {
      means: 'Dispatch looks again, further away.',
      starts: { fact: 'search.at' },
      within: { fact: 'search.againAfterMs' },
      spans: ['AwaitingExpert'],
      onBreach: 'AwaitingExpert',
    },
  },
  expectations: {
    // Reminded of: before silence counts as such, dispatch is asked whether an answer was given and lost.
    acceptance: { what: "the expert's acceptance", from: 'expert', within: hours(1), reminders: [minutes(20)] },
    customer: { what: "the customer's answer", from: 'customer', within: days(14), reminders: [days(7), days(2)] },
    thirdParty: { what: 'the third party', from: 'third party', within: days(30) },
    followUp: { what: 'the end of the follow-up', from: 'subscribers', within: days(7) },
  },
  holds: {
    safety: {
      means: 'Nobody is sent while it is not safe there.',
      blocks: ['ExpertAssigned'],
      by: ['staff', 'system'],
    },
  },
  lateReview: { queue: 'late-ticket-news', priority: 4, within: days(3) },
  messages: {
    expertAvailable: {
      kind: 'signal',
      means: 'An expert with the skill has become free.',
      in: ['AwaitingExpert'],
      late: 'ignore',
    },
    expertAccepted: {
      kind: 'signal',
      means: 'The expert takes the ticket.',
      in: ['ExpertAssigned', 'AwaitingAcceptance', 'SupervisorReview'],
      late: 'record',
    },
    expertDeclined: {
      kind: 'signal',
      means: 'The expert does not take it.',
      in: ['ExpertAssigned', 'AwaitingAcceptance', 'SupervisorReview'],
      late: 'record',
    },
    askCustomer: {
      kind: 'update',
      means: 'The expert needs something of the customer.',
      in: ['InProgress'],
      late: 'reject',
      needsActor: true,
    },
    askThirdParty: {
      kind: 'update',
      means: 'The expert needs something of a third party.',
      in: ['InProgress'],
      late: 'reject',
      needsActor: true,
    },
    customerReplied: {
      kind: 'signal',
      means: 'The customer has answered, or has something to add.',
      in: [...AT_WORK, 'SupervisorReview'],
      late: 'task',
    },
    thirdPartyReplied: {
      kind: 'signal',
      means: 'The third party has answered.',
      in: ['AwaitingThirdParty', 'SupervisorReview'],
      late: 'record',
    },
    noShow: {
      kind: 'update',
      means: 'An appointment failed: the expert did not come, or the customer was not there.',
      in: ['InProgress'],
      late: 'reject',
      needsActor: true,
    },
    handOver: {
      kind: 'update',
      means: 'The expert gives the ticket back: another is looked for.',
      in: ['InProgress'],
      late: 'reject',
      needsActor: true,
    },
    changePriority: {
      kind: 'update',
      means: 'It is more urgent, or less: what the plan promises is counted anew, from the submission.',
      in: ['ValidationPending', ...SEARCHING, ...AT_WORK, 'SupervisorReview'],
      late: 'reject',
      needsActor: true,
    },
    resolveTicket: {
      kind: 'update',
      means: 'The problem is solved.',
      in: ['InProgress', 'SupervisorReview'],
      late: 'reject',
      needsActor: true,
    },
    supervise: {
      kind: 'update',
      means: 'A supervisor decides.',
      in: ['SupervisorReview'],
      late: 'reject',
      needsActor: true,
    },
    withdrawTicket: {
      kind: 'update',
      means: 'The customer no longer needs help.',
      in: ['ValidationPending', ...SEARCHING, ...AT_WORK, 'SupervisorReview'],
      late: 'reject',
    },
    reopenTicket: {
      kind: 'update',
      means: 'The customer says that it is not solved.',
      in: ['Resolved'],
      late: 'reject',
    },
    followUpCompleted: {
      kind: 'signal',
      means: 'The last subscriber has done its part.',
      in: ['Resolved'],
      late: 'record',
    },
  },
});

export type TicketState = keyof typeof ticketLifecycle.states;
