/** Onboardings, as `throughline simulate onboarding` plays them. */
import { PROFILES } from '../../../workflows/lifecycle/definition.js';
import { onboardingLifecycle } from '../../../workflows/onboarding/states.js';
import { Dice } from '../dice.js';
import type { Speed } from '../options.js';
import type { Scene } from '../scene.js';
import { idsOf } from '../stories.js';
import { readBooks } from './books.js';
import { isProvisionedTwice, leftIn } from './invariants.js';
import { decisionOf } from './people.js';
import { planOf, STORIES, usual, type Plan } from './stories.js';

const DAY_MS = 86_400_000;

export const ONBOARDING: Scene = {
  lifecycle: onboardingLifecycle,
  plural: 'onboarding',
  summary: 'applications of all kinds, while things go wrong',
  description:
    'Submits applications at a rate while the reference services go wrong on purpose, plays applicants by a stated mix and the people of ' +
    "the bank, and checks the invariants against the account service's books and the journals. Charged twice: two accounts, or a product " +
    'twice. Holds left: what is set up for an applicant who was rejected.',
  stories: STORIES,
  pairs: ['records-temporal'],
  cast: (flags) => {
    const plans = plansOf(flags);
    const planFor = (id: string): Plan => {
      const plan = plans.get(id);
      if (!plan) throw new RangeError(`id is ${id}: no applicant of this run`);
      return plan;
    };
    return {
      plans,
      house: {},
      usual,
      speaker: (_, id) => ({ kind: 'customer', id, authenticated: 'none' }),
      decide: (task, _application, asked) => decisionOf(task, planFor(task.id), asked),
      books: async (services, applications) => {
        const books = await readBooks(services, applications.keys());
        return {
          of: (id) => {
            const found = books.get(id) ?? { accounts: [], products: [] };
            const rejected = applications.get(id)?.state === 'Rejected';
            return { chargedTwice: isProvisionedTwice(found), holdsLeft: rejected ? leftIn(found) : 0 };
          },
        };
      },
    };
  },
};

/** Plans of applications by their ids: those of the same number and seed are alike in every run. */
export function plansOf({
  run,
  count,
  seed,
  speed,
}: {
  readonly run: string;
  readonly count: number;
  readonly seed: number;
  readonly speed: Speed;
}): Map<string, Plan> {
  const dayMs = DAY_MS * PROFILES[speed];
  return new Map(
    idsOf({ run, count }).map((id, i) => [id, planOf({ id, dice: new Dice(seed, `onboarding/${i + 1}`), dayMs })]),
  );
}
