/**
 * What happens in a run of the model, as data that fast-check makes and shrinks: what the world does in each round, and what is
 * said to each entity. Whatever a command speaks of that only the running entity knows (the third open task, its first clock) is
 * named by a number, and looked up when it is sent.
 */
import fc from 'fast-check';
import type { ClaimMessages } from '../../workflows/claim/messages.js';
import type { Actor } from '../../workflows/lifecycle/entry.js';
import { CLAIM_MESSAGES, MONEY_MESSAGES } from './claim-messages.js';
import { CLAIM_SCRIPT, MONEY_SCRIPT, type ClaimScript } from './claim-plan.js';
import { PARCEL_MESSAGES, PARCEL_NOTICE, type ParcelScript } from './parcel-plan.js';
import type { ParcelMessages } from './parcel/messages.js';

const ROUNDS = 5;

/** Who speaks; `nobody` leaves the actor out. */
export const ACTORS = {
  service: { kind: 'service', id: 'model', authenticated: 'hmac' },
  customer: { kind: 'customer', id: 'customer-1', authenticated: 'token' },
  alice: { kind: 'staff', id: 'alice', authenticated: 'token' },
  bob: { kind: 'staff', id: 'bob', authenticated: 'token' },
  robot: { kind: 'service', id: 'auto-decider', authenticated: 'token' },
  nobody: undefined,
} as const satisfies Record<string, Actor | undefined>;
export type Who = keyof typeof ACTORS;

/** One thing that is said to an entity. `nth` counts what there is at the time, round and round. */
export type Command =
  | {
      readonly say: 'message';
      readonly name: keyof ParcelMessages | keyof ClaimMessages;
      readonly data: object;
      /** Of few ids, so that some are used twice, with the same content or other. */
      readonly id: number;
      readonly who: Who;
      /** `foreign`: the envelope names another entity; `bare`: there is none. */
      readonly envelope: 'whole' | 'foreign' | 'bare';
    }
  | { readonly say: 'again'; readonly nth: number }
  | {
      readonly say: 'nonsense';
      readonly how: 'unknown' | 'undecodable' | 'malformed' | 'noMessage';
      readonly nth: number;
    }
  | { readonly say: 'task'; readonly what: TaskWork; readonly nth: number; readonly who: Who }
  | { readonly say: 'clock'; readonly what: 'move' | 'pause' | 'resume'; readonly nth: number; readonly hours: number }
  | { readonly say: 'hold'; readonly what: 'place' | 'release'; readonly who: Who }
  | { readonly say: 'correct'; readonly nth: number }
  | { readonly say: 'resumed'; readonly dependency: string };
export type TaskWork = 'assign' | 'release' | 'park' | 'note' | 'resolve' | 'approve' | 'decline';

interface Common {
  /** A run makes way for the next one after so many events; none: never. */
  readonly renewAfter: number | null;
  readonly rounds: readonly (readonly Command[])[];
}

export type EntityPlan = Common &
  (
    | { readonly lifecycle: 'parcel'; readonly script: ParcelScript }
    | { readonly lifecycle: 'claim'; readonly script: ClaimScript }
  );

/** What the world does in a round, to all entities alike. */
export interface Round {
  /** How much time passes after the round's messages. */
  readonly passes: (typeof STEPS)[number];
  /** The records cannot be written meanwhile. */
  readonly outage: boolean;
  /** Dependencies whose gate is closed meanwhile. */
  readonly paused: readonly string[];
  /** No workflow worker: messages pile up, and timers with them, and are handed to the next worker together. */
  readonly unattended: boolean;
}

/** What is run at once: time and world are shared. */
export interface Batch {
  readonly world: readonly Round[];
  readonly entities: readonly EntityPlan[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What fails is tried again every few seconds: while something does, little time passes. */
export const STEPS = [0, 2 * MINUTE, 20 * MINUTE, 3 * HOUR, 7 * HOUR, DAY, 3 * DAY, 11 * DAY] as const;
const SHORT = STEPS.slice(0, 2);
const MIDDLING = STEPS.slice(0, 3);

const nth = fc.nat({ max: 7 });
const staff = fc.constantFrom<Who>('alice', 'bob', 'robot');

const people: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      say: fc.constant('task' as const),
      what: fc.constantFrom<TaskWork>('assign', 'release', 'park', 'note', 'resolve', 'approve', 'approve', 'decline'),
      nth,
      who: staff,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      say: fc.constant('clock' as const),
      what: fc.constantFrom('move' as const, 'pause' as const, 'resume' as const),
      nth,
      hours: fc.constantFrom(-1, 1, 30, 200),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      say: fc.constant('hold' as const),
      what: fc.constantFrom('place' as const, 'release' as const),
      who: fc.constantFrom<Who>('alice', 'customer'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ say: fc.constant('correct' as const), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({
      say: fc.constant('resumed' as const),
      dependency: fc.constantFrom('courier', 'payments', 'moon'),
    }),
  },
);

const noise: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ say: fc.constant('again' as const), nth }) },
  {
    weight: 1,
    arbitrary: fc.record({
      say: fc.constant('nonsense' as const),
      how: fc.constantFrom('unknown' as const, 'undecodable' as const, 'malformed' as const, 'noMessage' as const),
      nth,
    }),
  },
);

