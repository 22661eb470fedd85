/**
 * The board of a catastrophe over many claims, against a plain count of the same rows, in turns. Some real claims go through the fleet
 * first; their rows, as it wrote them, are then copied. The fleet without workers must run: `npm run bench -- board` does all of it.
 */
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { follow } from '../cli/intake/follow.js';
import { Patience } from '../cli/intake/patience.js';
import { putSeeds } from '../cli/intake/seed.js';
import pg from 'pg';
import { ThroughlineClient } from '../client/index.js';
import { board, type Board } from '../records/catastrophe-board.js';
import { findCatastrophe } from '../records/catastrophes.js';
import { createPool, openDatabase, withSessionOptions } from '../records/pool.js';
import { RECORDS_SCHEMA } from '../records/schema.js';
import { count, multiply, SPREAD } from './board/rows.js';
import { wholeNumber } from './options.js';
import { median, percentile } from './statistics.js';
import { circumstances, required, searchable, startFleetWorker, stop } from './surroundings.js';
import { claimsOf, publishedFile, rowsIn, STORM } from './surge/claims.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    originals: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '15' },
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const ORIGINALS = wholeNumber('originals', values.originals);
const COUNT = wholeNumber('count', values.count, ORIGINALS);
const ROUNDS = wholeNumber('rounds', values.rounds);
/** Rounds that fill PostgreSQL's cache and are not counted. */
const WARM_UP = 2;
const SETTLED_WITHIN_MS = 30 * 60_000;
const PATIENCE_MS = 150_000;
const CODE = 'BENCH-BOARD';

const temporal = new Client({ connection: await Connection.connect({ address: required('TEMPORAL_ADDRESS') }) });
const throughline = new ThroughlineClient({ temporal, source: '/bench/board' });
// The board asks two questions at once.
const pool = createPool(required('DATABASE_URL'), { applicationName: 'throughline-bench', max: 2 });
const db = openDatabase(pool);

await declare();
await settleOriginals();
const size = await copyOriginals();
const catastrophe = await findCatastrophe(db, CODE);
if (!catastrophe) throw new Error(`${CODE} was declared and is not on record`);

const seconds = { board: [] as number[], count: [] as number[] };
let last: Board | undefined;
for (let round = 1 - WARM_UP; round <= ROUNDS; round++) {
  const measured = {
    board: async () => void (last = await board(db, catastrophe)),
    count: async () => void (await count(db, catastrophe.name)),
  };
  // The order alternates: whichever comes second finds the rows in the processor's cache.
  for (const what of round % 2 === 0 ? (['board', 'count'] as const) : (['count', 'board'] as const)) {
    const startedAt = performance.now();
    await measured[what]();
    if (round > 0) seconds[what].push((performance.now() - startedAt) / 1000);
  }
}
if (last?.received !== size.claims) throw new Error(`the board counts ${last?.received} claims of ${size.claims}`);
report(last);
await pool.end();
await throughline.close();
await temporal.connection.close();

async function declare(): Promise<void> {
  const { name, from, to, states } = STORM;
  await throughline.catastrophes.declare({ code: CODE, name, from, to, states, bulletin: 'W-12092', rate: null });
}

/** Lets real claims of the storm come to where they are closed or wait for a person. */
async function settleOriginals(): Promise<void> {
  const { storm } = await rowsIn(values.file ?? publishedFile());
  const claims = claimsOf(storm, ORIGINALS, Date.now().toString(36), STORM.name);
  await putSeeds(required('THROUGHLINE_SERVICES_URL'), {
    policies: claims.map(({ policy }) => policy),
    assessments: claims.map(({ assessment }) => assessment),
    documents: claims.map(({ documents }) => documents),
  });
  const worker = await startFleetWorker('all');
  await searchable(temporal);
  const patience = new Patience(PATIENCE_MS, (line) => console.error(line));
  for (const { notice } of claims) await patience.call(() => throughline.claims.submit(notice));
  const moving = await follow(
    claims.map(({ notice }) => notice.claimId),
    (ids) => throughline.claims.lookup(ids),
    patience,
    new Map(),
    { timeoutMs: SETTLED_WITHIN_MS, moved: () => undefined },
  );
  await stop(worker);
  if (moving.length > 0) throw new Error(`${moving.length} of ${claims.length} claims do not come to rest`);
}

async function copyOriginals(): Promise<{ readonly claims: number; readonly bytes: number }> {
  const own = new pg.Pool({
    ...withSessionOptions(required('DATABASE_URL'), { search_path: RECORDS_SCHEMA }),
    application_name: 'throughline-bench',
    max: 1,
  });
  try {
    return await multiply(openDatabase(own), { catastrophe: STORM.name, to: COUNT }, (claims) =>
      console.error(`${claims} claims`),
    );
  } finally {
    await own.end();
  }
}

function report(seen: Board): void {
  const [ofBoard, ofCount] = [median(seconds.board), median(seconds.count)];
  const figures = {
    claims: size.claims,
    megabytes: Math.round(size.bytes / 2 ** 20),
    open: seen.open,
    boardSeconds: ofBoard,
    boardP95Seconds: percentile(seconds.board, 0.95),
    countSeconds: ofCount,
    ratio: ofBoard / ofCount,
  };
  if (values.json) {
    console.log(JSON.stringify({ ...circumstances(), originals: ORIGINALS, rounds: ROUNDS, ...figures }));
    return;
  }
  console.log(
    [
      `${figures.claims} claims, ${figures.open} of them open, in ${SPREAD.zips} ZIP codes and with ${SPREAD.adjusters} adjusters, ` +
        `${figures.megabytes} MiB with indexes; ${ROUNDS} interleaved rounds; ${Object.values(circumstances()).join('; ')}.`,
      '',
      '| | median, s | p95, s | to count |',
      '| --- | ---: | ---: | ---: |',
      `| plain count | ${ofCount.toFixed(3)} | ${percentile(seconds.count, 0.95).toFixed(3)} | 1.0 |`,
      `| board | ${ofBoard.toFixed(3)} | ${figures.boardP95Seconds.toFixed(3)} | ${figures.ratio.toFixed(1)} |`,
    ].join('\n'),
  );
}
