/** What goes wrong on purpose: through the API, by the command line, and for as long as a run takes. On real services. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { faultCommand } from '../../cli/fault.js';
import { during, weatherOf } from '../../cli/simulate/weather.js';
import { FaultsClient, type FaultsView } from '../../client/faults.js';
import { GatewayClient } from '../../client/gateway.js';
import { DEFAULT_FAULTS } from '../../events/faults.js';
import { Stage } from '../services/support.js';
import { bearer, tokenFor } from '../support/tokens.js';
import { listening } from './stage.js';

let stage: Stage;
let app: NestFastifyApplication;
let url: string;
let switches: FaultsClient;
beforeAll(async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', inject('temporalAddress'));
  stage = await Stage.set({ THROUGHLINE_FAULTS: 'allowed', THROUGHLINE_SERVICES: 'payments,shipping' });
  app = await listening(stage.database.url, { servicesUrl: stage.url });
  url = await app.getUrl();
  switches = new FaultsClient(new GatewayClient(url, () => tokenFor('ada', ['admin'])));
  vi.stubEnv('THROUGHLINE_GATEWAY_URL', url);
  vi.stubEnv('THROUGHLINE_DEVELOPMENT_KEY', inject('developmentKey'));
});
afterAll(async () => {
  await app.close();
  vi.unstubAllEnvs();
  await stage.strike();
});
afterEach(() => switches.clear());

/** What is set, without how often it struck. */
const set = async () => (await switches.list()).faults.map(({ struck: _, ...one }) => one);

/** Services that take no faults, at the same address, while something is tried. */
async function whileRefused(attempt: () => Promise<void>): Promise<void> {
  const port = Number(new URL(stage.url).port);
  await stage.stop();
  await stage.start({ faults: false, port });
  try {
    await attempt();
  } finally {
    await stage.stop();
    await stage.start({ faults: true, port });
  }
}

