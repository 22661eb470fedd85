/** Which catastrophe met a loss: the same answer for a new claim and, in SQL, for one on record. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catastropheOf, KnownCatastrophes, met, type OpenCatastrophe } from '../../client/catastrophe-routing.js';
import { Unreachable } from '../../client/errors.js';
import { attachable, attachableClaims, type Catastrophe } from '../../records/catastrophes.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { setStage, type Stage } from '../gateway/stage.js';
import { begun, lossOf, sandy } from './declared.js';

const declared = (changes: Partial<OpenCatastrophe> = {}): OpenCatastrophe => ({
  ...sandy(),
  zips: [],
  rate: null,
  ...changes,
});

describe('a loss', () => {
  it.each([
    ['on the first day', '2012-10-28', 'NY', '11693', [], true],
    ['on the last day', '2012-10-31', 'NJ', '07030', [], true],
    ['on the day before', '2012-10-27', 'NY', '11693', [], false],
    ['on the day after', '2012-11-01', 'NY', '11693', [], false],
    ['in another state', '2012-10-29', 'CT', '06840', [], false],
    ['in a ZIP code that is named', '2012-10-29', 'NY', '11692', ['11692', '116*'], true],
    ['in one that begins as named', '2012-10-29', 'NY', '11693', ['11692', '116*'], true],
    ['in one that is not named', '2012-10-29', 'NY', '11793', ['11692', '116*'], false],
    ['in one that only begins with a whole one', '2012-10-29', 'NY', '11693', ['11692'], false],
    ['of a named ZIP code, in another state', '2012-10-29', 'PA', '11692', ['11692'], false],
    ['without ZIP code, where all of the state counts', '2012-10-29', 'NY', '', [], true],
    ['without ZIP code, where ZIP codes count', '2012-10-29', 'NY', '', ['1*', '11692'], false],
  ])('%s', (_, date, state, zip, zips, expected) => {
    expect(met(declared({ zips }), { date, state, zip })).toBe(expected);
  });
});

describe('a claim', () => {
  const storm = declared();
  const tide = declared({ code: 'TIDE', name: 'Spring tide', zips: ['116*'] });

  it('belongs to the first declared of those that met it', () => {
    const loss = lossOf('2012-10-29', 'NY', '11693');
    expect(catastropheOf([tide, storm], loss)).toBe(tide);
    expect(catastropheOf([storm, tide], loss)).toBe(storm);
    expect(catastropheOf([], loss)).toBeUndefined();
  });

  it('belongs to the one that it names, wherever it was, and to none where that is not declared', () => {
    const far = { ...lossOf('2013-01-01', 'TX', '77001'), catastrophe: 'Spring tide' };
    expect(catastropheOf([storm, tide], far)).toBe(tide);
    expect(catastropheOf([storm], { ...lossOf('2012-10-29', 'NY', '11693'), catastrophe: 'Irene' })).toBeUndefined();
  });

  it('that tells no loss belongs to none', () => {
    expect(catastropheOf([storm], { orderId: 'O-1' })).toBeUndefined();
  });
});

describe('the open catastrophes', () => {
  it('are asked for once, also by many at a time, and are none while nobody answers', async () => {
    let asked = 0;
    const known = new KnownCatastrophes(async () => {
      asked += 1;
      return [declared()];
    });
    const answers = await Promise.all([known.open(), known.open(), known.open()]);
    expect(answers).toEqual([[declared()], [declared()], [declared()]]);
    expect(asked).toBe(1);
    const alone = new KnownCatastrophes(() => Promise.reject(new Unreachable('gateway', 'it is away')));
    expect(await alone.open()).toEqual([]);
  });

  it('are asked for again after a refusal, which is told', async () => {
    let asked = 0;
    const known = new KnownCatastrophes(async () => {
      if (++asked === 1) throw new Error('refused');
      return [];
    });
    await expect(known.open()).rejects.toThrow('refused');
    expect(await known.open()).toEqual([]);
  });
});

describe('claims on record', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage.close());

  it('are found by the same rule, page by page', async () => {
    const losses = ['2012-10-27', '2012-10-28', '2012-10-31', '2012-11-01'].flatMap((date) =>
      ['NY', 'NJ', 'CT'].flatMap((state) =>
        ['', '11692', '11693', '07030'].map((zip, i) => ({
          id: `CLM-${date}-${state}-${i}`,
          loss: { date, state, zip },
        })),
      ),
    );
    for (const { id, loss } of losses) {
      await stage.record({ id, lifecycleVersion: claimLifecycle.version }, [
        begun({ notice: lossOf(loss.date, loss.state, loss.zip, id) }),
      ]);
    }
    const pool = createPool(stage.database.url, { applicationName: 'test', max: 1 });
    const db = openDatabase(pool);
    const day = fc.constantFrom('2012-10-27', '2012-10-28', '2012-10-30', '2012-10-31', '2012-11-02');
    const areas = fc.record({
      from: day,
      to: day,
      states: fc.uniqueArray(fc.constantFrom('NY', 'NJ', 'CT', 'PA'), { minLength: 1 }),
      zips: fc.uniqueArray(fc.constantFrom('11692', '116*', '1*', '07030', '0703*', '99999'), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(areas, async (area) => {
        const catastrophe = { ...declared(area), bulletin: 'B-1' } as unknown as Catastrophe;
        const expected = losses.filter(({ loss }) => met(catastrophe, loss)).map(({ id }) => id);
        const found: string[] = [];
        for (let cursor: string | undefined; ;) {
          const page = await attachableClaims(db, catastrophe, { limit: 7, ...(cursor !== undefined && { cursor }) });
          found.push(...page.claims.map(({ id }) => id));
          if (page.next === undefined) break;
          cursor = page.next;
        }
        expect(found.toSorted()).toEqual(expected.toSorted());
        expect((await attachable(db, catastrophe)).count).toBe(expected.length);
      }),
      { numRuns: 60 },
    );
    await pool.end();
  });
});
