/** The invariants of a run of orders: counted from the journals and from the services' books, whatever the orders believe. */
import type { EntitySummary, ThroughlineClient } from '../../../client/index.js';
import { orderLifecycle } from '../../../workflows/order/states.js';
import { inLanes } from '../../intake/lanes.js';
import type { Patience } from '../../intake/patience.js';
import type { Played } from '../load.js';
import { illegalIn, isLost, type ClosingReport } from '../soundness.js';
import { AllBooks } from './books.js';
import type { Catalogue } from './catalogue.js';
import { holdsIn, isChargedTwice } from './invariants.js';

/** Journals that are read at once. */
const LANES = 8;

/** @param openFindings what the reconciliation says */
export async function reportOn(
  { submitted, entities, perSecond }: Played,
  {
    client,
    services,
    shop,
    patience,
    openFindings,
  }: {
    readonly client: ThroughlineClient;
    readonly services: string;
    readonly shop: Catalogue;
    readonly patience: Patience;
    readonly openFindings: number;
  },
): Promise<ClosingReport> {
  const books = await patience.call(() => AllBooks.read(services, new Set(submitted)));
  let illegalTransitions = 0;
  let [lost, chargedTwice, holdsLeft] = [0, 0, 0];
  await inLanes(each(submitted), LANES, async (id) => {
    const order = entities.get(id);
    const ended = order?.closed === true;
    const journal = await patience.call(async () => {
      const lines = [];
      if (order) for await (const line of client.orders.journal(id)) lines.push(line);
      return lines;
    });
    illegalTransitions += illegalIn(orderLifecycle, journal).length;
    if (isLost(order, Date.now()) || (order && !ended && !(await patience.call(() => isAlive(client, order)))))
      lost += 1;
    if (isChargedTwice(books.of(id), shop, ended)) chargedTwice += 1;
    if (ended) holdsLeft += holdsIn(books.of(id));
  });
  return {
    entities: submitted.length,
    lost,
    chargedTwice,
    holdsLeft,
    illegalTransitions,
    openFindings,
    perSecond: Number(perSecond.toFixed(1)),
  };
}

/** Whether the run of an open order is there to go on: its clocks are the run's. */
async function isAlive(client: ThroughlineClient, { id }: EntitySummary): Promise<boolean> {
  const { run, closed } = await client.orders.explain(id);
  if ('error' in run) throw new Error(`Temporal cannot be asked about order ${id}: ${run.error}`);
  return closed || run.status === 'RUNNING';
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
