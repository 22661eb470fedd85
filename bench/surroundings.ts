/** What the benchmarks share: the fleet they find, the claims they submit, the worker processes they start. */
import type { Client } from '@temporalio/client';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ClaimNotice } from '../workflows/claim/messages.js';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';

const SEED_BATCH = 100;
const WORKER_PORT = process.env['THROUGHLINE_BENCH_WORKER_PORT'] ?? '7237';

/**
 * A setting that `npm run bench` makes.
 * @throws Error when it is missing, with the remedy.
 */
export function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`set ${name}, or run this as \`npm run bench -- NAME\`, which sets up everything`);
  return value;
}

/** Machine, Temporal server and day in words, for reports. */
export function circumstances(): { readonly machine: string; readonly server: string; readonly date: string } {
  return {
    machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    server: `${process.env['THROUGHLINE_BENCH_SERVER'] ?? 'given'} Temporal server`,
    date: new Date().toISOString().slice(0, 10),
  };
}

/** A notice of a loss that the reference policy of the same number covers. */
export function noticeOf(claimId: string): ClaimNotice {
  return {
    claimId,
    policyNumber: claimId.replace('BENCH', 'POL'),
    dateOfLoss: '2012-10-29',
    causeOfLoss: '1',
    property: { state: 'NY', postalCode: '11693' },
  };
}

/**
 * Tells the reference services the claims' policies and, with `settled`, what lets each claim settle by itself: the adjuster's
 * findings and the documents. Without it the claims wait for an adjuster.
 */
export async function seed(notices: readonly ClaimNotice[], { settled }: { readonly settled: boolean }): Promise<void> {
  const usd = (dollars: number) => ({ minor: dollars * 100, currency: 'USD' });
  for (let i = 0; i < notices.length; i += SEED_BATCH) {
    const batch = notices.slice(i, i + SEED_BATCH);
    const evidence = {
      assessments: batch.map(({ claimId }) => ({ claimId, findings: [{ coverage: 'building', damage: usd(39_000) }] })),
      documents: batch.map(({ claimId }) => ({ claimId })),
    };
    const answer = await fetch(`${required('THROUGHLINE_SERVICES_URL')}/seed`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        policies: batch.map(({ policyNumber }) => ({
          policyNumber,
          inceptionDate: '2010-01-01',
          coverages: [{ coverage: 'building', limit: usd(250_000), deductible: usd(1_000) }],
        })),
        ...(settled && evidence),
      }),
    });
    if (!answer.ok) throw new Error(`the services refused the seed with ${answer.status}: ${await answer.text()}`);
  }
}

/** Makes sure that a child does not outlive this process, however that ends. */
export function endWithUs(child: ChildProcess): ChildProcess {
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

// Without a handler a signal ends the process before it could take its children along.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Starts a compiled program as a process of its own; the path is relative to this folder. Its standard output is piped. */
export function start(module: string, env: Readonly<Record<string, string>>): ChildProcess {
  const child = endWithUs(
    spawn(process.execPath, [fileURLToPath(new URL(module, import.meta.url))], {
      env: { ...process.env, LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  child.stdout?.resume();
  return child;
}

/**
 * Starts a worker process of the product and waits until it polls.
 * @param roles as in `THROUGHLINE_ROLES`.
 */
export async function startFleetWorker(roles: string): Promise<ChildProcess> {
  const worker = start('../workers/main.js', { PORT: WORKER_PORT, THROUGHLINE_ROLES: roles });
  const died = once(worker, 'exit').then(([code]) => {
    throw new Error(`the workers (${roles}) ended with exit code ${code} before they were ready; they say why above`);
  });
  const ready = async () => (await fetch(`http://127.0.0.1:${WORKER_PORT}/health/ready`)).ok;
  await Promise.race([until(`the workers (${roles}) are ready`, ready), died]);
  died.catch(() => undefined);
  return worker;
}

/**
 * Waits until the server takes workflows with the fleet's search attributes: the frontends of a real cluster read them some
 * seconds after a worker has registered them.
 */
export async function searchable(temporal: Client): Promise<void> {
  const { name } = searchAttributes.state;
  await until(`the server knows ${name}`, async () => (await temporal.workflow.count(`${name} = 'none'`)).count === 0);
}

/** Asks a process to end, and waits until it has. */
export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

/**
 * Waits until a condition holds; what it throws counts as "not yet".
 * @throws Error when it does not within two minutes, with the last thing that it threw.
 */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  let last: unknown;
  for (let tries = 0; tries < 1200; tries++) {
    try {
      if (await holds()) return;
      last = undefined;
    } catch (err) {
      last = err;
    }
    await pause(100);
  }
  const because = last === undefined ? '' : ` (last: ${last instanceof Error ? last.message : JSON.stringify(last)})`;
  throw new Error(`${what}: not within two minutes${because}`);
}
