/**
 * Memory per cached workflow: a claim at rest against a workflow that does nothing, side by side in one run. Both kinds of worker
 * are processes of their own with nothing but workflows in them; the claims are real ones, through the product's bundle, and wait
 * for an adjuster. The fleet without workers must run; `npm run bench -- memory` does all of it.
 */
import { Client, Connection, type WorkflowExecutionDescription, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode } from '@temporalio/worker';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { ThroughlineClient } from '../client/index.js';
import { createPool } from '../records/pool.js';
import { JournalWriter } from '../records/writer.js';
import { claimWorkflowId } from '../workflows/claim/messages.js';
import { claimLifecycle } from '../workflows/claim/states.js';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';
import type { Sample } from './memory/worker.js';
import { wholeNumber } from './options.js';
import { median, slope } from './statistics.js';
import {
  circumstances,
  endWithUs,
  noticeOf,
  required,
  searchable,
  seed,
  startFleetWorker,
  stop,
  until,
} from './surroundings.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '400' },
    batches: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    'warm-up': { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
});
const BATCHES = wholeNumber('batches', values.batches);
const COUNT = wholeNumber('count', values.count, BATCHES);
/**
 * Cached before the first measurement: until about as many have run, V8 still compiles, and what that takes has nothing to do
 * with how many are cached.
 */
const WARM_UP = wholeNumber('warm-up', values['warm-up'], 0);
const ROUNDS = wholeNumber('rounds', values.rounds);
/**
 * Keeps the nursery of new objects at its smallest: it grows by tens of megabytes with what has run, not with what is cached, and
 * would drown the latter in RSS.
 */
const YOUNG_GENERATION = '--max-semi-space-size=1';
const NOOP_QUEUE = 'throughline-bench-noop';
/** What the services do until a claim waits for its adjuster. */
const ACTIVITY_ROLES = 'policy,fraud,assessment,records';
const RESTS_IN = 'AwaitingAssessment';

interface Kind {
  readonly name: 'claim' | 'noop';
  readonly taskQueue: string;
  readonly bundle: string;
  start(ids: readonly string[]): Promise<WorkflowHandle[]>;
  /** Whether it has come to where it waits, given that nothing is under way. */
  arrived(workflow: WorkflowExecutionDescription): boolean;
}

/** What is measured, as the report calls it. */
const MEASURES = { workflowHeap: 'V8 heap, workflow thread', mainHeap: 'V8 heap, main thread', rss: 'RSS' } as const;

type Measure = keyof typeof MEASURES;
/** Bytes per cached workflow, and the samples that they come from. */
type Slopes = Readonly<Record<Measure, number>> & { readonly samples: readonly Sample[] };

const temporal = new Client({ connection: await Connection.connect({ address: required('TEMPORAL_ADDRESS') }) });
const throughline = new ThroughlineClient({ temporal });
const limit = pLimit(32);
await registerLifecycle();
const kinds: readonly Kind[] = [
  {
    name: 'claim',
    taskQueue: 'throughline-claim',
    bundle: fileURLToPath(new URL('../workflow-bundle.js', import.meta.url)),
    start: async (ids) => {
      const notices = ids.map((id) => noticeOf(`BENCH-M-${id}`));
      await seed(notices, { settled: false });
      await Promise.all(notices.map((notice) => limit(() => throughline.claims.submit(notice))));
      return notices.map(({ claimId }) => temporal.workflow.getHandle(claimWorkflowId(claimId)));
    },
    arrived: ({ typedSearchAttributes }) => typedSearchAttributes.get(searchAttributes.state) === RESTS_IN,
  },
  {
    name: 'noop',
    taskQueue: NOOP_QUEUE,
    bundle: await bundleNoop(),
    start: (ids) =>
      Promise.all(
        ids.map((id) =>
          limit(() => temporal.workflow.start('noop', { workflowId: `bench-noop/${id}`, taskQueue: NOOP_QUEUE })),
        ),
      ),
    arrived: () => true,
  },
];

const services = await startFleetWorker(ACTIVITY_ROLES);
await searchable(temporal);
const rounds: Record<Kind['name'], Slopes>[] = [];
try {
  for (let round = 1; round <= ROUNDS; round++) {
    // The order alternates: whichever comes second finds a busier machine.
    const slopes = await measure(round, round % 2 === 1 ? kinds : [...kinds].reverse());
    rounds.push(slopes);
    const figures = (Object.keys(MEASURES) as Measure[]).map((measure) => inWords(slopes, measure));
    console.error(`round ${round} of ${ROUNDS}, claim : no-op: ${figures.join('; ')}`);
  }
  report();
} finally {
  await stop(services);
  await throughline.close();
  await temporal.connection.close();
}

/** One round: both workers fresh, filled batch by batch in turns, and both measured after each batch. */
async function measure(round: number, order: readonly Kind[]): Promise<Record<Kind['name'], Slopes>> {
  const measured = await Promise.all(
    order.map(async (kind) => ({ kind, worker: await startMeasured(kind), samples: [] as Sample[] })),
  );
  try {
    for (let batch = 0; batch <= BATCHES; batch++) {
      const to = filledBy(batch);
      for (const { kind } of measured) await fill(kind, round, batch === 0 ? 0 : filledBy(batch - 1), to);
      for (const { kind, worker, samples } of measured) {
        const sample = await ask(worker);
        if (sample.cached !== to) {
          throw new Error(
            `the ${kind.name} worker caches ${sample.cached} workflows of ${to}: others use its task queue`,
          );
        }
        samples.push(sample);
      }
    }
  } finally {
    await Promise.all(measured.map(({ worker }) => stop(worker)));
  }
  return Object.fromEntries(measured.map(({ kind, samples }) => [kind.name, slopesOf(samples)])) as Record<
    Kind['name'],
    Slopes
  >;
}

