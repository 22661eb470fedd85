/** Simulated orders: the dice, the mix, the customers and people who play, and what is checked at the end. */
import { describe, expect, test } from 'vitest';
import type { EntitySummary, JournalLine, ReviewView } from '../../../client/views.js';
import type { Books } from '../../../cli/simulate/orders/books.js';
import { Catalogue } from '../../../cli/simulate/orders/catalogue.js';
import { Characters, type Means } from '../../../cli/simulate/characters.js';
import { usual } from '../../../cli/simulate/orders/customers.js';
import { holdsIn, isChargedTwice } from '../../../cli/simulate/orders/invariants.js';
import { decisionOf } from '../../../cli/simulate/orders/people.js';
import { plansOf } from '../../../cli/simulate/orders/scene.js';
import { STORIES, type Plan } from '../../../cli/simulate/orders/stories.js';
import { Dice } from '../../../cli/simulate/dice.js';
import { illegalIn, isLost, isSound } from '../../../cli/simulate/soundness.js';
import { lineOf, tallyOf } from '../../../cli/simulate/tally.js';
import { orderMessages, orderNotice } from '../../../events/order.js';
import { stockSeed } from '../../../services/inventory/stock.js';
import { cardsSeed } from '../../../services/payments/card-seeds.js';
import { riskSeed } from '../../../services/risk/risk.service.js';
import { itinerarySeed } from '../../../services/shipping/journey.js';
import type { Lifecycle } from '../../../workflows/lifecycle/definition.js';
import { orderLifecycle, type OrderState } from '../../../workflows/order/states.js';

const table: Lifecycle = orderLifecycle;

const COUNT = 400;
const shop = new Catalogue('run');
const plans = plansOf({ run: 'run', count: COUNT, seed: 7, speed: 'brisk' }, shop);
const of = (story: string): Plan => {
  const plan = [...plans.values()].find((one) => one.story === story);
  if (!plan) throw new Error(`no order of ${COUNT} is ${story}`);
  return plan;
};

