/**
 * Chaos: real claims through the product's own processes, while workers are killed around the commit of journal entries and in
 * the middle of workflow tasks, PostgreSQL is stopped for seconds at a time, a queue has no poller, calls hang, every kind of
 * time-out strikes, and every message comes twice. Afterwards nothing is lost, doubled or contradicted.
 *
 * `THROUGHLINE_CHAOS_SEED` repeats the choices of a run; what they meet is the machine's to say.
 */
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, openDatabase } from '../../records/pool.js';
import type { Database } from '../../records/schema.js';
import { eventually } from '../support/eventually.js';
import { Desk, idOf, live, seeds } from './claims.js';
import { Dice } from './dice.mjs';
import { faultsOfRecords, lostMessages, testimony } from './evidence.js';
import { POINTS } from './workers.js';
import { World } from './world.js';

const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
const { CLAIMS, KILLS, OUTAGES, PACE } = FULL
  ? { CLAIMS: 200, KILLS: { commits: 50, tasks: 25 }, OUTAGES: 8, PACE: 2 }
  : { CLAIMS: 30, KILLS: { commits: 10, tasks: 5 }, OUTAGES: 2, PACE: 1 };
/** Kills that are planned beyond those that are wanted, since the last processes may have nothing left to die of. */
const SPARE = 1.3;
/** Claims under way at a time: enough for every kill to hit some, few enough for all to move. */
const UNDER_WAY = 40;
const LONGEST_OUTAGE_MS = 4_000;
const MINUTES = 60_000;
const SEED = Number(process.env['THROUGHLINE_CHAOS_SEED'] ?? Date.now() % 1e9);

const dice = new Dice(SEED);
let world: World;
let pool: pg.Pool;
let records: Kysely<Database>;

beforeAll(async () => {
  world = await World.open(dice, { commits: KILLS.commits * SPARE, tasks: KILLS.tasks * SPARE }, PACE);
  pool = createPool(world.addresses.database, { applicationName: 'chaos-test', max: 2 });
  records = openDatabase(pool);
}, 4 * MINUTES);

afterAll(async () => {
  await pool?.end();
  await world?.close();
}, 2 * MINUTES);

test(
  `${CLAIMS} claims survive ${KILLS.commits + KILLS.tasks} kills of workers and ${OUTAGES} outages of PostgreSQL`,
  async () => {
    await world.seed(seeds(CLAIMS));
    world.workers.start();
    const desk = new Desk(world.client);
    await Promise.race([
      Promise.all([submitAll(), workAgain(), databaseComesAndGoes(), allClosed()]),
      desk.closed,
      world.broken.promise,
    ]);

    const ids = Array.from({ length: CLAIMS }, (_, n) => idOf(n));
    // A worker that dies after the last commit leaves its claim waiting for a time-out of half a minute, the next one too.
    const { faults, timeouts } = await eventually(
      () => testimony(world.addresses.temporal, records, ids),
      (told) => told.faults.length === 0,
      4 * MINUTES,
    );
    await desk.close();
    expect(faults).toEqual([]);
    expect(await faultsOfRecords(world.database, records)).toEqual([]);
    expect(await lostMessages(world.database, world.network.taken.values())).toEqual([]);

    const { kills, killed, hung } = world.workers;
    const [{ entries } = { entries: 0 }] = await rows<{ entries: number }>(
      'SELECT count(*)::int AS entries FROM throughline.journal',
    );
    console.log('chaos', {
      seed: SEED,
      claims: CLAIMS,
      entries,
      killed,
      kills,
      hung,
      outages: world.outages,
      timeouts,
    });
    expect(killed.commits).toBeGreaterThanOrEqual(KILLS.commits);
    expect(killed.tasks).toBeGreaterThanOrEqual(KILLS.tasks);
    expect(POINTS.filter((point) => kills[point] === 0)).toEqual([]);
    expect(Object.entries(timeouts).filter(([, n]) => n === 0)).toEqual([]);
  },
  (FULL ? 30 : 12) * MINUTES,
);

async function submitAll(): Promise<void> {
  const lives: Promise<void>[] = [];
  for (let n = 0; n < CLAIMS; n++) {
    await eventually(closed, (ended) => n - ended < UNDER_WAY, 10 * MINUTES);
    lives.push(live(world.client, n));
  }
  await Promise.all(lives);
}

/** A queue that nobody polls does not hide where the claims are: when the record shows some waiting there, its worker comes. */
async function workAgain(): Promise<void> {
  await eventually(
    () => rows(`SELECT FROM throughline.entity WHERE state = 'AwaitingDocuments'`),
    (waiting) => waiting.length >= 5,
    5 * MINUTES,
  );
  world.workers.startRare();
}

async function databaseComesAndGoes(): Promise<void> {
  for (let n = 0; n < OUTAGES; n++) {
    await eventually(closed, (ended) => ended >= (n * CLAIMS) / (OUTAGES + 1), 10 * MINUTES);
    await world.outage(n % 2 === 0 ? 'SIGKILL' : 'SIGQUIT', dice.between(1_000, LONGEST_OUTAGE_MS));
  }
}

async function allClosed(): Promise<void> {
  await eventually(closed, (n) => n === CLAIMS, (FULL ? 20 : 8) * MINUTES);
}

async function closed(): Promise<number> {
  return (await rows('SELECT FROM throughline.entity WHERE closed')).length;
}

async function rows<Row extends pg.QueryResultRow>(statement: string): Promise<Row[]> {
  return (await world.database.query<Row>(statement)).rows;
}
