/**
 * Claims per second, with Throughline and without: interleaved rounds of the same auto-settled claims on the same servers, one
 * worker process each. The fleet without workers must run; `npm run bench -- claims` does all of it.
 */
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { ThroughlineClient } from '../client/index.js';
import { claimWorkflowId, type ClaimNotice } from '../workflows/claim/messages.js';
import { wholeNumber } from './options.js';
import { mean, median } from './statistics.js';
import { circumstances, noticeOf, required, searchable, seed, start, startFleetWorker, stop } from './surroundings.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});
const COUNT = wholeNumber('count', values.count);
const ROUNDS = wholeNumber('rounds', values.rounds);
const limit = pLimit(wholeNumber('concurrency', values.concurrency));
const TICKS_PER_SECOND = 100;

interface Figures {
  readonly claimsPerSecond: number;
  readonly workerCpuMsPerClaim: number;
  readonly eventsPerClaim: number;
  readonly bytesPerClaim: number;
}

interface Variant {
  readonly name: string;
  readonly prefix: string;
  startWorker(): Promise<ChildProcess>;
  submit(notice: ClaimNotice): Promise<WorkflowHandle>;
}

const address = required('TEMPORAL_ADDRESS');
const temporal = new Client({ connection: await Connection.connect({ address }) });
const throughline = new ThroughlineClient({ temporal });

const variants: readonly Variant[] = [
  {
    name: 'throughline',
    prefix: 'BENCH-T',
    startWorker: async () => {
      const worker = await startFleetWorker('all');
      await searchable(temporal);
      return worker;
    },
    submit: async (notice) => {
      await throughline.claims.submit(notice);
      return temporal.workflow.getHandle(claimWorkflowId(notice.claimId));
    },
  },
  {
    name: 'control',
    prefix: 'BENCH-C',
    startWorker: async () => {
      const worker = start('./control/worker.js', {});
      await new Promise<void>((resolve) =>
        worker.stdout?.on('data', (text) => String(text).includes('ready') && resolve()),
      );
      return worker;
    },
    submit: (notice) =>
      temporal.workflow.start('bareClaim', {
        workflowId: claimWorkflowId(notice.claimId),
        taskQueue: 'throughline-bench-control',
        args: [{ data: notice }],
      }),
  },
];

const figures = new Map<string, Figures[]>(variants.map(({ name }) => [name, []]));
for (let round = 0; round <= ROUNDS; round++) {
  // The order alternates, so that neither always runs on the larger database.
  for (const variant of round % 2 === 0 ? variants : [...variants].reverse()) {
    const measured = await measure(variant, round);
    const warmUp = round === 0;
    if (!warmUp) figures.get(variant.name)?.push(measured);
    console.error(
      `${warmUp ? 'warm-up' : `round ${round} of ${ROUNDS}`}: ${variant.name} ${measured.claimsPerSecond.toFixed(2)} claims/s, ` +
        `${measured.workerCpuMsPerClaim.toFixed(1)} ms of worker CPU per claim`,
    );
  }
}
report();
await throughline.close();
await temporal.connection.close();

async function measure(variant: Variant, round: number): Promise<Figures> {
  const notices = Array.from({ length: COUNT }, (_, i) => noticeOf(`${variant.prefix}-${Date.now()}-${round}-${i}`));
  await seed(notices, { settled: true });
  const worker = await variant.startWorker();
  const cpuBefore = cpuMs(worker);
  const startedAt = performance.now();
  const handles = await Promise.all(
    notices.map((each) =>
      limit(async () => {
        const handle = await variant.submit(each);
        await handle.result();
        return handle;
      }),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = cpuMs(worker) - cpuBefore;
  await stop(worker);
  const described = await Promise.all(handles.slice(0, 50).map((handle) => limit(() => handle.describe())));
  return {
    claimsPerSecond: COUNT / seconds,
    workerCpuMsPerClaim: cpu / COUNT,
    eventsPerClaim: mean(described.map(({ historyLength }) => historyLength)),
    bytesPerClaim: mean(described.map(({ historySize }) => historySize ?? 0)),
  };
}

function report(): void {
  const [ours, control] = variants.map(({ name }) => medians(figures.get(name) ?? []));
  if (!ours || !control) return;
  if (values.json) {
    console.log(JSON.stringify({ ...circumstances(), count: COUNT, rounds: ROUNDS, throughline: ours, control }));
    return;
  }
  const row = (label: string, pick: (f: Figures) => number, digits: number) =>
    `| ${label} | ${pick(ours).toFixed(digits)} | ${pick(control).toFixed(digits)} | ${(pick(ours) / pick(control)).toFixed(2)} |`;
  console.log(
    [
      `Medians of ${ROUNDS} interleaved rounds of ${COUNT} claims, ${values.concurrency} at a time; ${Object.values(circumstances()).join('; ')}.`,
      '',
      '| | Throughline | control | ratio |',
      '| --- | ---: | ---: | ---: |',
      row('claims per second', (f) => f.claimsPerSecond, 2),
      row('worker CPU per claim, ms', (f) => f.workerCpuMsPerClaim, 1),
      row('history events per claim', (f) => f.eventsPerClaim, 0),
      row('history bytes per claim', (f) => f.bytesPerClaim, 0),
    ].join('\n'),
  );
}

function medians(rounds: readonly Figures[]): Figures {
  const of = (pick: (f: Figures) => number) => median(rounds.map(pick));
  return {
    claimsPerSecond: of((f) => f.claimsPerSecond),
    workerCpuMsPerClaim: of((f) => f.workerCpuMsPerClaim),
    eventsPerClaim: of((f) => f.eventsPerClaim),
    bytesPerClaim: of((f) => f.bytesPerClaim),
  };
}

/** User and system time of a process so far, from the kernel's own account. */
function cpuMs(worker: ChildProcess): number {
  const stat = readFileSync(`/proc/${worker.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}
