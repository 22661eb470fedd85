/** Risk: a fixed rule, velocity, and what is seeded. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AssessRiskInput } from '../../activities/risk/contract.js';
import { RiskActivitiesProvider } from '../../activities/risk/risk.activities.js';
import { judge } from '../../services/risk/rule.js';
import { activitiesOf, Stage, usd } from './support.js';

let stage: Stage;
let activities: Awaited<ReturnType<typeof activitiesOf>>;
beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_SERVICES: 'risk' });
  activities = await activitiesOf(stage.url);
});
afterAll(async () => {
  await stage.strike();
});

const order = (orderId: string, more: Partial<AssessRiskInput> = {}): AssessRiskInput => ({
  key: `order/${orderId}/risk/1`,
  orderId,
  customerId: `CUS-${orderId}`,
  amount: usd(80),
  lines: [{ sku: 'LAMP', quantity: 2 }],
  destination: { country: 'US', postalCode: '10001' },
  ...more,
});
const assess = (input: AssessRiskInput) => activities.run(RiskActivitiesProvider, (one) => one.assessRisk, input);

describe('the rule', () => {
  const plain = { amountMinor: 8_000, pieces: [2], country: 'US', postalCode: '10001', recentOrders: 1 };

  it.each([
    ['nothing unusual', {}, 'approved', []],
    ['a large amount', { amountMinor: 100_000 }, 'approved', ['large-amount']],
    ['a very large amount', { amountMinor: 1_000_000 }, 'review', ['very-large-amount']],
    ['many pieces of much money', { amountMinor: 100_000, pieces: [1, 20] }, 'review', ['many-pieces', 'large-amount']],
    ['many orders', { recentOrders: 5 }, 'review', ['many-orders']],
    [
      'many orders that go nowhere',
      { recentOrders: 9, postalCode: '' },
      'declined',
      ['many-orders', 'unknown-postal-code'],
    ],
    ['far away', { country: 'NO', postalCode: '0150' }, 'approved', ['far-destination']],
  ] as const)('%s', (_, differs, verdict, reasons) => {
    expect(judge({ ...plain, ...differs })).toMatchObject({ verdict, reasons });
  });

  it('scores from 0 to 1000, and each verdict by its score', () => {
    expect(judge(plain).score).toBe(0);
    const worst = judge({ amountMinor: 1e9, pieces: [99], country: 'US', postalCode: 'x', recentOrders: 99 });
    expect(worst.score).toBe(1_000);
  });
});

it('assesses once per key, however many ask at once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => assess(order('ONE'))));
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
  expect(answers[0]).toMatchObject({ verdict: 'approved', score: 0, reasons: [] });
  expect(await stage.count('svc_risk.assessment', "order_id = 'ONE'")).toBe(1);
});

it('counts the other orders of a customer, not the assessments of one', async () => {
  const by = { customerId: 'CUS-EAGER' };
  for (const n of [1, 2, 3, 4, 5, 6]) {
    const input = order('V-SAME', { ...by, key: `order/V-SAME/risk/${n}` });
    expect(await assess(input)).toMatchObject({ verdict: 'approved' });
  }
  for (const n of [1, 2, 3]) expect(await assess(order(`V-${n}`, by))).toMatchObject({ verdict: 'approved' });
  expect(await assess(order('V-4', by))).toMatchObject({ verdict: 'review', reasons: ['many-orders'] });
});

it('says what is seeded, until that is lifted', async () => {
  await stage.seed({ risks: [{ orderId: 'S', verdict: 'declined', reason: 'stolen-card' }] });
  expect(await assess(order('S'))).toMatchObject({ verdict: 'declined', score: 1_000, reasons: ['stolen-card'] });
  await stage.seed({ risks: [{ orderId: 'S', verdict: null }] });
  expect(await assess(order('S', { key: 'order/S/risk/2' }))).toMatchObject({ verdict: 'approved' });
});

it('names what is wrong with a request', async () => {
  const { key, ...body } = order('BAD', { destination: { country: 'usa', postalCode: '1' } });
  const { status, body: problem } = await stage.call('POST', '/risk/assessments', body, key);
  expect(status).toBe(400);
  expect(problem.issues).toMatchObject([{ field: 'destination.country', value: '"usa"' }]);
});