describe('dice', () => {
  test('of one seed and name fall alike, of others differently', () => {
    const throws = (seed: number, name: string) => {
      const dice = new Dice(seed, name);
      return Array.from({ length: 20 }, () => dice.between(1, 6));
    };
    expect(throws(1, 'a')).toEqual(throws(1, 'a'));
    expect(throws(1, 'a')).not.toEqual(throws(2, 'a'));
    expect(throws(1, 'a')).not.toEqual(throws(1, 'b'));
  });

  test('show every side, and no other', () => {
    const dice = new Dice(3, 'sides');
    expect(new Set(Array.from({ length: 500 }, () => dice.between(2, 5)))).toEqual(new Set([2, 3, 4, 5]));
    expect(dice.some(['a', 'b', 'c'], 5).sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('the mix', () => {
  test('is of a hundred, and every story is told', () => {
    expect(STORIES.reduce((sum, { share }) => sum + share, 0)).toBe(100);
    expect(new Set([...plans.values()].map(({ story }) => story))).toEqual(new Set(STORIES.map(({ name }) => name)));
  });

  test('is the same again with the same seed, whatever the run is called and however many there are', () => {
    const again = plansOf({ run: 'other', count: 50, seed: 7, speed: 'brisk' }, new Catalogue('other'));
    const told = (from: Map<string, Plan>) =>
      [...from.values()].slice(0, 50).map(({ story, notice }) => [story, notice.lines.length]);
    expect(told(again)).toEqual(told(plans));
  });

  test('is made of notices, messages and seeds that are taken', () => {
    const kinds = { stock: stockSeed, cards: cardsSeed, risks: riskSeed, itineraries: itinerarySeed };
    for (const { notice, seeds, acts } of plans.values()) {
      expect(orderNotice.safeParse(notice).error).toBeUndefined();
      for (const given of [seeds, ...acts.map((act) => act.seeds ?? {})]) {
        for (const [kind, rows] of Object.entries(given)) {
          for (const row of rows) expect(kinds[kind as keyof typeof kinds].safeParse(row).error, kind).toBeUndefined();
        }
      }
      for (const { tell } of acts)
        if (tell) expect(orderMessages[tell.name].safeParse(tell.data).error).toBeUndefined();
    }
  });

  test('tells orders what the table takes in the state that they are in', () => {
    for (const { acts } of plans.values()) {
      for (const { in: states, tell } of acts) {
        if (!tell) continue;
        for (const state of states) {
          const taken = table.messages?.[tell.name]?.in.includes(state);
          const reopens = table.states[state]?.reopens?.by.includes(tell.name);
          expect(taken || reopens, `${tell.name} in ${state}`).toBe(true);
        }
      }
    }
  });
});

const order = (id: string, state: OrderState, more: Partial<EntitySummary> = {}) =>
  ({
    id,
    state,
    since: '2026-11-20T09:00:00.000Z',
    closed: false,
    clocks: {},
    deadline: null,
    parts: {},
    ...more,
  }) as EntitySummary;

describe('customers', () => {
  const play = (answers = () => true) => {
    const said: string[] = [];
    const means: Means = {
      seed: (seeds) => Promise.resolve(void said.push(`seed ${Object.keys(seeds).join()}`)),
      tell: (_, messageId, { name }) => {
        said.push(`${name} as ${messageId.split('/').at(-1)}`);
        return Promise.resolve(answers());
      },
    };
    const customers = new Characters(plans, means, usual);
    return { said, does: async (summary: EntitySummary) => void (await customers.react(summary)?.()) };
  };

  test('do what their story says, each thing once, in its order', async () => {
    const { id } = { id: of('returned').notice.orderId };
    const { said, does } = play();
    await does(order(id, 'ReturnPending'));
    await does(order(id, 'Completed', { closed: true }));
    await does(order(id, 'Completed', { closed: true }));
    await does(order(id, 'ReturnPending', { since: '2026-11-20T09:01:00.000Z' }));
    await does(order(id, 'ReturnPending', { since: '2026-11-20T09:01:00.000Z' }));
    expect(said).toEqual(['requestReturn as 1', 'returnReceived as 2']);
  });

  test('pay with another card when theirs is declined, a few times, and then give up', async () => {
    const { orderId } = of('oneLine').notice;
    const { said, does } = play();
    for (let visit = 1; visit <= 5; visit++) {
      const since = `2026-11-20T09:0${visit}:00.000Z`;
      await does(order(orderId, 'AwaitingCustomer', { since, reason: 'paymentDeclined' }));
      await does(order(orderId, 'AwaitingCustomer', { since, reason: 'paymentDeclined' }));
    }
    expect(said.map((one) => one.split(' ')[0])).toEqual([
      'changePayment',
      'changePayment',
      'changePayment',
      'cancelOrder',
      'cancelOrder',
    ]);
  });

  test('say again, under the same id, what was not answered, wherever the order is by then', async () => {
    const { orderId } = of('backorder').notice;
    const answers = [false, true, true];
    const { said, does } = play(() => answers.shift() ?? true);
    await does(order(orderId, 'AwaitingCustomer', { reason: 'outOfStock' }));
    await does(order(orderId, 'AwaitingStock', { since: '2026-11-20T09:01:00.000Z' }));
    await does(order(orderId, 'AwaitingStock', { since: '2026-11-20T09:01:00.000Z' }));
    expect(said).toEqual(['answerCustomer as 1', 'answerCustomer as 1', 'seed stock']);
  });

  test('leave an order alone with which all goes well', () => {
    const { orderId } = of('oneLine').notice;
    const customers = new Characters(
      plans,
      { seed: () => Promise.resolve(), tell: () => Promise.resolve(true) },
      usual,
    );
    const states = Object.keys(orderLifecycle.states) as OrderState[];
    const asked = states.filter((state) => customers.react(order(orderId, state)) !== undefined);
    expect(asked).toEqual(['AwaitingCustomer', 'AwaitingPaymentMethod']);
  });
});

test.each(Object.entries(table.states).flatMap(([state, { review }]) => (review ? [[state, review] as const] : [])))(
  'people decide in %s by data that the order takes',
  (_, { decidedBy = [] }) => {
    const task = { decidedBy } as unknown as ReviewView;
    const schema = orderMessages[decidedBy[0] as keyof typeof orderMessages];
    const returned = { '1': { state: 'ReturnRequested', since: '' } };
    for (let asked = 0; asked < 8; asked++) {
      const decided = decisionOf(task, order('x', 'ReturnInspection', { parts: returned }), of('returned'), asked);
      expect('data' in decided && schema.safeParse(decided.data).success).toBe(true);
    }
  },
);

describe('the invariants', () => {
  const usd = (minor: number) => ({ minor, currency: 'USD' });
  const lamp = { sku: 'run.lamp', quantity: 1 };
  const paid = 2_490 + 490;
  const shipped = (state: string) => ({ orderId: 'o', ordinal: 1, state, lines: [lamp] });
  const captured = (minor: number, refunded = 0, state = 'captured') => ({
    entity: 'o',
    captureId: 'c',
    state,
    amount: usd(minor),
    refunded: usd(refunded),
    chargedBack: false,
  });
  const books = (more: Partial<Books>): Books => ({
    holds: [],
    authorizations: [],
    captures: [],
    shipments: [],
    ...more,
  });

  test.each([
    ['what was delivered is paid once', { shipments: [shipped('delivered')], captures: [captured(paid)] }, false],
    ['it is taken twice', { shipments: [shipped('delivered')], captures: [captured(paid), captured(paid)] }, true],
    ['it is taken before anything left', { shipments: [shipped('created')], captures: [captured(paid)] }, true],
    ['it is taken for nothing', { captures: [captured(1)] }, true],
    ['it is lost and not refunded', { shipments: [shipped('lost')], captures: [captured(paid)] }, true],
    ['it is lost and refunded', { shipments: [shipped('lost')], captures: [captured(paid, paid)] }, false],
    [
      'the bank declined the second',
      { shipments: [shipped('delivered')], captures: [captured(paid), captured(paid, 0, 'declined')] },
      false,
    ],
  ])('charged twice: %s', (_, given, twice) => {
    expect(isChargedTwice(books(given), shop, true)).toBe(twice);
  });

  test('what is lost may still be refunded while the order is open', () => {
    const lost = books({ shipments: [shipped('lost')], captures: [captured(paid)] });
    expect(isChargedTwice(lost, shop, false)).toBe(false);
  });

  test('holds are goods that are held, and money that is kept beyond what was captured', () => {
    const kept = (state: string, minor: number) => ({ entity: 'o', state, amount: usd(100), captured: usd(minor) });
    const held = (state: string) => ({ orderId: 'o', state });
    expect(holdsIn(books({ holds: [held('held'), held('released'), held('committed'), held('expired')] }))).toBe(1);
    expect(
      holdsIn(
        books({
          authorizations: [kept('authorized', 100), kept('authorized', 99), kept('pending', 0), kept('voided', 0)],
        }),
      ),
    ).toBe(2);
  });

  test('an entity is lost that nobody knows, or that waits without a clock that runs', () => {
    const now = Date.parse('2026-11-20T10:00:00.000Z');
    const deadline = (at: string) => ({ waitsFor: 'the delivery', deadline: { at, leadsTo: 'ExceptionReview' } });
    expect(isLost(undefined, now)).toBe(true);
    expect(isLost(order('o', 'InDelivery', deadline('2026-11-20T10:00:01.000Z')), now)).toBe(false);
    expect(isLost(order('o', 'InDelivery', deadline('2026-11-20T09:59:30.000Z')), now)).toBe(false);
    expect(isLost(order('o', 'InDelivery', deadline('2026-11-20T09:58:00.000Z')), now)).toBe(true);
    expect(isLost(order('o', 'InDelivery', { waitsFor: 'the delivery' }), now)).toBe(true);
    expect(
      isLost(order('o', 'Reopened', { deadline: { at: '2026-11-20T10:10:00.000Z', leadsTo: 'Completed' } }), now),
    ).toBe(true);
    expect(isLost(order('o', 'Completed', { closed: true }), now)).toBe(false);
  });

  test('a transition is illegal that the table does not have, or that begins elsewhere', () => {
    const journal = (...states: OrderState[]) =>
      states.map((to, i) => ({ kind: 'transition', to, ...(i > 0 && { from: states[i - 1] }) }) as JournalLine);
    const good = journal('Placed', 'RiskCheckPending', 'ReservationPending', 'Cancelling', 'Cancelled');
    expect(illegalIn(orderLifecycle, good)).toEqual([]);
    expect(illegalIn(orderLifecycle, journal('Placed', 'InDelivery'))).toHaveLength(1);
    expect(illegalIn(orderLifecycle, journal('InDelivery', 'Completed', 'Reopened', 'ReturnPending'))).toHaveLength(1);
    expect(illegalIn(orderLifecycle, good.toSpliced(1, 1))).toHaveLength(1);
  });

  test('all are 0, or something is broken', () => {
    const report = {
      entities: 9,
      lost: 0,
      chargedTwice: 0,
      holdsLeft: 0,
      illegalTransitions: 0,
      openFindings: 0,
      perSecond: 3,
    };
    expect(isSound(report)).toBe(true);
    expect(isSound({ ...report, openFindings: 1 })).toBe(false);
  });
});

test('a line says how many come in, where they are, how many ended and wait for people', () => {
  const at = (id: string, state: OrderState, closed = false) => [id, order(id, state, { closed })] as const;
  const known = new Map([
    at('a', 'InDelivery'),
    at('b', 'InDelivery'),
    at('c', 'RiskReview'),
    at('d', 'Completed', true),
  ]);
  const tally = tallyOf(orderLifecycle, 10, ['a', 'b', 'c', 'd', 'e'], known, 2);
  expect(lineOf(tally)).toBe('5 in, 2.5/s, 4 in flight (2 InDelivery, 1 RiskReview, 1 Placed), 1 ended, 1 with people');
});
