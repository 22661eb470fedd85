/** What a simple order costs in Temporal: one line, one shipment, dispatched, delivered, in all its workflows together. */
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { taskUnderWay } from '../../support/history.js';
import { usd, useShop, type PlacedOrder } from './support.js';

const { place } = useShop();

/** Until it has been in a state and nothing of it is under way. No query is asked: on this server each would cost a task. */
async function restsIn(order: PlacedOrder, state: string): Promise<void> {
  await eventually(async () => {
    const been = (await order.entity.journal()).some(({ to }) => to === state);
    return been && !taskUnderWay((await order.entity.history()).events ?? []);
  });
}

test('a simple order costs at most 65 history events', async () => {
  const order = await place();
  await restsIn(order, 'ReleasedToWarehouse');
  await order.carrier('Dispatched');
  await restsIn(order, 'InDelivery');
  await order.carrier('Delivered');
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  const events = (await order.entity.history()).events ?? [];
  const kinds: Record<string, number> = {};
  for (const event of events) {
    const [kind = 'other'] =
      Object.entries(event).find(([name, given]) => name.endsWith('EventAttributes') && given) ?? [];
    const short = kind.replace(/EventAttributes$/, '');
    kinds[short] = (kinds[short] ?? 0) + 1;
  }
  console.log(`${events.length} history events`, kinds);
  // It has no other workflow.
  expect(Object.keys(kinds).filter((kind) => /child|external/i.test(kind))).toEqual([]);
  expect(events.length).toBeLessThanOrEqual(65);
});
