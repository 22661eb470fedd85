/** What befalls simulated tickets: the mix, and what each story is made of. */
import type { Priority, TicketMessages, TicketNotice } from '../../../workflows/ticket/messages.js';
import type { TicketState } from '../../../workflows/ticket/states.js';
import type { Dice } from '../dice.js';
import { pick, type Act as ActOn, type Plan as PlanOf, type Seeds, type StoryOfMix, type ToldOf } from '../stories.js';
import type { Roster } from './roster.js';

/** What a ticket is told. */
export type Told = ToldOf<TicketMessages>;
type Act = ActOn<TicketState, Told>;
/** A ticket, and all that is going to happen to it from outside. */
export type Plan = PlanOf<TicketState, Told, TicketNotice>;

/** What a story is made with. */
interface Stage {
  readonly id: string;
  readonly dice: Dice;
  readonly roster: Roster;
}

interface Story extends StoryOfMix {
  readonly play: (stage: Stage) => {
    readonly skill?: string;
    readonly seeds?: Seeds;
    readonly acts?: readonly Act[];
  };
}

/** The mix. Shares come to 100. */
export const STORIES: readonly Story[] = [
  { name: 'solved', share: 30, means: 'assigned, accepted, solved', play: () => ({}) },
  {
    name: 'declined',
    share: 9,
    means: 'one or two experts decline before somebody accepts',
    play: (stage) => ({ seeds: answers(stage, ...Array.from({ length: stage.dice.between(1, 2) }, () => 'decline')) }),
  },
  {
    name: 'silent',
    share: 7,
    means: 'an expert never answers; another is asked',
    play: (stage) => ({ seeds: answers(stage, 'never') }),
  },
  {
    name: 'askedCustomer',
    share: 8,
    means: 'the expert needs something of the customer, and gets it',
    play: () => ({ acts: [atWork('askCustomer', { reasonCode: 'serial-number' })] }),
  },
  {
    name: 'thirdParty',
    share: 6,
    means: 'the expert waits for a part',
    play: () => ({ acts: [atWork('askThirdParty', { reasonCode: 'spare-part' })] }),
  },
  {
    name: 'handedOver',
    share: 6,
    means: 'the expert gives it back; another solves it',
    play: () => ({ acts: [atWork('handOver', { reasonCode: 'other-skill' })] }),
  },
  {
    name: 'noShow',
    share: 7,
    means: 'an appointment fails: the expert does not come, or the customer is not there',
    play: ({ dice }) => ({
      acts: [atWork('noShow', { who: dice.pick(['expert', 'customer'] as const), reasonCode: 'missed' })],
    }),
  },
  {
    name: 'moreUrgent',
    share: 6,
    means: 'it becomes most urgent while an expert is at work',
    play: () => ({ acts: [{ ...atWork('changePriority', { priority: 1, reasonCode: 'outage' }), stays: true }] }),
  },
  {
    name: 'nobodyFree',
    share: 6,
    means: 'nobody with the skill is free for a while',
    play: ({ id, roster }) => {
      const skill = `${id}.rare`;
      return {
        skill,
        seeds: { experts: [roster.specialist(skill, 0)] },
        acts: [{ in: ['AwaitingExpert', 'SupervisorReview'], seeds: { experts: [roster.specialist(skill, 1)] } }],
      };
    },
  },
  {
    name: 'withdrawn',
    share: 6,
    means: 'the customer needs no help any more',
    play: () => ({
      acts: [
        act(['AwaitingExpert', 'ExpertAssigned', 'AwaitingAcceptance', 'InProgress'], 'withdrawTicket', {
          reasonCode: 'solved-itself',
        }),
      ],
    }),
  },
  {
    name: 'reopened',
    share: 7,
    means: 'solved, and not solved: the customer reopens it',
    play: () => ({
      acts: [
        atWork('resolveTicket', { solution: 'restart', workMinutes: 10, reasonCode: 'done' }),
        act(['Resolved', 'Closed'], 'reopenTicket', { reasonCode: 'again' }),
      ],
    }),
  },
  {
    name: 'notCovered',
    share: 2,
    means: 'no plan of the customer covers it',
    play: ({ id }) => ({ seeds: { plans: [{ customerId: customerOf(id), covered: false }] } }),
  },
];

/** What simulated customers are promised, whatever their priority: a fleet that is busy must not break it by being so. */
const LEVEL = { responseMs: 86_400_000, resolutionMs: 30 * 86_400_000 };

/** The ticket of this number. */
export function planOf(stage: Stage): Plan {
  const { id, dice, roster } = stage;
  const story = pick(dice, STORIES);
  const { skill = roster.skill, seeds = {}, acts = [] } = story.play(stage);
  const customerId = customerOf(id);
  const plans = [{ customerId, planId: 'standard', levels: { 1: LEVEL, 2: LEVEL, 3: LEVEL, 4: LEVEL } }];
  return {
    story: story.name,
    notice: {
      ticketId: id,
      customerId,
      product: dice.pick(['router', 'printer', 'laptop']),
      skill,
      location: { country: 'US', postalCode: roster.somewhere(dice) },
      priority: dice.between(2, 4) as Priority,
    },
    seeds: { plans, ...seeds },
    acts,
  };
}

const customerOf = (id: string): string => `${id}-customer`;

const act = <Name extends Told['name']>(
  states: readonly TicketState[],
  name: Name,
  data: TicketMessages[Name],
): Act => ({ in: states, tell: { name, data } as Told });

const atWork = <Name extends Told['name']>(name: Name, data: TicketMessages[Name]): Act =>
  act(['InProgress'], name, data);

/** What the first experts of a ticket say. */
const answers = ({ id }: Stage, ...says: readonly string[]): Seeds => ({
  dispatches: [{ ticketId: id, answers: says.map((one) => ({ says: one })) }],
});
