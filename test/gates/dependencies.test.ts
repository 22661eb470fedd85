/** Operators see, pause and resume dependencies: by HTTP, by the client, by the command line. */
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { SERVICE_ACTIVITIES } from '../../activities/activities.module.js';
import { DEPENDENCIES, nameOfTaskQueue } from '../../activities/dependencies.js';
import { healthSettings } from '../../activities/health/settings.js';
import { ServiceClient } from '../../activities/http.js';
import { dependencyCommand } from '../../cli/dependency.js';
import { DependenciesClient } from '../../client/dependencies.js';
import { GatewayClient, GatewayRefused, InvalidMessage } from '../../client/index.js';
import { trip } from '../../records/dependencies.js';
import { createPool, openDatabase } from '../../records/pool.js';
import type { Actor, Entry } from '../../workflows/lifecycle/entry.js';
import { setStage, submitted, type Stage } from '../gateway/stage.js';
import { Stage as ServiceStage } from '../services/support.js';
import { bearer } from '../support/tokens.js';

const ALICE: Actor = { kind: 'staff', id: 'alice', authenticated: 'token' };

let stage: Stage;
let dependencies: DependenciesClient;
beforeAll(async () => {
  stage = await setStage();
  dependencies = new DependenciesClient(new GatewayClient(stage.gatewayUrl), ALICE);
});
afterAll(() => stage.close());
afterEach(async () => {
  for (const name of DEPENDENCIES) await dependencies.resume(name, { reason: 'nextTest' });
});

const shown = async (name: string) => (await dependencies.list()).find((view) => view.name === name);

/** A claim that waits for payments. */
async function deferred(id: string): Promise<void> {
  const recordedAt = '2012-10-30T10:00:00.000Z';
  const deferral: Entry = {
    sequence: 2,
    kind: 'guard',
    recordedAt,
    causationId: 'activity:requestPayment',
    actor: { kind: 'service', id: 'payments', authenticated: 'temporal' },
    guard: { guard: 'dependency:payments', verdict: 'defer', reason: 'maintenance' },
    patch: {
      deferrals: { 'dependency:payments': { since: recordedAt, reason: 'maintenance', call: 'requestPayment' } },
    },
  };
  await stage.record({ id }, [submitted(), deferral]);
}

it('are those whose activities the fleet runs', () => {
  expect(DEPENDENCIES).toEqual(SERVICE_ACTIVITIES.map(({ taskQueue }) => nameOfTaskQueue(taskQueue)));
});

describe('client and gateway', () => {
  it('list every dependency, with who waits for it', async () => {
    await deferred('CLM-D1');
    await deferred('CLM-D2');
    const all = await dependencies.list();
    expect(all.map(({ name }) => name)).toEqual(DEPENDENCIES);
    expect(all.map(({ status }) => status)).toEqual(DEPENDENCIES.map(() => 'up'));
    expect(await shown('payments')).toMatchObject({ deferred: 2 });
    expect(await shown('fraud')).toEqual({ name: 'fraud', status: 'up', deferred: 0 });
  });

  it('pause and resume with a reason, once', async () => {
    const paused = await dependencies.pause('payments', { reason: 'maintenance', note: 'CHG-7' });
    expect(paused).toMatchObject({
      changed: true,
      dependency: { name: 'payments', status: 'paused', reason: 'maintenance', note: 'CHG-7', actor: ALICE },
    });
    const bob: Actor = { kind: 'staff', id: 'bob', authenticated: 'token' };
    expect(await dependencies.pause('payments', { reason: 'other', actor: bob })).toEqual({
      ...paused,
      changed: false,
    });
    const resumed = await dependencies.resume('payments', { reason: 'done', actor: bob });
    expect(resumed).toMatchObject({ changed: true, dependency: { status: 'up', reason: 'done', actor: bob } });
    expect(resumed.dependency).not.toHaveProperty('note');
    expect(await dependencies.resume('payments', { reason: 'again' })).toEqual({ ...resumed, changed: false });
  });

  it('show what failed last, and resume also what failed by itself', async () => {
    const pool = createPool(stage.database.url, { applicationName: 'test', max: 1 });
    const lastFailure = { type: 'ServiceUnavailable', message: 'the fraud service answered 503' };
    await trip(openDatabase(pool), { name: 'fraud', reason: 'repeatedFailures', lastFailure });
    await pool.end();
    expect(await shown('fraud')).toMatchObject({ status: 'failing', reason: 'repeatedFailures', lastFailure });
    expect(await dependencies.resume('fraud', { reason: 'checked' })).toMatchObject({
      changed: true,
      dependency: { status: 'up' },
    });
    expect(await shown('fraud')).not.toHaveProperty('lastFailure');
  });

  it('name what is known where a name is not, and what is wrong with a change', async () => {
    const unknown = await dependencies.pause('parcels', { reason: 'x' }).catch((err: unknown) => err);
    expect(unknown).toBeInstanceOf(GatewayRefused);
    expect(unknown).toMatchObject({ status: 404, code: 'UnknownDependency' });
    expect((unknown as Error).message).toBe(`there is no dependency "parcels"; use ${DEPENDENCIES.join(', ')}`);
    const wrong = await dependencies.pause('fraud', { reason: 'because of Jane' }).catch((err: unknown) => err);
    expect(wrong).toBeInstanceOf(InvalidMessage);
    expect((wrong as InvalidMessage).issues).toMatchObject([{ field: 'reason' }]);
  });

  it('are from the one whose token it is, and from nobody else', async () => {
    const post = async (body: object) => {
      const response = await fetch(`${stage.gatewayUrl}/api/dependencies/fraud/pause`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(await bearer('alice', ['operator'])) },
        body: JSON.stringify(body),
      });
      return { status: response.status, body: await response.json() };
    };
    expect(await post({ reason: 'x', actor: { kind: 'staff', id: 'mallory', authenticated: 'token' } })).toMatchObject({
      status: 403,
      body: { type: 'urn:throughline:problem:ForeignActor', detail: expect.stringContaining('the token is of alice') },
    });
    expect(await shown('fraud')).toMatchObject({ status: 'up' });
    expect(await post({ reason: 'x', actor: { kind: 'staff', id: 'alice', onBehalfOf: 'bob' } })).toMatchObject({
      status: 200,
    });
    expect((await shown('fraud'))?.actor).toEqual({ ...ALICE, onBehalfOf: 'bob' });
  });
});

