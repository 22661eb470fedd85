/**
 * The parcel: a lifecycle made for the model, in which every rule of the kernel has work to do. Seven states, two kinds of parts,
 * every early and late rule, a clock that spans states and stands still in one, one that counts working days, an expectation with
 * reminders, a hold, a guard that defers and cancels, and a review with escalation and a second person.
 */
import { days, defineLifecycle, hours } from '../../../workflows/lifecycle/definition.js';

export const parcelLifecycle = defineLifecycle({
  name: 'parcel',
  version: 1,
  initial: 'Announced',
  states: {
    Announced: {
      means: 'The sender has announced it; the depot registers it.',
      to: ['Weighing', 'Inspection', 'Ended'],
      deadline: hours(2),
      onDeadline: 'Inspection',
      onFailure: 'Inspection',
      waitsFor: 'the registration',
      owner: 'depot',
    },
    Weighing: {
      means: 'Every piece is weighed.',
      to: ['Customs', 'Inspection', 'Ended'],
      deadline: days(3),
      onDeadline: 'Inspection',
      waitsFor: 'the weight of every piece',
      owner: 'depot',
    },
    Customs: {
      means: 'Customs looks at the papers; the duty is to be paid.',
      to: ['Delivery', 'Inspection', 'Ended'],
      deadline: hours(6),
      onDeadline: 'Inspection',
      waitsFor: 'the clearance',
      owner: 'customs',
    },
    Delivery: {
      means: 'The courier brings it.',
      to: ['Inspection', 'Ended'],
      deadline: days(2),
      onDeadline: 'Inspection',
      onFailure: 'Inspection',
      waitsFor: 'the receipt',
      owner: 'courier',
    },
    Inspection: {
      means: 'A person decides: go on, or destroy it.',
      to: ['Announced', 'Weighing', 'Customs', 'Delivery', 'Inspection', 'Ended'],
      deadline: days(4),
      onDeadline: 'Inspection',
      waitsFor: 'a decision of an inspector',
      owner: 'inspector',
      review: {
        queue: 'inspection',
        priority: 3,
        decidedBy: ['inspect'],
        escalation: [
          { after: days(1), queue: 'inspection-leads', priority: 2 },
          { after: days(2), queue: 'management', priority: 1 },
        ],
      },
    },
    Ended: { means: 'It has arrived, or it never will.', to: [], terminal: true, owner: 'nobody' },
  },
  parts: {
    piece: {
      Expected: ['Weighed', 'Lost'],
      Weighed: ['Handed', 'Lost'],
      Handed: [],
      Lost: [],
    },
    paper: { Missing: ['Filed'], Filed: [] },
  },
  clocks: {
    transit: {
      means: 'It is on its way for five days at most; while it is inspected nobody waits for it.',
      starts: { fact: 'registered' },
      within: days(5),
      spans: ['Weighing', 'Customs', 'Delivery'],
      pausedIn: ['Inspection'],
      onBreach: 'Inspection',
    },
    storage: {
      means: 'Customs keeps it for two working days.',
      starts: { entering: ['Customs'] },
      within: { days: 2, count: 'working', calendar: 'us-federal' },
      spans: ['Customs', 'Delivery'],
      onBreach: 'Inspection',
    },
  },
  expectations: {
    weight: { what: 'the weight of every piece', from: 'depot', within: days(2), reminders: [days(1), hours(6)] },
    receipt: { what: 'the receipt', from: 'courier', within: days(1) },
  },
  holds: {
    embargo: { means: 'The authorities stop the delivery.', blocks: ['Delivery'], by: ['staff', 'system'] },
  },
  lateReview: {
    queue: 'late-papers',
    priority: 4,
    within: days(2),
    escalation: [{ after: days(1), queue: 'late-papers-leads', priority: 2 }],
  },
  messages: {
    weighed: {
      kind: 'signal',
      means: 'A piece is weighed.',
      in: ['Weighing', 'Inspection'],
      early: ['Announced'],
      late: 'record',
    },
    cleared: {
      kind: 'signal',
      means: 'Customs has cleared the papers.',
      in: ['Customs', 'Inspection'],
      early: ['Announced', 'Weighing'],
      late: 'task',
    },
    dutyPaid: {
      kind: 'signal',
      means: 'The duty is paid.',
      in: ['Customs', 'Inspection'],
      early: ['Announced', 'Weighing'],
      late: 'record',
    },
    scanned: {
      kind: 'signal',
      means: 'It passed a scanner.',
      in: ['Weighing', 'Customs', 'Delivery'],
      late: 'ignore',
    },
    delivered: {
      kind: 'signal',
      means: 'The courier has handed it over.',
      in: ['Delivery', 'Inspection'],
      early: ['Customs'],
      late: 'record',
    },
    writtenOff: {
      kind: 'signal',
      means: 'It is lost.',
      in: ['Announced', 'Weighing', 'Customs', 'Delivery', 'Inspection'],
      late: 'record',
    },
    reroute: {
      kind: 'update',
      means: 'The sender wants it elsewhere at once.',
      in: ['Announced', 'Weighing', 'Customs', 'Inspection'],
      early: ['Delivery'],
      late: 'reject',
    },
    cancel: {
      kind: 'update',
      means: 'The sender takes it back.',
      in: ['Announced', 'Weighing', 'Customs'],
      late: 'reject',
    },
    inspect: {
      kind: 'update',
      means: 'An inspector decides.',
      in: ['Inspection'],
      late: 'reject',
      needsActor: true,
    },
  },
});

export type ParcelState = keyof typeof parcelLifecycle.states;