describe('the API', () => {
  async function ask(role: string, method: string, query = '', body?: object) {
    const response = await fetch(`${url}/api/faults${query}`, {
      method,
      headers: { ...(await bearer(role, [role])), ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }
  const late = { service: 'payments', operation: 'captureCard', kind: 'latency', rate: 0.5, ms: 10 };

  it('lets administrators set and clear, others look, and keeps a record of both', async () => {
    expect(await ask('admin', 'PUT', '', { seed: 7, faults: [late] })).toEqual({
      status: 200,
      body: { allowed: true, seed: 7, faults: [{ ...late, struck: 0 }], badDay: expect.any(Array) as unknown },
    });
    for (const role of ['viewer', 'supervisor']) {
      expect((await ask(role, 'GET')).body).toMatchObject({ faults: [late] });
      expect(await ask(role, 'PUT', '', { faults: [late] })).toMatchObject({ status: 403 });
      expect(await ask(role, 'DELETE')).toMatchObject({ status: 403 });
    }
    expect((await ask('admin', 'DELETE', '?service=payments&operation=refund')).body['faults']).toHaveLength(1);
    expect((await ask('admin', 'DELETE', '?service=payments&kind=latency')).body['faults']).toEqual([]);
    const { rows } = await stage.sql.query<{ what: string }>(
      `SELECT concat_ws(' ', actor, method, decision, status) AS what FROM throughline.audit WHERE route = '/api/faults' ORDER BY id`,
    );
    const told = rows.map(({ what }) => what);
    expect(told.filter((what) => what.startsWith('admin'))).toEqual([
      'admin PUT allowed 200',
      'admin DELETE allowed 200',
      'admin DELETE allowed 200',
    ]);
    expect(told).toEqual(expect.arrayContaining(['viewer PUT refused 403', 'supervisor DELETE refused 403']));
  });

  it.each([
    ['a service that is none', [{ ...late, service: 'paiments' }], 422, /ServiceNotHere$/, /payments, shipping/],
    ['an operation that is none', [{ ...late, operation: 'pay' }], 422, /OperationUnknown$/, /requestPayment/],
    ['both ways of how often', [{ ...late, next: 1 }], 422, /InvalidMessage$/, /give either rate or next/],
  ])('refuses %s', async (_, faults, status, type, detail) => {
    const refused = await ask('admin', 'PUT', '', { faults });
    expect(refused).toMatchObject({ status, body: { type: expect.stringMatching(type) as string } });
    expect(refused.body['detail']).toMatch(detail);
    expect(await set()).toEqual([]);
  });

  it('says how to allow them where the services take none, and what to do where they are away', async () => {
    await whileRefused(async () => {
      expect(await ask('viewer', 'GET')).toMatchObject({ status: 200, body: { allowed: false, faults: [] } });
      for (const refused of [await ask('admin', 'PUT', '', { faults: [] }), await ask('admin', 'DELETE')]) {
        expect(refused).toMatchObject({ status: 409, body: { title: 'Faults Not Allowed' } });
        expect(refused.body['detail']).toMatch(/THROUGHLINE_FAULTS is not "allowed".*never where real entities are/);
      }
      await stage.stop();
      const away = await ask('viewer', 'GET');
      expect(away).toMatchObject({ status: 503, body: { title: 'Services Unreachable' } });
      expect(away.body['detail']).toMatch(/ECONNREFUSED.*start them, or correct THROUGHLINE_SERVICES_URL/);
    });
  });
});

describe('the command', () => {
  /** Runs it and returns what it printed. @throws as the command does; it then printed its help and reason */
  async function fault(...args: string[]): Promise<string> {
    const program = new Command('throughline').option('--state-dir <folder>').addCommand(faultCommand());
    const silence = { writeErr: () => undefined, writeOut: () => undefined };
    const everyCommand = (command: Command): void => {
      command.exitOverride().configureOutput(silence);
      command.commands.forEach(everyCommand);
    };
    everyCommand(program);
    let out = '';
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    try {
      await program.parseAsync(['fault', ...args], { from: 'user' });
    } finally {
      write.mockRestore();
    }
    return out;
  }
  const view = async (): Promise<FaultsView['faults']> =>
    (JSON.parse(await fault('list', '--json')) as FaultsView).faults;

  it('sets a share, a percentage, a number of times and a duration', async () => {
    await fault('set', 'payments', 'answer-lost=0.1', 'unavailable=5%', 'latency=next:3:1.5s');
    expect(await view()).toEqual([
      { service: 'payments', kind: 'answerLost', rate: 0.1, struck: 0 },
      { service: 'payments', kind: 'latency', next: 3, ms: 1_500, struck: 0 },
      { service: 'payments', kind: 'unavailable', rate: 0.05, struck: 0 },
    ]);
  });

  it('sets one operation, a seed, all services and a bad day', async () => {
    await fault('set', 'shipping', 'callback-lost=next:1', '--operation', 'delivered');
    const told = await fault('set', 'all', 'default', '--seed', '7', '--json');
    expect(JSON.parse(told)).toMatchObject({ seed: 7 });
    const faults = await view();
    expect(faults.find(({ service }) => service === 'shipping')).toMatchObject({ operation: 'delivered', next: 1 });
    expect(faults.filter(({ service }) => service === '*').map(({ kind, rate }) => [kind, rate])).toEqual([
      ['answerLost', 0.1],
      ['callbackDuplicated', 0.1],
      ['callbackLost', 0.05],
      ['declined', 0.02],
      ['unavailable', 0.05],
    ]);
  });

  it.each([
    [['payments', 'rain=0.1'], /"rain" is no fault; use latency, unavailable, declined, answer-lost/],
    [
      ['payments', 'answer-lost'],
      /does not say how often; write answer-lost=0.1, answer-lost=10% or answer-lost=next:3\./,
    ],
    [['payments', 'latency=2'], /does not say how often.*latency=0.1:2s/],
    [['payments', 'declined=0.1:2s'], /declined takes no time; write declined=0.1/],
    [['payments', 'latency=0.1', '--seed', 'x'], /Give a whole number from 0/],
    [['payments'], /missing required argument 'fault'/],
    [['paiments', 'latency=0.1'], /service is paiments: this process runs payments, shipping/],
    [['payments', 'latency=1', '--operation', 'pay'], /operation is pay: latency at payments strikes requestPayment/],
  ])('says what is wrong with set %j', async (args, reason) => {
    await expect(fault('set', ...args)).rejects.toThrow(reason);
    expect(await view()).toEqual([]);
  });

  it('lists what is set, as a table, and in words where nothing is or can be', async () => {
    expect(await fault('list')).toBe('no fault switch is set\n');
    await fault('set', 'payments', 'latency=next:2:50ms', '--operation', 'captureCard');
    await fault('set', 'all', 'answer-lost=0.125', '--seed', '3');
    expect((await fault('list')).split('\n')).toEqual([
      'service\toperation\tfault\thow often\ttakes\tstruck',
      'all\tall\tanswer-lost\t12.5 %\t\t0',
      'payments\tcaptureCard\tlatency\tthe next 2\t50 ms\t0',
      'seed 3',
      '',
    ]);
    await whileRefused(async () => {
      expect(await fault('list')).toMatch(/^none can be set: THROUGHLINE_FAULTS is not "allowed"/);
    });
  });

  it('clears by service, kind and operation', async () => {
    await fault('set', 'payments', 'latency=0.1', 'declined=0.1');
    await fault('set', 'payments', 'declined=0.2', '--operation', 'captureCard');
    await fault('set', 'all', 'latency=0.1');
    await fault('clear', 'payments', 'declined', '--operation', 'captureCard');
    await fault('clear', 'all');
    expect((await view()).map(({ kind, operation }) => [kind, operation])).toEqual([
      ['declined', undefined],
      ['latency', undefined],
    ]);
    await fault('clear', 'payments', 'latency');
    expect((await view()).map(({ kind }) => kind)).toEqual(['declined']);
    await expect(fault('clear', 'payments', 'rain')).rejects.toThrow(/"rain" is no fault/);
  });

  it('says what to do where nobody answers', async () => {
    vi.stubEnv('THROUGHLINE_GATEWAY_URL', 'http://127.0.0.1:1');
    try {
      await expect(fault('list')).rejects.toThrow(/gateway cannot be reached \(http:\/\/127.0.0.1:1: .*start it/);
    } finally {
      vi.stubEnv('THROUGHLINE_GATEWAY_URL', url);
    }
  });
});

describe('those of a run', () => {
  it('are those of a bad day, of all services, with the seed of the run', async () => {
    const seen = await during(DEFAULT_FAULTS, 42, switches, () => switches.list());
    expect(seen.seed).toBe(42);
    expect(seen.faults).toHaveLength(DEFAULT_FAULTS.length);
    expect(seen.faults).toEqual(
      expect.arrayContaining(DEFAULT_FAULTS.map((fault) => ({ ...fault, service: '*', struck: 0 }))),
    );
    expect(await set()).toEqual([]);
  });

  it('are off again where the run fails, and what was set before is as it was', async () => {
    const before = [
      { service: '*', kind: 'unavailable', rate: 0.5 },
      { service: 'payments', kind: 'declined', rate: 1 },
    ] as const;
    await switches.set(before);
    const failing = during(DEFAULT_FAULTS, 1, switches, () => Promise.reject(new Error('it broke')));
    await expect(failing).rejects.toThrow('it broke');
    expect(await set()).toEqual(expect.arrayContaining([...before]));
    expect(await set()).toHaveLength(before.length);
  });

  it('are refused with what can be done where the services take none, before anything runs', async () => {
    await whileRefused(async () => {
      let ran = false;
      const refused = during(DEFAULT_FAULTS, 1, switches, async () => void (ran = true));
      await expect(refused).rejects.toThrow(/THROUGHLINE_FAULTS.*or run with --faults none/);
      expect(ran).toBe(false);
      await expect(during([], 1, switches, async () => 'runs')).resolves.toBe('runs');
    });
  });

  it('are typed as a bad day, as none, or as "fault set" takes them', () => {
    expect(weatherOf('default')).toBe(DEFAULT_FAULTS);
    expect(weatherOf('none')).toEqual([]);
    expect(weatherOf('answer-lost=0.2, callback-late=10%:2s')).toEqual([
      { kind: 'answerLost', rate: 0.2 },
      { kind: 'callbackLate', rate: 0.1, ms: 2_000 },
    ]);
    expect(() => weatherOf('answer-lost=0.2,answer-lost=0.3')).toThrow('each fault once');
    expect(() => weatherOf('rain')).toThrow('is no fault');
  });
});
