/** Orders, as `throughline simulate orders` plays them. */
import { PROFILES } from '../../../workflows/lifecycle/definition.js';
import { orderLifecycle } from '../../../workflows/order/states.js';
import { Dice } from '../dice.js';
import type { Speed } from '../options.js';
import type { Scene } from '../scene.js';
import { idsOf } from '../stories.js';
import { AllBooks } from './books.js';
import { Catalogue } from './catalogue.js';
import { usual } from './customers.js';
import { holdsIn, isChargedTwice } from './invariants.js';
import { decisionOf } from './people.js';
import { planOf, STORIES, type Plan } from './stories.js';

const DAY_MS = 86_400_000;

export const ORDERS: Scene = {
  lifecycle: orderLifecycle,
  plural: 'orders',
  summary: 'orders of all kinds, while things go wrong',
  description:
    'Places orders at a rate while the reference services go wrong on purpose, plays customers, carriers and banks by a stated mix, ' +
    "heals by reconciliation what got lost, and checks the invariants against the services' books and the journals.",
  stories: STORIES,
  pairs: ['orders-payments', 'orders-inventory', 'orders-shipping', 'records-temporal'],
  cast: (flags) => {
    const shop = new Catalogue(flags.run);
    const plans = plansOf(flags, shop);
    return {
      plans,
      house: shop.seeds,
      usual,
      // Not everything is said by the customer: that goods have come back is not.
      speaker: ({ name }, id) =>
        name === 'returnReceived'
          ? undefined
          : { kind: 'customer', id: plans.get(id)?.notice.customerId ?? id, authenticated: 'none' },
      decide: (task, order, asked) => decisionOf(task, order, plans.get(order.id) as Plan, asked),
      books: async (services, orders) => {
        const books = await AllBooks.read(services, new Set(orders.keys()));
        return {
          of: (id) => {
            const ended = orders.get(id)?.closed === true;
            const found = books.of(id);
            return { chargedTwice: isChargedTwice(found, shop, ended), holdsLeft: ended ? holdsIn(found) : 0 };
          },
        };
      },
    };
  },
};

/** Plans of orders by their ids: those of the same number and seed are alike in every run. */
export function plansOf(
  { run, count, seed, speed }: { run: string; count: number; seed: number; speed: Speed },
  shop: Catalogue,
): Map<string, Plan> {
  const dayMs = DAY_MS * PROFILES[speed];
  return new Map(
    idsOf({ run, count }).map((id, i) => [id, planOf({ id, dice: new Dice(seed, `order/${i + 1}`), shop, dayMs })]),
  );
}
