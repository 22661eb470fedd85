/** The faults of a run, on real services: set while it runs, and afterwards as they were. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FaultsClient } from '../../cli/fault/faults-client.js';
import { during, weatherOf } from '../../cli/simulate/weather.js';
import { DEFAULT_FAULTS } from '../../events/faults.js';
import { Stage } from './support.js';

let stage: Stage;
let switches: FaultsClient;
beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_FAULTS: 'allowed', THROUGHLINE_SERVICES: 'payments,shipping' });
  switches = new FaultsClient(stage.url);
});
afterAll(() => stage.strike());
afterEach(() => switches.clear({}));

/** What is set, without how often it struck. */
const set = async () => (await switches.list()).faults.map(({ struck: _, ...one }) => one);

describe('faults of a run', () => {
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
    await stage.stop();
    await stage.start({ faults: false });
    let ran = false;
    const refused = during(DEFAULT_FAULTS, 1, new FaultsClient(stage.url), async () => void (ran = true));
    await expect(refused).rejects.toThrow(/THROUGHLINE_FAULTS.*or run with --faults none/);
    expect(ran).toBe(false);
    await expect(during([], 1, new FaultsClient(stage.url), async () => 'runs')).resolves.toBe('runs');
    await stage.stop();
    await stage.start({ faults: true });
    switches = new FaultsClient(stage.url);
  });
});

it('faults are typed as a bad day, as none, or as "fault set" takes them', () => {
  expect(weatherOf('default')).toBe(DEFAULT_FAULTS);
  expect(weatherOf('none')).toEqual([]);
  expect(weatherOf('answer-lost=0.2, callback-late=10%:2s')).toEqual([
    { kind: 'answerLost', rate: 0.2 },
    { kind: 'callbackLate', rate: 0.1, ms: 2_000 },
  ]);
  expect(() => weatherOf('answer-lost=0.2,answer-lost=0.3')).toThrow('each fault once');
  expect(() => weatherOf('rain')).toThrow('is no fault');
});
