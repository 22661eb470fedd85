/** Those whom orders deal with: customers, and whoever else a story has, each order by its plan. */
import type { EntitySummary } from '../../../client/index.js';
import type { OrderState } from '../../../workflows/order/states.js';
import type { Act, Plan, Seeds, Told } from './stories.js';

/** What they need. */
export interface Means {
  seed(seeds: Seeds): Promise<void>;
  /**
   * Sends a message under an id by which a repeat is recognised. @returns whether that is done with: it was taken, or the order does not
   * take it any more; false: there was no answer, and it has to be sent again
   */
  tell(orderId: string, messageId: string, told: Told): Promise<boolean>;
}

/** How often a customer whose card is declined tries another one. */
const MOST_CARDS = 3;

type Attempt = () => Promise<void>;

/** Plays the customers of a run. */
export class Customers {
  /** By order: how many acts of its plan are done. */
  readonly #done = new Map<string, number>();
  /** By order: the visits of a state that a customer has answered. */
  readonly #answered = new Map<string, Set<string>>();
  /** By order: what got no answer. It may have been taken all the same: the order's state does not say whether it was. */
  readonly #unanswered = new Map<string, Attempt>();

  constructor(
    private readonly plans: ReadonlyMap<string, Plan>,
    private readonly means: Means,
  ) {}

  /** What is to be done about an order as it is; undefined: nothing. Done twice it counts once. */
  react(order: EntitySummary): Attempt | undefined {
    const again = this.#unanswered.get(order.id);
    if (again) return again;
    const { id, state, since } = order;
    const answered = this.#answered.get(id) ?? new Set();
    this.#answered.set(id, answered);
    const nth = this.#done.get(id) ?? 0;
    const next = this.plans.get(id)?.acts[nth];
    if (next?.in.includes(state as OrderState)) {
      return this.#attempt(id, String(nth + 1), next, () => {
        this.#done.set(id, nth + 1);
        answered.add(since);
      });
    }
    // What is no part of the story: whom fate asks to choose, chooses.
    if (answered.has(since)) return undefined;
    const tell = usual(order, answered.size + 2);
    return tell && this.#attempt(id, since, { tell }, () => answered.add(since));
  }

  #attempt(id: string, name: string, { seeds, tell }: Omit<Act, 'in'>, done: () => void): Attempt {
    const attempt = async () => {
      if (seeds) await this.means.seed(seeds);
      if (tell && !(await this.means.tell(id, `simulate/${id}/${name}`, tell))) {
        this.#unanswered.set(id, attempt);
        return;
      }
      this.#unanswered.delete(id);
      done();
    };
    return attempt;
  }
}

function usual({ state, reason }: EntitySummary, nthCard: number): Told | undefined {
  const another: Told = { name: 'changePayment', data: { methodToken: `card-${nthCard}`, reasonCode: 'otherCard' } };
  if (state === 'AwaitingPaymentMethod') return another;
  if (state !== 'AwaitingCustomer') return undefined;
  if (reason === 'paymentDeclined' && nthCard <= MOST_CARDS + 1) return another;
  return { name: 'cancelOrder', data: { reasonCode: 'changedMind' } };
}
