/** The invariants of a run: counted from the journals and from the services' books, whatever the entities believe. */
import type { EntitySummary, ThroughlineClient } from '../../client/index.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import { inLanes } from '../intake/lanes.js';
import type { Patience } from '../intake/patience.js';
import type { Played } from './load.js';
import type { Books } from './scene.js';
import { illegalIn, isLost, type ClosingReport } from './soundness.js';

/** Journals that are read at once. */
const LANES = 8;

interface Seen {
  readonly client: ThroughlineClient;
  readonly lifecycle: Lifecycle;
  readonly books: Books;
  readonly patience: Patience;
  /** What the reconciliation says. */
  readonly openFindings: number;
}

/** Counts them. */
export async function reportOn(
  { submitted, entities, perSecond }: Played,
  { client, lifecycle, books, patience, openFindings }: Seen,
): Promise<ClosingReport> {
  const read = client.entities(lifecycle.name);
  let illegalTransitions = 0;
  let [lost, chargedTwice, holdsLeft] = [0, 0, 0];
  await inLanes(each(submitted), LANES, async (id) => {
    const entity = entities.get(id);
    const journal = await patience.call(async () => {
      const lines = [];
      if (entity) for await (const line of read.journal(id)) lines.push(line);
      return lines;
    });
    illegalTransitions += illegalIn(lifecycle, journal).length;
    const alive = !entity || entity.closed || (await patience.call(() => isAlive(client, entity)));
    if (isLost(entity, Date.now()) || !alive) lost += 1;
    const found = books.of(id);
    if (found.chargedTwice) chargedTwice += 1;
    holdsLeft += found.holdsLeft;
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

/** Whether the run of an open entity is there to go on: its clocks are the run's. */
async function isAlive(client: ThroughlineClient, { lifecycle, id }: EntitySummary): Promise<boolean> {
  const { run, closed } = await client.entities(lifecycle).explain(id);
  if ('error' in run) throw new Error(`Temporal cannot be asked about ${lifecycle} ${id}: ${run.error}`);
  return closed || run.status === 'RUNNING';
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
