/** Callbacks: at once, at least once, until the gateway has said yes or a final no, across any end of the process. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { eventually } from '../support/eventually.js';
import { SECRET, Stage } from './support.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterEach(() => {
  stage.gateway.answer = () => 202;
  expect(stage.gateway.forged).toEqual([]);
});
afterAll(async () => {
  await stage.strike();
});

const screen = async (claimId: string, url = stage.url): Promise<void> => {
  const response = await fetch(`${url}/fraud/screens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `claim/${claimId}/fraud/1` },
    body: JSON.stringify({
      claimId,
      policyNumber: 'POL-1',
      dateOfLoss: '2012-10-29',
      inceptionDate: '2001-05-01',
      callback: { reference: `claim/${claimId}` },
    }),
  });
  expect(response.status).toBe(202);
};
const got = (claimId: string, n = 1) =>
  eventually(
    () => stage.gateway.to(`claim/${claimId}`),
    (all) => all.length >= n,
  );
const row = async (claimId: string) =>
  (
    await stage.sql.query<{ status: string; failures: number; last_status: number | null }>(
      'SELECT status, failures, last_status FROM svc_fraud.callback WHERE subject = $1',
      [`claim/${claimId}`],
    )
  ).rows[0];

it('go out within milliseconds of the commit and are noted as delivered', async () => {
  await screen('FAST-0'); // opens the connections
  await got('FAST-0');
  const startedMs = Date.now();
  await screen('FAST-1');
  const [callback] = await got('FAST-1');
  // A few milliseconds on a quiet machine; left to the poll it would be the lease's ten seconds.
  expect((callback?.atMs ?? Infinity) - startedMs).toBeLessThan(1_000);
  await eventually(
    () => row('FAST-1'),
    (now) => now?.status === 'delivered',
  );
  await sleep(700); // longer than the poll
  expect(stage.gateway.to('claim/FAST-1')).toHaveLength(1);
});

it('are repeated, as the same event, until the gateway takes them', async () => {
  const statuses = [503, 500, 401, 202];
  stage.gateway.answer = (_, { event }) => (event.subject === 'claim/RETRY-1' ? (statuses.shift() ?? 418) : 202);
  await screen('RETRY-1');
  const callbacks = await got('RETRY-1', 4);
  expect(new Set(callbacks.map(({ event }) => JSON.stringify(event))).size).toBe(1);
  await eventually(
    () => row('RETRY-1'),
    (now) => now?.status === 'delivered',
  );
  expect((await row('RETRY-1'))?.failures).toBe(3);
});

it.each([404, 409, 410, 422])('end at a refusal %i, which is kept', async (status) => {
  stage.gateway.answer = () => status;
  await screen(`REFUSED-${status}`);
  await eventually(
    () => row(`REFUSED-${status}`),
    (now) => now?.status === 'refused',
  );
  expect(await row(`REFUSED-${status}`)).toMatchObject({ last_status: status, failures: 0 });
  await sleep(700);
  expect(stage.gateway.to(`claim/REFUSED-${status}`)).toHaveLength(1);
});

it('do not hold up others that go through', async () => {
  stage.gateway.answer = (_, { event }) => (event.subject.startsWith('claim/STUCK') ? 503 : 202);
  await Promise.all(Array.from({ length: 40 }, (_, i) => screen(`STUCK-${i}`)));
  const startedMs = Date.now();
  await screen('PASS-1');
  await got('PASS-1');
  expect(Date.now() - startedMs).toBeLessThan(2_000);
});

it('wait for their delay', async () => {
  await stage.stop();
  await stage.start({ callbackDelayMs: 600 });
  const startedMs = Date.now();
  await screen('SLOW-1');
  const [callback] = await got('SLOW-1');
  expect((callback?.atMs ?? 0) - startedMs).toBeGreaterThanOrEqual(600);
  await stage.stop();
  await stage.start();
});

it('survive a stop while the gateway is away', async () => {
  await stage.stop();
  await stage.start({ gatewayUrl: 'http://127.0.0.1:1' });
  await screen('AWAY-1');
  await eventually(
    () => row('AWAY-1'),
    (now) => (now?.failures ?? 0) >= 2,
  );
  await stage.stop();
  await stage.start();
  await got('AWAY-1');
  await eventually(
    () => row('AWAY-1'),
    (now) => now?.status === 'delivered',
  );
});

it('are shared by two processes without loss', async () => {
  stage.gateway.answer = (n) => (n % 3 === 0 ? 503 : 202);
  const second = new Stage();
  await second.start(stage.config);
  try {
    const claims = Array.from({ length: 120 }, (_, i) => `TWO-${i}`);
    await Promise.all(claims.map((claimId, i) => screen(claimId, i % 2 === 0 ? stage.url : second.url)));
    await eventually(
      () => stage.count('svc_fraud.callback', "subject LIKE 'claim/TWO-%' AND status = 'delivered'"),
      (n) => n === claims.length,
    );
  } finally {
    await second.stop();
  }
});

// The built process, so that it can really be killed.
const main = fileURLToPath(new URL('../../dist/services/main.js', import.meta.url));
describe.skipIf(!existsSync(main))('kill -9', () => {
  const children: ChildProcess[] = [];
  afterAll(() => children.forEach((child) => child.kill('SIGKILL')));

  const launch = async (port: number): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [main], {
      stdio: 'ignore',
      env: {
        ...process.env,
        DATABASE_URL: stage.config.databaseUrl,
        HOST: '127.0.0.1',
        PORT: String(port),
        THROUGHLINE_GATEWAY_URL: stage.config.gatewayUrl,
        THROUGHLINE_CALLBACK_SECRET: SECRET,
      },
    });
    children.push(child);
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    return child;
  };
  const ended = (child: ChildProcess) =>
    new Promise<number | null>((resolve) => child.once('exit', (exitCode) => resolve(exitCode)));

  it('between commit and delivery loses no callback; SIGTERM ends with exit code 0', async () => {
    await stage.stop();
    const [port = 0] = await freePorts(1);
    let open = false;
    stage.gateway.answer = () => (open ? 202 : 503);

    const claims = Array.from({ length: 60 }, (_, i) => `KILL-${i}`);
    const first = await launch(port);
    const calls = Promise.allSettled(claims.map((claimId) => screen(claimId, `http://127.0.0.1:${port}`)));
    await eventually(
      () => stage.count('svc_fraud.screen', "claim_id LIKE 'KILL-%'"),
      (n) => n > 5,
    );
    const end = ended(first);
    first.kill('SIGKILL');
    await Promise.all([end, calls]);

    open = true;
    const second = await launch(port);
    // The callers repeat what they got no answer to, under the same key.
    await Promise.all(claims.map((claimId) => screen(claimId, `http://127.0.0.1:${port}`)));
    await eventually(
      () => stage.count('svc_fraud.callback', "subject LIKE 'claim/KILL-%' AND status = 'delivered'"),
      (n) => n === claims.length,
      30_000,
    );
    expect(await stage.count('svc_fraud.callback', "subject LIKE 'claim/KILL-%'")).toBe(claims.length);
    for (const claimId of claims) {
      const ids = stage.gateway.to(`claim/${claimId}`).map(({ event }) => event.id);
      expect(new Set(ids).size).toBe(1);
    }
    const exit = ended(second);
    second.kill('SIGTERM');
    expect(await exit).toBe(0);
  });
});
