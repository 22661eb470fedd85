/**
 * Everyday claims through a surge: how long they take to settle while a storm's claims come in at ten times their rate, with
 * priority and admission, without admission, with neither, and in calm. One worker process; the fleet without workers must run:
 * `npm run bench -- surge` does all of it.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { follow } from '../cli/intake/follow.js';
import { Patience } from '../cli/intake/patience.js';
import { putSeeds } from '../cli/intake/seed.js';
import type { TranslatedRow } from '../cli/intake/translate.js';
import { ThroughlineClient, type EntitySummary } from '../client/index.js';
import { createPool, openDatabase } from '../records/pool.js';
import { RecordsReader } from '../records/reader.js';
import { positiveNumber, wholeNumber } from './options.js';
import { median, percentile } from './statistics.js';
import { circumstances, required, searchable, startFleetWorker, stop } from './surroundings.js';
import { evenly } from './surge/arrivals.js';
import { claimsOf, publishedFile, rowsIn, STORM } from './surge/claims.js';
import { accountOf, settlementTimes, throughput, type Account, type ClaimRecord } from './surge/records.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '3000' },
    everyday: { type: 'string' },
    rate: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    without: { type: 'string', multiple: true, default: [] },
    'warm-up': { type: 'string', default: '100' },
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const COUNT = wholeNumber('count', values.count);
const EVERYDAY = values.everyday === undefined ? Math.ceil(COUNT / 10) : wholeNumber('everyday', values.everyday);
const RATE = values.rate === undefined ? undefined : positiveNumber('rate', values.rate);
const ROUNDS = wholeNumber('rounds', values.rounds);
const WARM_UP = wholeNumber('warm-up', values['warm-up']);

/** The storm's claims come in at ten times the everyday rate, which is a fifth of what the fleet can carry: at twice that. */
const SURGE = 10;
const EVERYDAY_SHARE = 0.2;
/**
 * Of what the fleet can carry, what everyday claims and those that are admitted may take together: on two cores the time that a task
 * takes doubles at about 70 % (M/M/2), and nothing that is started can be overtaken any more.
 */
const CARRIED_SHARE = 0.7;
/** The fleet has stopped working if it takes longer than this. */
const DRAINED_WITHIN_MS = 60 * 60_000;
const PATIENCE_MS = 150_000;
const SEED_BATCH = 100;

interface Variant {
  readonly name: string;
  readonly storm: boolean;
  /** Undefined: nobody declares a catastrophe. */
  readonly declared?: { readonly admitted: boolean };
}

const VARIANTS: readonly Variant[] = [
  { name: 'calm', storm: false },
  { name: 'priority and admission', storm: true, declared: { admitted: true } },
  { name: 'priority alone', storm: true, declared: { admitted: false } },
  { name: 'neither', storm: true },
];

const NAMES = VARIANTS.map(({ name }) => name);
for (const name of values.without.filter((each) => !NAMES.includes(each)))
  throw new Error(`--without ${name} names no variant; known: ${NAMES.join(', ')}`);
const MEASURED = VARIANTS.filter(({ name }) => !values.without.includes(name));

interface Figures {
  /** Seconds from submission to settlement of each everyday claim. */
  readonly times: readonly number[];
  readonly account: Account;
}

const services = required('THROUGHLINE_SERVICES_URL');
const rows = await rowsIn(values.file ?? publishedFile());
const patience = new Patience(PATIENCE_MS, (line) => console.error(line));
const temporal = new Client({ connection: await Connection.connect({ address: required('TEMPORAL_ADDRESS') }) });
const throughline = new ThroughlineClient({ temporal, source: '/bench/surge' });
const pool = createPool(required('DATABASE_URL'), { applicationName: 'throughline-bench', max: 1 });
const records = new RecordsReader(openDatabase(pool));
const run = Date.now().toString(36);

const worker = await startFleetWorker('all');
await searchable(temporal);
const capacity = await capacityOfFleet();
const rate = RATE ?? (CARRIED_SHARE - EVERYDAY_SHARE) * capacity;
const durationMs = (COUNT / (SURGE * EVERYDAY_SHARE * capacity)) * 1000;
console.error(
  `the fleet carries ${capacity.toFixed(2)} claims/s; ${COUNT} claims come in within ${(durationMs / 1000).toFixed(0)} s, ` +
    `${rate.toFixed(2)} a second are admitted`,
);

const figures = new Map<Variant, Figures[]>(VARIANTS.map((variant) => [variant, []]));
for (let round = 1; round <= ROUNDS; round++) {
  // The order alternates, so that none always runs on the larger database.
  for (const variant of round % 2 === 1 ? MEASURED : MEASURED.toReversed()) {
    const measured = await measure(variant, round);
    figures.get(variant)?.push(measured);
    console.error(`round ${round} of ${ROUNDS}: ${variant.name}, median ${median(measured.times).toFixed(2)} s`);
  }
}
await stop(worker);
report();
await pool.end();
await throughline.close();
await temporal.connection.close();

/** Claims per second that come to rest when more come in than can be worked on. The first burst warms everything up. */
async function capacityOfFleet(): Promise<number> {
  let carried = NaN;
  for (const burst of ['warm-1', 'warm-2']) {
    const claims = claimsOf(rows.storm, WARM_UP, `${run}-${burst}`, `${STORM.name} ${run} ${burst}`);
    await seed(claims);
    const startedAt = Date.now();
    await Promise.all(claims.map(submit));
    carried = throughput(startedAt, [...(await atRest(claims.map(idOf))).values()]);
    console.error(`${burst}: ${carried.toFixed(2)} claims/s`);
  }
  return carried;
}

