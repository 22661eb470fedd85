/** The storm's arrivals, and how its backlog is counted. */
import { describe, expect, test } from 'vitest';
import { dayAt, stormOf } from '../../../cli/simulate/arrivals.js';
import { backlogOf, lineOf, reportOf, snapshotOf, summaryOf } from '../../../cli/simulate/backlog.js';
import { simulate } from '../../../cli/simulate/simulation.js';
import { Patience } from '../../../cli/intake/patience.js';
import type { EntitySummary } from '../../../client/views.js';
import { row } from '../../intake/samples.js';

const DAY_MS = 86_400_000;
const on = (dateOfLoss: string, line: number) => row({ dateOfLoss, line, id: `r${line}` });

describe('a storm', () => {
  const rows = [
    on('2012-10-30', 4),
    on('2012-10-29', 2),
    on('2012-10-29', 1),
    on('2012-10-31', 5),
    on('2012-10-29', 3),
  ];

  test('comes in on the days of the losses, each day spread evenly', () => {
    const storm = stormOf(rows);
    expect(storm.firstDay).toBe('2012-10-29');
    expect(storm.arrivals.map(({ row: { line }, atMs }) => [line, atMs / DAY_MS])).toEqual([
      [1, 0],
      [2, expect.closeTo(1 / 3)],
      [3, expect.closeTo(2 / 3)],
      [4, 1],
      [5, 2],
    ]);
    expect(dayAt(storm, 2.5 * DAY_MS)).toBe('2012-10-31');
  });

  test('keeps its shape where only some of its claims are taken, and exactly as many as asked', () => {
    const many = Array.from({ length: 100 }, (_, i) => on(i < 80 ? '2012-10-29' : '2012-10-30', i));
    const taken = stormOf(many, 10).arrivals.map(({ row: { dateOfLoss } }) => dateOfLoss);
    expect(taken.filter((day) => day === '2012-10-29')).toHaveLength(8);
    expect(taken).toHaveLength(10);
    expect(stormOf(many, 1_000).arrivals).toHaveLength(100);
  });

  test('needs a claim', () => {
    expect(() => stormOf([])).toThrow('no claim of the file belongs to the storm');
  });
});

const claim = (id: string, state: string, more: Partial<EntitySummary> = {}) =>
  [id, { id, state, closed: false, ...more } as EntitySummary] as const;

describe('its backlog', () => {
  const claims = new Map([
    claim('a', 'AwaitingAssessment'),
    claim('b', 'AwaitingAssessment'),
    claim('c', 'Closed', {
      closed: true,
      amounts: { currency: 'USD', reserved: 0, approved: 900, paid: 900, open: 0 },
    }),
  ]);
  const peak = snapshotOf('2012-10-29', 6, ['a', 'b', 'c', 'd'], claims);

  test('counts what waits, where the open ones are, and what was paid', () => {
    expect(peak).toEqual({
      day: '2012-10-29',
      arrived: 6,
      waiting: 2,
      states: { AwaitingAssessment: 2, Submitted: 1 },
      closed: 1,
      paidMinor: 900,
    });
    expect(backlogOf(peak)).toBe(5);
    expect(lineOf(peak, 10, 4)).toBe(
      '2012-10-29 ██··     5 open, 1 closed: 2 not yet taken, 2 AwaitingAssessment, 1 Submitted',
    );
  });

  test('is written down with a column for each state', () => {
    const [head = '', line = ''] = reportOf([peak]).split('\n');
    const cells = Object.fromEntries(head.split(',').map((name, i) => [name, line.split(',')[i]]));
    expect(cells).toMatchObject({
      arrived: '6',
      waiting: '2',
      AwaitingAssessment: '2',
      RepairInProgress: '0',
      paid: '9.00',
    });
  });

  test('is summed up by its peak and the day on which a tenth of it was left', () => {
    const drained = { ...peak, day: '2012-11-20', waiting: 0, states: {}, closed: 6 };
    expect(summaryOf([peak, drained])).toMatchObject({
      claims: 6,
      peak: { backlog: 5, day: '2012-10-29' },
      drainedOn: '2012-11-20',
      closed: 6,
    });
    expect(summaryOf([peak])).not.toHaveProperty('drainedOn');
  });
});

describe('a simulation that is stopped', () => {
  test('lets nothing more come in, counts what has, and gives the everyday adjusters their work back', async () => {
    const stop = new AbortController();
    const submitted: string[] = [];
    const rosters: { readonly id: string; readonly capacity: number }[][] = [];
    // The last one would come in three years later.
    const storm = stormOf([on('2012-10-29', 1), on('2012-10-29', 2), on('2015-10-29', 3)]);
    const snapshots = await simulate(
      {
        storm,
        adjusters: { count: 2, capacity: 4, inspectionDays: 1 },
        run: 'r',
        dayMs: 1,
        concurrency: 1,
        mostDays: 1,
      },
      {
        patience: new Patience(1_000, () => undefined),
        stop: stop.signal,
        seed: ({ adjusters }) => {
          if (adjusters) rosters.push([...adjusters] as (typeof rosters)[number]);
          return Promise.resolve();
        },
        submit: ({ claimId }) => {
          submitted.push(claimId);
          if (submitted.length === 2) stop.abort();
          return Promise.resolve();
        },
        lookup: () => Promise.resolve([]),
        counted: () => undefined,
      },
    );
    expect(submitted).toHaveLength(2);
    expect(snapshots.at(-1)).toMatchObject({ arrived: 2, waiting: 0, states: { Submitted: 2 } });
    const ofStorm = ({ id }: { readonly id: string }) => id.startsWith('SIM-r-');
    const working = rosters.map((roster) => roster.filter(({ capacity }) => capacity > 0));
    expect(working.map((roster) => roster.length)).toEqual([2, 8]);
    expect(working.map((roster) => roster.every(ofStorm))).toEqual([true, false]);
    expect(working[1]?.some(ofStorm)).toBe(false);
  });
});