describe('the command', () => {
  /** What it prints; it throws what the person would be told. */
  async function throughline(...args: string[]): Promise<string> {
    let out = '';
    const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    vi.stubEnv('THROUGHLINE_GATEWAY_URL', stage.gatewayUrl);
    try {
      const program = new Command('throughline').option('--state-dir <folder>').addCommand(dependencyCommand());
      await program.parseAsync(['dependency', ...args], { from: 'user' });
    } finally {
      written.mockRestore();
      vi.unstubAllEnvs();
    }
    return out;
  }

  it('pauses, lists and resumes', async () => {
    await deferred('CLM-D3');
    const { deferred: waiting } = (await shown('payments')) ?? { deferred: 0 };
    expect(waiting).toBeGreaterThan(0);
    const pause = ['pause', 'payments', '--reason', 'maintenance', '--note', 'CHG-7', '--actor', 'carol'];
    expect(await throughline(...pause)).toBe('payments is paused\n');
    expect(await throughline(...pause)).toMatch(/^payments was paused already: since .*Z, maintenance, by carol\n$/);

    const [head, ...rows] = (await throughline('list')).trimEnd().split('\n');
    expect(head).toBe('name\tstatus\tsince\treason\tby\tentities waiting');
    expect(rows).toHaveLength(DEPENDENCIES.length);
    expect(rows.find((row) => row.startsWith('payments'))).toMatch(
      new RegExp(`^payments\tpaused\t\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d\tmaintenance\tcarol\t${waiting}$`),
    );
    const lines = (await throughline('list', '--json')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(await dependencies.list());

    const resume = ['resume', 'payments', '--reason', 'done', '--actor', 'carol'];
    expect(await throughline(...resume)).toBe(`payments is up again; ${waiting} waiting go on within seconds\n`);
    expect(await throughline(...resume)).toBe('payments was up already\n');
    expect(JSON.parse(await throughline(...resume, '--json'))).toMatchObject({ changed: false });
  });

  it('says which names there are', async () => {
    await expect(throughline('pause', 'parcels', '--reason', 'x')).rejects.toThrow(
      /there is no dependency "parcels"; use policy/,
    );
  });
});

describe('a service', () => {
  it('is ready where its process says so and runs it', async () => {
    const services = await ServiceStage.set({ THROUGHLINE_SERVICES: 'policy,fraud' });
    const client = new ServiceClient(services.url);
    const never = new AbortController().signal;
    try {
      expect(await client.ready('policy', never)).toBe(true);
      expect(await client.ready('payments', never)).toBe(false);
      await services.stop();
      expect(await client.ready('policy', never)).toBe(false);
    } finally {
      await services.strike();
    }
  });
});

describe('settings', () => {
  it('have defaults, and name what is wrong', () => {
    expect(healthSettings({})).toEqual({ breakerFailures: 20, resumesPerSecond: 50 });
    expect(healthSettings({ THROUGHLINE_BREAKER_FAILURES: '0', THROUGHLINE_RESUMES_PER_SECOND: '5' })).toEqual({
      breakerFailures: 0,
      resumesPerSecond: 5,
    });
    expect(() => healthSettings({ THROUGHLINE_BREAKER_FAILURES: '', THROUGHLINE_RESUMES_PER_SECOND: '0' })).toThrow(
      'THROUGHLINE_BREAKER_FAILURES is "": set it to a whole number from 0 to 10000, or leave it out; ' +
        'THROUGHLINE_RESUMES_PER_SECOND is "0": set it to a whole number from 1 to 1000, or leave it out',
    );
  });
});