type Said = Extract<Command, { say: 'message' }>;

/** A message of the lifecycle, mostly as it should be. */
function messages(
  data: Readonly<Record<string, { readonly weight: number; readonly data: fc.Arbitrary<object>; readonly who: Who }>>,
): fc.Arbitrary<Said> {
  return fc.oneof(
    ...Object.entries(data).map(([name, { weight, data: content, who }]) => ({
      weight,
      arbitrary: fc.record({
        say: fc.constant('message' as const),
        name: fc.constant(name as Said['name']),
        data: content,
        id: fc.nat({ max: 5 }),
        who: fc.oneof(
          { weight: 8, arbitrary: who === 'alice' ? staff : fc.constant(who) },
          { weight: 1, arbitrary: fc.constantFrom<Who>('nobody', 'robot', 'service') },
        ),
        envelope: fc.oneof(
          { weight: 12, arbitrary: fc.constant('whole' as const) },
          { weight: 1, arbitrary: fc.constantFrom('foreign' as const, 'bare' as const) },
        ),
      }),
    })),
  );
}

function rounds(said: fc.Arbitrary<Said>, most: number): fc.Arbitrary<readonly (readonly Command[])[]> {
  const command = fc.oneof(
    { weight: 6, arbitrary: said },
    { weight: 2, arbitrary: noise },
    { weight: 3, arbitrary: people },
  );
  return fc.array(fc.array(command, { maxLength: most }), { minLength: ROUNDS, maxLength: ROUNDS });
}

const renewAfter = fc.constantFrom(null, null, 25, 45);

/** One parcel. @param most commands in a round */
export const parcelPlan = (most = 4): fc.Arbitrary<EntityPlan> =>
  fc.record({
    lifecycle: fc.constant('parcel' as const),
    script: PARCEL_NOTICE,
    renewAfter,
    rounds: rounds(messages(PARCEL_MESSAGES), most),
  });

/** One claim; every third is about money. @param most commands in a round */
export const claimPlan = (most = 4): fc.Arbitrary<EntityPlan> =>
  fc.oneof(
    { weight: 2, arbitrary: claimOf(CLAIM_SCRIPT, messages(CLAIM_MESSAGES), most) },
    { weight: 1, arbitrary: claimOf(MONEY_SCRIPT, messages(MONEY_MESSAGES), most) },
  );

const claimOf = (script: fc.Arbitrary<ClaimScript>, said: fc.Arbitrary<Said>, most: number): fc.Arbitrary<EntityPlan> =>
  fc.record({
    lifecycle: fc.constant('claim' as const),
    script,
    // A claim needs decisions, which a run that is renewed on this server does not get; see talk.ts.
    renewAfter: fc.constant(null),
    rounds: rounds(said, most),
  });

const round = (restarts: boolean): fc.Arbitrary<Round> =>
  fc
    .record({
      passes: fc.constantFrom(...STEPS),
      short: fc.constantFrom(...SHORT),
      middling: fc.constantFrom(...MIDDLING),
      trouble: fc.constantFrom('none', 'none', 'none', 'outage', 'pause', 'both'),
      paused: fc.subarray(['depot', 'courier', 'fraud', 'assessment', 'payments', 'settlement'], { minLength: 1 }),
      unattended: restarts ? fc.boolean() : fc.constant(false),
    })
    .map(({ passes, short, middling, trouble, paused, unattended }) => {
      const outage = trouble === 'outage' || trouble === 'both';
      const pause = trouble === 'pause' || trouble === 'both';
      return {
        passes: outage ? short : pause ? middling : passes,
        outage,
        paused: pause ? paused : [],
        unattended,
      };
    });

/** So many entities in one world. @param restarts its workers are stopped and started between rounds. */
export const batchOf = (entities: number, plan: fc.Arbitrary<EntityPlan>, restarts: boolean): fc.Arbitrary<Batch> =>
  fc.record({
    world: fc.array(round(restarts), { minLength: ROUNDS, maxLength: ROUNDS }),
    entities: fc.array(plan, { minLength: entities, maxLength: entities }),
  });
