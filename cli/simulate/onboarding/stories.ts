/** What befalls simulated applications: the mix, and what each story is made of. */
import type { EntitySummary } from '../../../client/index.js';
import type {
  ApplicationContent,
  OnboardingMessages,
  OnboardingNotice,
} from '../../../workflows/onboarding/messages.js';
import type { OnboardingState } from '../../../workflows/onboarding/states.js';
import type { Dice } from '../dice.js';
import { pick, type Act as ActOn, type Plan as PlanOf, type Seeds, type StoryOfMix, type ToldOf } from '../stories.js';

/** What an onboarding is told. */
export type Told = ToldOf<OnboardingMessages>;
type Act = ActOn<OnboardingState, Told>;
/** An application, and all that is going to happen to it from outside. */
export type Plan = PlanOf<OnboardingState, Told, OnboardingNotice>;

/** What a story is made with. */
interface Stage {
  readonly id: string;
  readonly dice: Dice;
  /** How long a simulated day takes, in milliseconds. */
  readonly dayMs: number;
}

interface Story extends StoryOfMix {
  readonly play: (stage: Stage) => {
    readonly content?: Partial<ApplicationContent>;
    readonly seeds?: Seeds;
    readonly acts?: readonly Act[];
  };
}

/** The mix. Shares come to 100. */
export const STORIES: readonly Story[] = [
  { name: 'oneProduct', share: 32, means: 'all goes well, one product', play: () => ({}) },
  {
    name: 'manyProducts',
    share: 14,
    means: 'all goes well, two or three products',
    play: ({ dice }) => ({ content: { products: dice.some(PRODUCTS, dice.between(2, 3)) } }),
  },
  {
    name: 'slowChecks',
    share: 8,
    means: 'identity and screening take hours',
    play: (stage) => ({
      seeds: { ...seeded(stage, 'identities', slow(stage)), ...seeded(stage, 'screenings', slow(stage)) },
    }),
  },
  {
    name: 'missing',
    share: 10,
    means: 'a document is missing; the applicant sends it',
    play: () => ({ content: { documents: [CARD] } }),
  },
  {
    name: 'givenUp',
    share: 3,
    means: 'a document is missing; the applicant takes the application back',
    play: () => ({
      content: { documents: [CARD] },
      acts: [act(['AwaitingCustomerAction'], 'withdrawApplication', { reasonCode: 'tooMuchPaper' })],
    }),
  },
  {
    name: 'expired',
    share: 6,
    means: 'a check expires while another takes its time, and is made again',
    play: (stage) => ({
      seeds: {
        ...seeded(stage, 'identities', { validMs: days(stage, 0.4), times: 1 }),
        ...seeded(stage, 'screenings', { afterMs: days(stage, 0.8), times: 1 }),
      },
    }),
  },
  {
    name: 'referred',
    share: 6,
    means: 'the country is of high risk; an analyst accepts it',
    play: () => ({ content: { country: 'MM' } }),
  },
  {
    name: 'matchCleared',
    share: 4,
    means: 'a match with a list of sanctions is somebody else; two people say so',
    play: (stage) => ({ seeds: seeded(stage, 'screenings', { outcome: 'match' }) }),
  },
  {
    name: 'matchConfirmed',
    share: 2,
    means: 'it is not somebody else',
    play: () => ({ content: { country: 'KP' } }),
  },
  {
    name: 'notEligible',
    share: 4,
    means: 'the product is not offered where the applicant lives',
    play: () => ({ content: { country: 'FR', products: ['credit-card'] } }),
  },
  {
    name: 'refusedOnce',
    share: 4,
    means: 'a product is refused, tried again, and set up',
    play: (stage) => ({
      content: { products: ['checking', 'savings'] },
      seeds: seeded(stage, 'provisions', { refuse: ['savings'], times: 1 }),
    }),
  },
  {
    name: 'refused',
    share: 3,
    means: 'a product is refused for good, and all of it is taken back',
    play: (stage) => ({
      content: { products: ['checking', 'savings'] },
      seeds: seeded(stage, 'provisions', { refuse: ['savings'] }),
    }),
  },
  {
    name: 'withdrawn',
    share: 4,
    means: 'the applicant takes it back while it is screened, or set up',
    play: (stage) => ({
      seeds: seeded(stage, 'screenings', slow(stage)),
      acts: [act(['PendingFraudReview', 'ProvisioningReview'], 'withdrawApplication', { reasonCode: 'changedMind' })],
    }),
  },
];

/** The application of this number. */
export function planOf(stage: Stage): Plan {
  const story = pick(stage.dice, STORIES);
  const { content = {}, seeds = {}, acts = [] } = story.play(stage);
  return {
    story: story.name,
    notice: {
      applicantId: stage.id,
      country: 'US',
      profileRef: `${stage.id}-profile`,
      products: [productOf(stage.dice.between(0, PRODUCTS.length - 1))],
      documents: [CARD, ADDRESS],
      ...content,
    },
    seeds,
    acts,
  };
}

/** What an applicant sends who is asked for documents. */
const DOCUMENTS: Told = {
  name: 'provideDocuments',
  data: {
    documents: ['proof-of-address', 'source-of-funds'].map((kind) => ({ kind, documentRef: `simulated-${kind}` })),
  },
};

/** Whoever is asked for documents sends them. */
export const usual = ({ state }: Pick<EntitySummary, 'state'>): Told | undefined =>
  state === 'AwaitingCustomerAction' ? DOCUMENTS : undefined;

// ---- what stories are made of -----------------------------------------------------------------------------------------------------

const PRODUCTS = ['checking', 'savings', 'deposit'];
const CARD = { kind: 'identity-card', documentRef: 'simulated-card' };
const ADDRESS = { kind: 'proof-of-address', documentRef: 'simulated-address' };

const productOf = (nth: number): string => PRODUCTS[nth] ?? 'checking';

const act = <Name extends Told['name']>(
  states: readonly OnboardingState[],
  name: Name,
  data: OnboardingMessages[Name],
): Act => ({
  in: states,
  tell: { name, data } as Told,
});

const days = ({ dayMs }: Stage, count: number): number => Math.max(1, Math.round(dayMs * count));

const slow = (stage: Stage) => ({ afterMs: days(stage, 0.2) });

const seeded = ({ id }: Stage, kind: string, row: object): Seeds => ({ [kind]: [{ applicantId: id, ...row }] });
