/** Each kind of discrepancy is found, as that and nothing else; what is sound, or merely in flight, is not. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { KINDS } from '../../activities/reconciliation/kinds.js';
import { endUnseen, markTold, raiseFound, recordsTime, type Raised } from '../../records/reconciliation.js';
import { PAIRS, type Pair } from '../../workflows/reconciliation/pairs.js';
import { SOUND } from './blueprints.js';
import { Ground } from './ground.js';
import { PLANTS } from './plants.js';

const SERVICES = PAIRS.filter((pair): pair is Exclude<Pair, 'records-temporal'> => pair !== 'records-temporal');
const GRACE_MS = 60_000;

let ground: Ground;
let connection: Connection;
let client: Client;
beforeAll(async () => {
  ground = await Ground.prepare();
  connection = await Connection.connect({ address: inject('temporalAddress') });
  client = new Client({ connection });
  // Every kind twice, so that what is found once by chance does not pass.
  const kinds = Object.entries(PLANTS);
  await ground.plant([
    ...kinds.map(([kind, plant]) => plant(`A-${kind}`)),
    ...kinds.map(([kind, plant]) => plant(`B-${kind}`)),
    ...SOUND.map((sound) => sound(`S-${sound.name}`)),
  ]);
});
afterAll(async () => {
  await connection.close();
  await ground.clear();
});

const expected = Object.keys(PLANTS)
  .flatMap((kind) => [`A-${kind}`, `B-${kind}`].map((id) => ({ kind, id, state: 'open' })))
  .sort((a, b) => (a.kind + a.id < b.kind + b.id ? -1 : 1));

describe('a dry run', () => {
  it('finds everything, and changes nothing', async () => {
    const before = await ground.query('SELECT * FROM throughline.entity ORDER BY entity_id');
    const runs = await Promise.all(
      SERVICES.map((pair) => ground.run(pair, { dryRun: true, graceMs: GRACE_MS, client })),
    );
    const kinds = Object.assign({}, ...runs.map((run) => run.kinds)) as Record<string, number>;
    expect(kinds).toEqual(Object.fromEntries(Object.keys(PLANTS).map((kind) => [kind, 2])));
    expect(await ground.findings()).toEqual([]);
    expect(await ground.query('SELECT * FROM throughline.entity ORDER BY entity_id')).toEqual(before);
  });
});

describe('a run', () => {
  it('finds one of each kind for each that is planted, and none where both sides agree', async () => {
    for (const pair of SERVICES) await ground.run(pair, { graceMs: GRACE_MS, client });
    expect(await ground.findings()).toEqual(expected);
  });

  it('finds the same again as the same, with both sides on record', async () => {
    for (const pair of SERVICES) {
      expect(await ground.run(pair, { graceMs: GRACE_MS, client })).toMatchObject({ healed: 0 });
    }
    expect(await ground.findings()).toEqual(expected);
    const [twice] = await ground.query<{ evidence: unknown; occurrence: number }>(
      `SELECT evidence, occurrence FROM throughline.finding WHERE entity_id = 'A-charged-twice'`,
    );
    expect(twice).toMatchObject({
      occurrence: 1,
      evidence: {
        here: { ordinal: '1', captureId: 'CAP-A-charged-twice', part: 'Captured' },
        there: { captureId: 'CAP-A-charged-twice-2', amount: { minor: 2_000, currency: 'USD' } },
      },
    });
  });

  it('ends what is no longer true, and opens it again where it comes back', async () => {
    const set = (state: string) =>
      ground.query(`UPDATE svc_inventory.hold SET state = $1 WHERE order_id = 'A-hold-left'`, [state]);
    const find = async () => {
      await ground.run('orders-inventory', { graceMs: GRACE_MS, client });
      return ground.query(
        `SELECT state, occurrence, resolved_at IS NOT NULL AS ended FROM throughline.finding WHERE entity_id = 'A-hold-left'`,
      );
    };
    await set('released');
    expect(await find()).toEqual([{ state: 'gone', occurrence: 1, ended: true }]);
    await set('held');
    expect(await find()).toEqual([{ state: 'open', occurrence: 2, ended: false }]);
  });

  it('leaves alone what is merely in flight', async () => {
    const fresh = new Date().toISOString();
    const plants = Object.keys(PLANTS)
      .filter((kind) => kind.endsWith('-unknown') || kind.endsWith('-untold') || kind.endsWith('-left'))
      .map((kind) => {
        const plant = PLANTS[kind as keyof typeof PLANTS](`F-${kind}`);
        for (const rows of [
          plant.payments,
          plant.authorizations,
          plant.captures,
          plant.refunds,
          plant.holds,
          plant.shipments,
        ]) {
          for (const row of rows) row.changedAt = fresh;
        }
        return plant;
      });
    await ground.plant(plants);
    for (const pair of SERVICES) await ground.run(pair, { graceMs: GRACE_MS, client });
    expect(await ground.findings(`entity_id LIKE 'F-%'`)).toEqual([]);
    for (const pair of SERVICES) await ground.run(pair, { graceMs: 0, client });
    expect((await ground.findings(`entity_id LIKE 'F-%'`)).map(({ id }) => id)).toEqual(
      plants.map(({ id }) => id).sort(),
    );
  });
});

describe('a finding whose entity was told', () => {
  const about = {
    kind: 'shipment-untold',
    lifecycle: 'order',
    id: 'TOLD',
    key: 'SHP-TOLD',
    since: new Date().toISOString(),
  };
  const saying = (state: string) => ({ ...about, evidence: { here: {}, there: { state } } });
  const raise = async (state: string) => (await raiseFound(ground.db, 'orders-shipping', [saying(state)]))[0];
  const told = async (raised: Raised | undefined, patienceMs: number) => {
    await markTold(ground.db, [{ findingId: raised?.findingId ?? '', patienceMs }]);
    expect(await state()).toBe('healing');
  };
  const state = async () => (await ground.findings(`entity_id = 'TOLD'`))[0]?.state;
  const LONG_MS = 3_600_000;

  it('is told once, and again of newer news; if it does not listen five times in all, and then a person has to', async () => {
    const first = await raise('dispatched');
    expect(first).toMatchObject({ occurrence: 1, untold: true });
    await told(first, LONG_MS);
    expect(await raise('dispatched')).toMatchObject({ occurrence: 1, untold: false });
    for (let time = 1; time <= 5; time++) {
      const raised = await raise('delivered');
      expect(raised).toMatchObject({ occurrence: 1 + time, untold: true });
      await told(raised, -1);
    }
    expect(await raise('delivered')).toMatchObject({ occurrence: 6, untold: false });
    expect(await state()).toBe('open');
    const last = await raise('lost');
    expect(last).toMatchObject({ occurrence: 7, untold: true });
    await told(last, LONG_MS);
    await endUnseen(ground.db, 'orders-shipping', await recordsTime(ground.db));
    expect(await state()).toBe('healed');
  });
});

describe('a run that is cut off', () => {
  it('goes on from its last heartbeat, and has seen everything once', async () => {
    await ground.plant(Array.from({ length: 1_500 }, (_, i) => SOUND[3]?.(`T-${i}`) ?? SOUND[0]!(`T-${i}`)));
    const input = { pair: 'orders-payments', dryRun: true, from: {}, graceMs: GRACE_MS } as const;
    const whole = await ground.stretch(input, client);
    const beats: unknown[] = [];
    const cut = ground.stretch(input, client, (beat) => {
      beats.push(structuredClone(beat));
      if (beats.length === 2) void ground.services.stop();
    });
    await expect(cut).rejects.toThrow(/payments service cannot be reached/);
    await ground.services.start();
    expect(await ground.stretch(input, client, undefined, beats[1])).toEqual(whole);
  });
});

it('the documentation has a row for each kind', () => {
  const page = readFileSync('docs/reconciliation.md', 'utf8');
  expect(Object.keys(KINDS).filter((kind) => !page.includes(`| \`${kind}\``))).toEqual([]);
});
