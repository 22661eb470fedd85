/** What befalls simulated orders: the mix, and what each story is made of. */
import type { OrderContent, OrderLine, OrderMessages, OrderNotice } from '../../../workflows/order/messages.js';
import type { OrderState } from '../../../workflows/order/states.js';
import type { Dice } from '../dice.js';
import { pick, type Act as ActOn, type Plan as PlanOf, type Seeds, type StoryOfMix, type ToldOf } from '../stories.js';
import { COMMON, DELIVERY, SINGLE, type Catalogue } from './catalogue.js';

/** What an order is told. */
export type Told = ToldOf<OrderMessages>;
type Act = ActOn<OrderState, Told>;
/** An order, and all that is going to happen to it from outside. */
export type Plan = PlanOf<OrderState, Told, OrderNotice>;

/** What a story is made with. */
interface Stage {
  readonly id: string;
  readonly dice: Dice;
  readonly shop: Catalogue;
  /** How long a simulated day takes, in milliseconds. */
  readonly dayMs: number;
}

interface Story extends StoryOfMix {
  readonly play: (stage: Stage) => {
    readonly lines: readonly OrderLine[];
    readonly seeds?: Seeds;
    readonly acts?: readonly Act[];
  };
}

/** The mix. Shares come to 100. */
export const STORIES: readonly Story[] = [
  { name: 'oneLine', share: 34, means: 'one line, one shipment', play: (stage) => ({ lines: basket(stage, 1) }) },
  {
    name: 'manyLines',
    share: 12,
    means: 'two to five lines out of one warehouse',
    play: (stage) => ({ lines: basket(stage, stage.dice.between(2, 5)) }),
  },
  {
    name: 'severalWarehouses',
    share: 10,
    means: 'two or three warehouses, a shipment each',
    play: (stage) => ({ lines: scattered(stage) }),
  },
  {
    name: 'slowBank',
    share: 5,
    means: 'the bank answers authorisation and capture later',
    play: (stage) => ({
      lines: basket(stage, 1),
      seeds: { cards: [{ orderId: stage.id, authorize: slow(stage), capture: slow(stage) }] },
    }),
  },
  {
    name: 'amended',
    share: 6,
    means: 'more pieces and another address, while the bank thinks about it',
    play: (stage) => {
      const lines = basket(stage, 2);
      const more = lines.map((line, i) => (i === 0 ? { ...line, quantity: line.quantity + 1 } : line));
      const content = contentOf(stage, more, 'moved');
      return {
        lines,
        seeds: { cards: [{ orderId: stage.id, authorize: slow(stage) }] },
        acts: [act(['AuthorizationPending'], 'amendOrder', { content, reasonCode: 'customerChanged' })],
      };
    },
  },
  {
    name: 'riskReferred',
    share: 3,
    means: 'a person looks at it, and approves it',
    play: (stage) => ({ lines: basket(stage, 1), seeds: referred(stage) }),
  },
  {
    name: 'cancelledInReview',
    share: 2,
    means: 'cancelled while a person looks at the risk',
    play: (stage) => ({ lines: basket(stage, 1), seeds: referred(stage), acts: [cancelled('RiskReview')] }),
  },
  {
    name: 'cancelledBeforeRelease',
    share: 3,
    means: 'cancelled while the bank thinks about it',
    play: (stage) => ({
      lines: scattered(stage),
      seeds: { cards: [{ orderId: stage.id, authorize: slow(stage) }] },
      acts: [cancelled('AuthorizationPending')],
    }),
  },
  {
    name: 'cancelledAfterRelease',
    share: 4,
    means: 'cancelled while the warehouses pack: half are stopped at once, half after a look',
    play: (stage) => ({
      lines: scattered(stage),
      seeds: {
        itineraries: [
          {
            orderId: stage.id,
            legs: legs(stage, 3, 'dispatched', 'inTransit', 'delivered'),
            ...(stage.dice.next() < 0.5 && { stopAfterMs: days(stage, 0.2) }),
          },
        ],
      },
      acts: [cancelled('ReleasedToWarehouse')],
    }),
  },
  {
    name: 'declinedCard',
    share: 4,
    means: 'the bank says no; the customer pays with another card',
    play: (stage) => ({
      lines: basket(stage, 2),
      seeds: declined(stage),
      acts: [
        {
          ...act(['AwaitingCustomer'], 'changePayment', { methodToken: 'card-2', reasonCode: 'otherCard' }),
          seeds: { cards: [{ orderId: stage.id }] },
        },
      ],
    }),
  },
  {
    name: 'givenUp',
    share: 2,
    means: 'the bank says no; the customer cancels',
    play: (stage) => ({ lines: basket(stage, 1), seeds: declined(stage), acts: [cancelled('AwaitingCustomer')] }),
  },
  {
    name: 'partial',
    share: 3,
    means: 'some of it is not there; the customer takes what is',
    play: (stage) => ({
      ...short(stage),
      acts: [act(['AwaitingCustomer'], 'answerCustomer', { choice: 'shipAvailable', reasonCode: 'takesWhatIsThere' })],
    }),
  },
  {
    name: 'backorder',
    share: 3,
    means: 'some of it is not there; the customer waits, and the rest comes',
    play: (stage) => ({
      ...short(stage),
      acts: [
        act(['AwaitingCustomer'], 'answerCustomer', { choice: 'wait', reasonCode: 'waits' }),
        { in: ['AwaitingStock'], seeds: rare(stage, 10) },
      ],
    }),
  },
  {
    name: 'lost',
    share: 3,
    means: 'the carrier loses a shipment; it is refunded',
    play: (stage) => ({ lines: basket(stage, 1), seeds: journey(stage, 'dispatched', 'inTransit', 'lost') }),
  },
  {
    name: 'undeliverable',
    share: 2,
    means: 'nobody takes it in; it comes back, and is refunded',
    play: (stage) => ({ lines: basket(stage, 1), seeds: journey(stage, 'dispatched', 'deliveryFailed', 'returned') }),
  },
  {
    name: 'returned',
    share: 4,
    means: 'delivered, sent back, inspected, refunded',
    play: (stage) => {
      const lines = basket(stage, 2);
      const lineIds = lines.slice(0, stage.dice.between(1, 2)).map(({ lineId }) => lineId);
      return {
        lines,
        acts: [
          act(['Completed'], 'requestReturn', { lineIds, reasonCode: 'changedMind' }),
          act(['ReturnPending'], 'returnReceived', { lineIds }),
        ],
      };
    },
  },
];

