/**
 * Claims per second, with Throughline and without: interleaved rounds of the same auto-settled claims on the same servers, one
 * worker process each. The fleet without workers must run; `npm run bench -- claims` does all of it.
 */
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { ThroughlineClient } from '../client/index.js';
import { claimWorkflowId, type ClaimNotice } from '../workflows/claim/messages.js';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    concurrency: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
});
const COUNT = Number(values.count);
const ROUNDS = Number(values.rounds);
const WORKER_PORT = process.env['THROUGHLINE_BENCH_WORKER_PORT'] ?? '7237';
const limit = pLimit(Number(values.concurrency));
const TICKS_PER_SECOND = 100;
const SEED_BATCH = 100;

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
      const worker = start('../workers/main.js', { PORT: WORKER_PORT });
      await until(async () => (await fetch(`http://127.0.0.1:${WORKER_PORT}/health/ready`)).ok);
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
  const notices = Array.from({ length: COUNT }, (_, i) => notice(`${variant.prefix}-${Date.now()}-${round}-${i}`));
  await seed(notices);
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
  worker.kill('SIGTERM');
  await new Promise((resolve) => worker.once('exit', resolve));
  const described = await Promise.all(handles.slice(0, 50).map((handle) => limit(() => handle.describe())));
  return {
    claimsPerSecond: COUNT / seconds,
    workerCpuMsPerClaim: cpu / COUNT,
    eventsPerClaim: mean(described.map(({ historyLength }) => historyLength)),
    bytesPerClaim: mean(described.map(({ historySize }) => historySize ?? 0)),
  };
}

function notice(claimId: string): ClaimNotice {
  return {
    claimId,
    policyNumber: claimId.replace('BENCH', 'POL'),
    dateOfLoss: '2012-10-29',
    causeOfLoss: '1',
    property: { state: 'NY', postalCode: '11693' },
  };
}

async function seed(notices: readonly ClaimNotice[]): Promise<void> {
  const usd = (dollars: number) => ({ minor: dollars * 100, currency: 'USD' });
  for (let i = 0; i < notices.length; i += SEED_BATCH) {
    const batch = notices.slice(i, i + SEED_BATCH);
    const answer = await fetch(`${required('THROUGHLINE_SERVICES_URL')}/seed`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        policies: batch.map(({ policyNumber }) => ({
          policyNumber,
          inceptionDate: '2010-01-01',
          coverages: [{ coverage: 'building', limit: usd(250_000), deductible: usd(1_000) }],
        })),
        assessments: batch.map(({ claimId }) => ({
          claimId,
          findings: [{ coverage: 'building', damage: usd(39_000) }],
        })),
        documents: batch.map(({ claimId }) => ({ claimId })),
      }),
    });
    if (!answer.ok) throw new Error(`the services refused the seed with ${answer.status}: ${await answer.text()}`);
  }
}

function report(): void {
  const [ours, control] = variants.map(({ name }) => medians(figures.get(name) ?? []));
  if (!ours || !control) return;
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  if (values.json) {
    console.log(JSON.stringify({ machine, count: COUNT, rounds: ROUNDS, throughline: ours, control }));
    return;
  }
  const row = (label: string, pick: (f: Figures) => number, digits: number) =>
    `| ${label} | ${pick(ours).toFixed(digits)} | ${pick(control).toFixed(digits)} | ${(pick(ours) / pick(control)).toFixed(2)} |`;
  console.log(
    [
      `Medians of ${ROUNDS} interleaved rounds of ${COUNT} claims, ${values.concurrency} at a time; ${machine}; ${new Date().toISOString().slice(0, 10)}.`,
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
  const median = (pick: (f: Figures) => number) => {
    const sorted = rounds.map(pick).sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1
      ? (sorted[middle] ?? NaN)
      : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
  };
  return {
    claimsPerSecond: median((f) => f.claimsPerSecond),
    workerCpuMsPerClaim: median((f) => f.workerCpuMsPerClaim),
    eventsPerClaim: median((f) => f.eventsPerClaim),
    bytesPerClaim: median((f) => f.bytesPerClaim),
  };
}

function start(module: string, env: Record<string, string>): ChildProcess {
  const worker = spawn(process.execPath, [fileURLToPath(new URL(module, import.meta.url))], {
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  worker.stdout?.resume();
  return worker;
}

/** User and system time of a process so far, from the kernel's own account. */
function cpuMs(worker: ChildProcess): number {
  const stat = readFileSync(`/proc/${worker.pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds().catch(() => false)) return;
    await pause(100);
  }
  throw new Error('the worker was not ready within a minute');
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}, or run this as \`npm run bench -- claims\`, which sets up everything`);
  return value;
}
