/** Short plans, each of which a certain fault cannot get through. */
import type { Batch, Command, EntityPlan, Round, Who } from './plan.js';

const DAY = 86_400_000;
const CALM: Round = { passes: 0, outage: false, paused: [], unattended: false };

type Said = Extract<Command, { say: 'message' }>;

/** A message as it should be; of the same id and data it is a repeat. */
const say = (name: Said['name'], data: object, who: Who = 'service', id = 0): Said => ({
  say: 'message',
  name,
  data,
  id,
  who,
  envelope: 'whole',
});
const weighed = (piece: number) => say('weighed', { piece, grams: 100 }, 'service', piece);
const cleared = say('cleared', { seal: 'S-1' });
const scanned = [1, 2, 3, 4, 5].map((id) => say('scanned', { gate: 'north' }, 'service', id));
const reroute = (to: string) => say('reroute', { to }, 'customer');
const lost = say('writtenOff', { file: 'F-1' });

interface Scene {
  readonly batch: Batch;
  /** Time before each help. */
  readonly helpings: readonly number[];
}

/** A parcel in a world: what is said to it in each round, and what that round is like. */
function scene(
  acts: readonly (Partial<Round> & { readonly said?: readonly Command[] })[],
  given: {
    readonly pieces?: number;
    readonly duty?: number;
    readonly renewAfter?: number;
    readonly helpings?: readonly number[];
  } = {},
): Scene {
  const { pieces = 1, duty = 0, renewAfter = null, helpings = [60_000, 4 * DAY, DAY, DAY] } = given;
  const plan: EntityPlan = {
    lifecycle: 'parcel',
    script: { notice: { pieces, duty, forbidden: false }, trouble: 'none', prompt: true },
    renewAfter,
    rounds: acts.map(({ said = [] }) => said),
  };
  const world = acts.map(({ said: _said, ...round }): Round => ({ ...CALM, ...round }));
  // Three of them: what depends on the machine's pace happens to one at least.
  return { batch: { world, entities: [plan, plan, plan] }, helpings };
}

const MINUTE = 60_000;
const settle = { passes: 2 * MINUTE } as const;

export const SCENES = {
  outage: scene([settle, { said: [cleared, weighed(0)], outage: true, passes: 2 * MINUTE }], { helpings: [MINUTE] }),
  early: scene([settle, { said: [cleared], ...settle }, { said: [weighed(0)], ...settle }]),
  // An entity that cannot write tries for ever: little time is given to it.
  written: scene([settle, { said: [cleared], ...settle }, { said: [weighed(0)], ...settle }], { helpings: [MINUTE] }),
  earlyUnclear: scene([
    settle,
    { said: [say('dutyPaid', { cents: 500 })], ...settle },
    { said: [weighed(0)], ...settle },
  ]),
  repeat: scene([settle, { said: [weighed(0)], ...settle }, { said: [{ say: 'again', nth: 0 }], ...settle }], {
    pieces: 2,
  }),
  race: scene([settle, { said: [weighed(0)], passes: 11 * DAY, unattended: true }]),
  waiting: scene([{ passes: 11 * DAY }]),
  shortCut: scene([settle, { said: [reroute('Delivery')] }]),
  renewedRepeat: scene(
    [
      settle,
      { said: [weighed(0)], ...settle },
      { said: scanned, ...settle },
      { said: [{ say: 'again', nth: 0 }], ...settle },
    ],
    { pieces: 2, renewAfter: 25 },
  ),
  renewedEarly: scene(
    [
      settle,
      { said: [cleared, weighed(0)], ...settle },
      { said: scanned, ...settle },
      { said: [weighed(1)], ...settle },
    ],
    { pieces: 2, renewAfter: 25 },
  ),
  end: scene([settle, { said: [lost], ...settle }]),
  unpaid: scene(
    [
      settle,
      { said: [weighed(0), cleared], ...settle },
      { said: [say('dutyPaid', { cents: 500 })], passes: 7 * 60 * MINUTE },
    ],
    { duty: 500 },
  ),
  alone: scene([
    settle,
    { said: [reroute('Inspection')] },
    { said: [say('inspect', { decision: 'destroy' }, 'alice')] },
    { said: [{ say: 'task', what: 'approve', nth: 0, who: 'alice' }] },
  ]),
  foreign: scene([
    settle,
    { said: [{ ...say('scanned', { gate: 'north' }), envelope: 'foreign' }], ...settle },
    settle,
  ]),
  assigned: scene([
    settle,
    { said: [reroute('Inspection')] },
    { said: [{ say: 'task', what: 'assign', nth: 0, who: 'bob' }] },
    { said: [say('inspect', { decision: 'abandon' }, 'alice')] },
  ]),
  paused: scene([
    settle,
    {
      said: [0, 1].map((nth): Command => ({ say: 'clock', what: 'pause', nth, hours: 1 })),
      passes: 11 * DAY,
    },
  ]),
  held: scene([
    settle,
    { said: [{ say: 'hold', what: 'place', who: 'alice' }] },
    { said: [weighed(0), cleared], ...settle },
  ]),
} as const satisfies Record<string, Scene>;