/** How many workflows are cached after a batch; batch 0 is the warm-up. */
function filledBy(batch: number): number {
  return WARM_UP + Math.round((COUNT * batch) / BATCHES);
}

/** Starts workflows and waits until each of them rests: nothing scheduled, nothing under way, where it was to wait. */
async function fill(kind: Kind, round: number, from: number, to: number): Promise<void> {
  const ids = Array.from({ length: to - from }, (_, i) => `${process.pid}-${round}-${from + i}`);
  let moving = await kind.start(ids);
  await until(`${ids.length} ${kind.name} workflows rest`, async () => {
    const rested = await Promise.all(moving.map((handle) => limit(() => rests(kind, handle))));
    moving = moving.filter((_, i) => !rested[i]);
    return moving.length === 0;
  });
}

async function rests(kind: Kind, handle: WorkflowHandle): Promise<boolean> {
  const workflow = await handle.describe();
  const { pendingActivities, pendingWorkflowTask } = workflow.raw;
  if (workflow.status.name !== 'RUNNING') throw new Error(`${handle.workflowId} is ${workflow.status.name}`);
  return !pendingActivities?.length && !pendingWorkflowTask && workflow.historyLength > 3 && kind.arrived(workflow);
}

async function startMeasured(kind: Kind): Promise<ChildProcess> {
  const probe = new URL('./memory/heap-probe.js', import.meta.url).href;
  const program = fileURLToPath(new URL('./memory/worker.js', import.meta.url));
  const args = ['--queue', kind.taskQueue, '--bundle', kind.bundle, '--cache', String(filledBy(BATCHES) + 100)];
  const worker = endWithUs(fork(program, args, { execArgv: ['--expose-gc', YOUNG_GENERATION, '--import', probe] }));
  await answerOf(worker);
  return worker;
}

/** The memory of a measured worker now. */
async function ask(worker: ChildProcess): Promise<Sample> {
  worker.send('measure');
  return (await answerOf(worker)) as Sample;
}

async function answerOf(worker: ChildProcess): Promise<unknown> {
  const dead = once(worker, 'exit').then(([code]) => {
    throw new Error(`a measured worker ended with exit code ${code}; it says why above`);
  });
  dead.catch(() => undefined);
  const [answer] = (await Promise.race([once(worker, 'message'), dead])) as [unknown];
  return answer;
}

function slopesOf(samples: readonly Sample[]): Slopes {
  const of = (measure: Measure) => slope(samples.map((sample) => ({ x: sample.cached, y: sample[measure] })));
  return { ...perMeasure(of), samples };
}

function perMeasure(of: (measure: Measure) => number): Record<Measure, number> {
  return { workflowHeap: of('workflowHeap'), mainHeap: of('mainHeap'), rss: of('rss') };
}

/** Usually done by the worker that plays the lifecycle's role; the measured one has no database. */
async function registerLifecycle(): Promise<void> {
  const pool = createPool(required('DATABASE_URL'), { applicationName: 'throughline-bench', max: 1 });
  try {
    await new JournalWriter(pool).registerDefinition(claimLifecycle);
  } finally {
    await pool.end();
  }
}

async function bundleNoop(): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('./memory/noop.js', import.meta.url)),
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  });
  const file = path.join(required('THROUGHLINE_STATE_DIR'), 'noop-bundle.js');
  await writeFile(file, code);
  return file;
}

function report(): void {
  const of = (kind: Kind['name'], measure: Measure) => median(rounds.map((slopes) => slopes[kind][measure]));
  const medians = {
    claim: perMeasure((measure) => of('claim', measure)),
    noop: perMeasure((measure) => of('noop', measure)),
  };
  if (values.json) {
    console.log(
      JSON.stringify({
        ...circumstances(),
        warmUp: WARM_UP,
        count: COUNT,
        batches: BATCHES,
        bytesPerWorkflow: medians,
        rounds,
      }),
    );
    return;
  }
  const row = (measure: Measure) => {
    const ratios = rounds.map(({ claim, noop }) => claim[measure] / noop[measure]);
    const ratio = medians.claim[measure] / medians.noop[measure];
    const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
    return `| ${MEASURES[measure]} | ${kib(medians.claim[measure])} | ${kib(medians.noop[measure])} | ${ratio.toFixed(2)} | ${range} |`;
  };
  console.log(
    [
      `Medians of ${ROUNDS} rounds, ${WARM_UP} to ${filledBy(BATCHES)} cached workflows in ${BATCHES} batches; ${Object.values(circumstances()).join('; ')}.`,
      'A claim rests in AwaitingAssessment. The goal is a ratio of at most 1.5.',
      '',
      '| per cached workflow, KiB | claim | no-op | ratio | ratio by round |',
      '| --- | ---: | ---: | ---: | ---: |',
      ...(Object.keys(MEASURES) as Measure[]).map(row),
    ].join('\n'),
  );
}

function inWords({ claim, noop }: Record<Kind['name'], Slopes>, measure: Measure): string {
  return `${MEASURES[measure]} ${kib(claim[measure])} : ${kib(noop[measure])} KiB`;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