/** The order of this number. */
export function planOf(stage: Stage): Plan {
  const story = pick(stage.dice, STORIES);
  const { lines, seeds = {}, acts = [] } = story.play(stage);
  const usual = { itineraries: [{ orderId: stage.id, legs: legs(stage, 1, 'dispatched', 'inTransit', 'delivered') }] };
  return {
    story: story.name,
    notice: {
      orderId: stage.id,
      // A customer who orders often would be looked at.
      customerId: `${stage.id}-customer`,
      ...contentOf(stage, lines, 'home'),
      methodToken: 'card-1',
    },
    seeds: { ...usual, ...seeds },
    acts,
  };
}

// ---- what stories are made of -----------------------------------------------------------------------------------------------------

const act = <Name extends Told['name']>(states: readonly OrderState[], name: Name, data: OrderMessages[Name]): Act => ({
  in: states,
  tell: { name, data } as Told,
});

const cancelled = (state: OrderState): Act => act([state], 'cancelOrder', { reasonCode: 'changedMind' });

const days = ({ dayMs }: Stage, count: number): number => Math.max(1, Math.round(dayMs * count));

const slow = (stage: Stage) => ({ slowMs: days(stage, 0.3) });

const referred = ({ id }: Stage): Seeds => ({ risks: [{ orderId: id, verdict: 'review', reason: 'new-customer' }] });

const declined = ({ id }: Stage): Seeds => ({ cards: [{ orderId: id, authorize: { decline: 'insufficientFunds' } }] });

function contentOf(stage: Stage, lines: readonly OrderLine[], address: string): OrderContent {
  const postalCode = String(stage.dice.between(1_000, 99_999)).padStart(5, '0');
  return {
    lines,
    destination: { country: 'US', postalCode },
    addressRef: `${stage.id}-${address}`,
    delivery: DELIVERY,
  };
}

const basket = ({ dice, shop }: Stage, count: number): OrderLine[] =>
  linesOf(shop, dice.some(COMMON, count).map(shop.skuOf), () => dice.between(1, 3));

const scattered = ({ dice, shop }: Stage): OrderLine[] =>
  linesOf(shop, dice.some(SINGLE, dice.between(2, 3)).map(shop.skuOf), () => 1);

function linesOf(shop: Catalogue, skus: readonly string[], pieces: () => number): OrderLine[] {
  return skus.map((sku, i) => ({ lineId: String(i + 1), sku, quantity: pieces(), unitPrice: shop.priceOf(sku) }));
}

/** Three pieces are wanted, and one is there. */
function short(stage: Stage) {
  const { shop, id } = stage;
  return { lines: linesOf(shop, [shop.rareSku(id)], () => 3), seeds: rare(stage, 1) };
}

function rare({ shop, id }: Stage, available: number): Seeds {
  return { stock: [{ sku: shop.rareSku(id), warehouseId: shop.warehouseId('east'), available }] };
}

/** A leg takes about a fifth of a day, the first one `first` times as long. */
function legs(stage: Stage, first: number, ...updates: readonly string[]) {
  return updates.map((update, i) => ({
    update,
    afterMs: days(stage, (i === 0 ? first : 1) * (0.1 + 0.2 * stage.dice.next())),
    ...(['lost', 'returned', 'deliveryFailed'].includes(update) && { code: 'simulated' }),
  }));
}

const journey = (stage: Stage, ...updates: readonly string[]): Seeds => ({
  itineraries: [{ orderId: stage.id, legs: legs(stage, 1, ...updates) }],
});
