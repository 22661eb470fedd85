/**
 * What operations people read, at the size of a large house: the overview, lists, saved views and the inbox over entities and journal rows
 * that are made up in PostgreSQL; and explain, by the record and by a query to the workflow, of real claims. The fleet without workers
 * must run: `npm run bench -- console` does all of it.
 */
import { Client, Connection } from '@temporalio/client';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { ThroughlineClient } from '../client/index.js';
import { overviewFigures } from '../records/overview.js';
import { createPool, openDatabase, withSessionOptions } from '../records/pool.js';
import { RECORDS_SCHEMA } from '../records/schema.js';
import { readVitals } from '../records/vitals.js';
import { claimStatusQuery, claimWorkflowId } from '../workflows/claim/messages.js';
import { fill } from './console/fill.js';
import { wholeNumber } from './options.js';
import { median, percentile } from './statistics.js';
import { circumstances, noticeOf, required, searchable, seed, startFleetWorker, stop } from './surroundings.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    entries: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
  },
});
const COUNT = wholeNumber('count', values.count);
const ENTRIES = wholeNumber('entries', values.entries);
const ROUNDS = wholeNumber('rounds', values.rounds);
/** Rounds that fill PostgreSQL's cache and are not counted. */
const WARM_UP = 3;
/** The gateway gives one answer to all who ask within this time: each call waits until it counts anew. In milliseconds. */
const BEYOND_SHARING_MS = 2_100;
const CLAIM = 'BENCH-CONSOLE-1';

/** By name, what is asked of the gateway. Those behind a shared answer are asked as seldom as it takes to have them counted each time. */
const LISTS: Readonly<Record<string, string>> = {
  'open claims, longest in their state': 'entities?lifecycle=claim&closed=false',
  'claims in three states for over 3 days':
    'entities?lifecycle=claim&state=PaymentPending,AwaitingDocuments,AwaitingAdjuster&longerThan=P3D',
  'claims past their deadline': 'entities?lifecycle=claim&overdue=true',
  'all that somebody should look at': 'entities?attention=true',
  'claims of a catastrophe': 'entities?lifecycle=claim&catastrophe=Hurricane%20Sandy',
  'claims by reason': 'entities?lifecycle=claim&reason=deadlineElapsed&closed=false',
  'all with a text in their key': 'entities?text=00077',
  'claims by the beginning of their key': 'entities?lifecycle=claim&text=CLA-0007*',
  'all, earliest deadline first': 'entities?sort=deadline',
  'all, largest amount first': 'entities?sort=amount',
  'all, lately written first': 'entities?sort=updated',
  'totals of all claims': 'entities/totals?lifecycle=claim',
  'inbox, most urgent first': 'reviews',
  'inbox of a queue': 'reviews?queue=claims-review',
  'totals of the inbox': 'reviews/totals',
  'queues of the inbox': 'reviews/queues',
  'workload per person': 'reviews/workload',
};
const SHARED: Readonly<Record<string, string>> = { overview: 'overview', 'saved views with their counts': 'views' };

const temporal = new Client({ connection: await Connection.connect({ address: required('TEMPORAL_ADDRESS') }) });
const throughline = new ThroughlineClient({ temporal, source: '/bench/console' });
const { gateway } = throughline;

await makeClaim();
await fillRecords();

const times = new Map<string, number[]>();
for (const [name, path] of Object.entries(LISTS)) {
  times.set(name, await measured(() => gateway.request('GET', `/api/${path}`)));
}
for (const [name, path] of Object.entries(SHARED)) {
  times.set(name, await measured(() => gateway.request('GET', `/api/${path}`), BEYOND_SHARING_MS));
}
await measureCounts();
times.set('explain, by the record', await measured(() => throughline.claims.explain(CLAIM)));
const worker = await startFleetWorker('all');
await searchable(temporal);
const handle = temporal.workflow.getHandle(claimWorkflowId(CLAIM));
times.set('status, by a query to the workflow', await measured(() => handle.query(claimStatusQuery)));
await stop(worker);
report();
await throughline.close();
await temporal.connection.close();

/** A claim that really runs, and waits for an adjuster. */
async function makeClaim(): Promise<void> {
  const notice = noticeOf(CLAIM);
  await seed([notice], { settled: false });
  const running = await startFleetWorker('all');
  await searchable(temporal);
  await throughline.claims.submit(notice);
  for (let state = ''; state !== 'AwaitingAssessment';) {
    state = (await throughline.claims.lookup([CLAIM]))[0]?.state ?? '';
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop(running);
}

async function fillRecords(): Promise<void> {
  const owner = new pg.Pool({
    ...withSessionOptions(required('DATABASE_URL'), { search_path: RECORDS_SCHEMA }),
    application_name: 'throughline-bench',
    max: 1,
  });
  try {
    await fill(owner, { entities: COUNT, entries: ENTRIES }, (entities) => console.error(`${entities} entities`));
  } finally {
    await owner.end();
  }
}

/** What a scrape of the metrics costs the database, beside what an overview does: on one connection, one question after the other, in turns. */
async function measureCounts(): Promise<void> {
  const pool = createPool(required('DATABASE_URL'), { applicationName: 'throughline-bench', max: 1 });
  const db = openDatabase(pool);
  const yesterday = new Date(Date.now() - 24 * 3_600_000).toISOString();
  const [overview, scrape]: [number[], number[]] = [[], []];
  const timed = async (into: number[], count: () => Promise<unknown>) => {
    const startedAt = performance.now();
    await count();
    into.push(performance.now() - startedAt);
  };
  try {
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      await timed(overview, () => overviewFigures(db, yesterday));
      await timed(scrape, () => readVitals(db));
    }
  } finally {
    await pool.end();
  }
  times.set('counts of an overview, in the database', overview.slice(WARM_UP));
  times.set('counts of a scrape of the metrics, in the database', scrape.slice(WARM_UP));
}

/** Milliseconds of each call, the warm-up left out. @param pauseMs before each */
async function measured(call: () => Promise<unknown>, pauseMs = 0): Promise<number[]> {
  const found: number[] = [];
  for (let round = 1 - WARM_UP; round <= ROUNDS; round++) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const startedAt = performance.now();
    await call();
    if (round > 0) found.push(performance.now() - startedAt);
  }
  return found;
}

function report(): void {
  const figures = [...times].map(([name, ms]) => ({ name, medianMs: median(ms), p95Ms: percentile(ms, 0.95) }));
  if (values.json) {
    console.log(
      JSON.stringify({ ...circumstances(), entities: COUNT, entries: COUNT * ENTRIES, rounds: ROUNDS, figures }),
    );
    return;
  }
  console.log(
    [
      `${COUNT} entities, ${COUNT * ENTRIES} journal rows; ${ROUNDS} calls each through the gateway, nothing shared between them; ` +
        `${Object.values(circumstances()).join('; ')}.`,
      '',
      '| | median, ms | p95, ms |',
      '| --- | ---: | ---: |',
      ...figures.map(({ name, medianMs, p95Ms }) => `| ${name} | ${medianMs.toFixed(0)} | ${p95Ms.toFixed(0)} |`),
    ].join('\n'),
  );
}