async function measure(variant: Variant, round: number): Promise<Figures> {
  const code = `${run}-${round}-${VARIANTS.indexOf(variant) + 1}`;
  const name = `${STORM.name} ${code}`;
  const everyday = claimsOf(rows.everyday, EVERYDAY, `${code}-everyday`);
  const storm = variant.storm ? claimsOf(rows.storm, COUNT, `${code}-storm`, name) : [];
  await seed([...everyday, ...storm]);
  if (variant.declared) {
    const { from, to, states } = STORM;
    const given = { from, to, states, bulletin: 'W-12092', rate: variant.declared.admitted ? rate : null };
    await throughline.catastrophes.declare({ code: code.toUpperCase(), name, ...given });
  }

  const submittedAt = await submitAll([everyday, storm]);
  const ids = [...submittedAt.keys()];
  const claims = await atRest(ids);
  const ofEveryday = new Map(everyday.map((claim) => [idOf(claim), submittedAt.get(idOf(claim)) ?? NaN]));
  return { times: settlementTimes(ofEveryday, claims), account: accountOf(ids, claims) };
}

/** Submits each claim when it is due, however long others take. @returns by claim when it was due, in ms since the epoch */
async function submitAll(kinds: readonly (readonly TranslatedRow[])[]): Promise<Map<string, number>> {
  const startedAt = Date.now();
  const dueAt = new Map<string, number>();
  const submissions: Promise<void>[] = [];
  for (const { item, atMs } of evenly(kinds, durationMs)) {
    const due = startedAt + atMs;
    if (due > Date.now()) await pause(due - Date.now());
    dueAt.set(idOf(item), due);
    submissions.push(submit(item));
  }
  await Promise.all(submissions);
  return dueAt;
}

async function submit({ notice }: TranslatedRow): Promise<void> {
  await patience.call(() => throughline.claims.submit(notice));
}

/**
 * Waits until each claim is closed or with a person.
 * @returns what is then on record of them
 * @throws Error with some of those that still move after an hour
 */
async function atRest(ids: readonly string[]): Promise<Map<string, ClaimRecord>> {
  const summaries = new Map<string, EntitySummary>();
  const lookup = (some: readonly string[]) => throughline.claims.lookup(some);
  const options = { timeoutMs: DRAINED_WITHIN_MS, moved: () => undefined };
  const moving = await follow(ids, lookup, patience, summaries, options);
  if (moving.length > 0) {
    const some = moving.slice(0, 5).map((id) => `${id} in ${summaries.get(id)?.state ?? 'line'}`);
    throw new Error(`${moving.length} of ${ids.length} claims still move after an hour: ${some.join(', ')}`);
  }
  const found = await records.entitySummaries('claim', ids);
  return new Map(found.map((record) => [record.id, record]));
}

/** The services learn what they would know of the claims. */
async function seed(claims: readonly TranslatedRow[]): Promise<void> {
  for (let i = 0; i < claims.length; i += SEED_BATCH) {
    const batch = claims.slice(i, i + SEED_BATCH);
    await putSeeds(services, {
      policies: batch.map(({ policy }) => policy),
      assessments: batch.map(({ assessment }) => assessment),
      documents: batch.map(({ documents }) => documents),
    });
  }
}

function idOf({ notice }: TranslatedRow): string {
  return notice.claimId;
}

function report(): void {
  const summaries = MEASURED.map((variant) => {
    const rounds = figures.get(variant) ?? [];
    const times = rounds.flatMap((each) => each.times);
    const total = (pick: (account: Account) => number) => rounds.reduce((sum, { account }) => sum + pick(account), 0);
    return {
      variant: variant.name,
      settled: times.length,
      medianSeconds: median(times),
      p95Seconds: percentile(times, 0.95),
      closed: total(({ closed }) => closed),
      waiting: total(({ waiting }) => waiting),
    };
  });
  const calm = summaries[0]?.medianSeconds ?? NaN;
  const given = { count: COUNT, everyday: EVERYDAY, rounds: ROUNDS, capacity, rate, arrivalSeconds: durationMs / 1000 };
  if (values.json) {
    console.log(JSON.stringify({ ...circumstances(), ...given, variants: summaries }));
    return;
  }
  console.log(
    [
      `${COUNT} claims of ${STORM.name} within ${given.arrivalSeconds.toFixed(0)} s and ${EVERYDAY} everyday ones between them; ` +
        `the fleet carries ${capacity.toFixed(2)} claims/s, ${rate.toFixed(2)} a second are admitted; ` +
        `${ROUNDS === 1 ? 'one round' : `${ROUNDS} interleaved rounds`}; ${Object.values(circumstances()).join('; ')}.`,
      '',
      '| everyday claims | settled | median, s | p95, s | to calm | all claims: closed | with a person, clock and reason |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...summaries.map(
        ({ variant, settled, medianSeconds, p95Seconds, closed, waiting }) =>
          `| ${variant} | ${settled} | ${medianSeconds.toFixed(2)} | ${p95Seconds.toFixed(2)} | ${(medianSeconds / calm).toFixed(2)} | ${closed} | ${waiting} |`,
      ),
    ].join('\n'),
  );
}
