/** `throughline fault`, on real services. */
import { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { faultCommand } from '../../cli/fault.js';
import type { FaultsView } from '../../events/faults.js';
import { Stage } from './support.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_FAULTS: 'allowed', THROUGHLINE_SERVICES: 'payments,shipping' });
  vi.stubEnv('THROUGHLINE_SERVICES_URL', stage.url);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await stage.strike();
});
afterEach(async () => {
  await fault('clear');
});

/** Runs the command and returns what it printed. @throws as the command does; it then printed its help and reason */
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

describe('set', () => {
  it('takes a share, a percentage, a number of times and a duration', async () => {
    await fault('set', 'payments', 'answer-lost=0.1', 'unavailable=5%', 'latency=next:3:1.5s');
    expect(await view()).toEqual([
      { service: 'payments', kind: 'answerLost', rate: 0.1, struck: 0 },
      { service: 'payments', kind: 'latency', next: 3, ms: 1_500, struck: 0 },
      { service: 'payments', kind: 'unavailable', rate: 0.05, struck: 0 },
    ]);
  });

  it('takes one operation, a seed, all services and a bad day', async () => {
    await fault('set', 'shipping', 'callback-lost=next:1', '--operation', 'delivered');
    const set = await fault('set', 'all', 'default', '--seed', '7', '--json');
    expect(JSON.parse(set)).toMatchObject({ seed: 7 });
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
    [['paiments', 'latency=0.1'], /the services refuse: service is paiments: this process runs payments, shipping/],
    [['payments', 'latency=1', '--operation', 'pay'], /operation is pay: latency at payments strikes requestPayment/],
  ])('says what is wrong with %j', async (args, reason) => {
    await expect(fault('set', ...args)).rejects.toThrow(reason);
    expect(await view()).toEqual([]);
  });
});

it('lists what is set, as a table and in words where nothing is', async () => {
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
  vi.stubEnv('THROUGHLINE_SERVICES_URL', 'http://127.0.0.1:1');
  try {
    await expect(fault('list')).rejects.toThrow(/at http:\/\/127.0.0.1:1 \(.*\); start them with npm start/);
  } finally {
    vi.stubEnv('THROUGHLINE_SERVICES_URL', stage.url);
  }
});
