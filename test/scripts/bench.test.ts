/** The pure parts of the benchmarks, and what their script refuses before it sets anything up. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { positiveNumber, wholeNumber } from '../../bench/options.js';
import { mean, median, percentile, slope } from '../../bench/statistics.js';
import { benchOptions } from '../../scripts/lib/bench-options.mjs';
import { runNode, scripts } from './support.js';

describe('statistics', () => {
  test('the slope of points on a line is the line’s, wherever it begins', () => {
    const line = [100, 200, 400].map((x) => ({ x, y: 5_000 + 42 * x }));
    expect(slope(line)).toBeCloseTo(42, 9);
    expect(slope([...line].reverse())).toBeCloseTo(42, 9);
  });

  test('the slope of scattered points is that of least squares', () => {
    // By hand, around the means 1 and 4/3: products 4/3 + 0 + 2/3, squares 1 + 0 + 1.
    const points = [0, 2, 2].map((y, x) => ({ x, y }));
    expect(slope(points)).toBeCloseTo(1, 9);
    // A point at the mean lifts the line and does not turn it.
    expect(slope([...points, { x: 1, y: 100 }])).toBeCloseTo(1, 9);
  });

  test.each([
    [[]],
    [[{ x: 1, y: 1 }]],
    [
      [
        { x: 3, y: 1 },
        { x: 3, y: 9 },
      ],
    ],
  ])('no slope of %j', (points) => {
    expect(() => slope(points)).toThrow('measure at two or more');
  });

  test('the median is the middle by size, or the mean of the two in the middle', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 100, 1, 2])).toBe(3);
    expect(median([])).toBeNaN();
    expect(mean([1, 2, 6])).toBe(3);
  });

  test('a percentile is one of the values, and as large as its share asks for', () => {
    const values = Array.from({ length: 40 }, (_, i) => 40 - i);
    expect(percentile(values, 0.95)).toBe(38);
    expect(percentile(values, 1)).toBe(40);
    expect(percentile([7], 0.01)).toBe(7);
    expect(percentile([], 0.95)).toBeNaN();
  });

  test('the median leaves its input in order', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });
});

describe('options', () => {
  test('numbers are whole and large enough', () => {
    expect(wholeNumber('count', '400')).toBe(400);
    expect(wholeNumber('warm-up', '0', 0)).toBe(0);
  });

  test.each(['0', '-1', '1.5', '1e3', 'many', '', '99999999999'])('--rounds %j is refused with the remedy', (given) => {
    expect(() => wholeNumber('rounds', given)).toThrow(`--rounds is ${given}: give a whole number of at least 1`);
  });

  test.each([
    ['5', 5],
    ['0.25', 0.25],
  ])('--rate %s is taken', (given, number) => {
    expect(positiveNumber('rate', given)).toBe(number);
  });

  test.each(['0', '0.0', '-1', '.5', '1e3', 'many', ''])('--rate %j is refused with the remedy', (given) => {
    expect(() => positiveNumber('rate', given)).toThrow(`--rate is ${given}: give a number above 0`);
  });

  test('surroundings are read wherever they stand; the rest goes to the benchmark as it is', () => {
    expect(benchOptions(['claims'])).toEqual({ name: 'claims', server: 'dev', portBase: 7330, rest: [] });
    expect(
      benchOptions(['memory', '--count', '5', '--server', 'postgres', '--json', '--port-base=7400', '--rounds=2']),
    ).toEqual({ name: 'memory', server: 'postgres', portBase: 7400, rest: ['--count', '5', '--json', '--rounds=2'] });
  });

  test.each([[[]], [['--help']], [['claims', '--help']]])('%j asks for help', (args) => {
    expect(benchOptions(args).name).toBeUndefined();
  });

  test.each([
    [['claims', '--server', 'mysql'], '--server is mysql: give dev or postgres'],
    [['claims', '--server'], '--server is empty: give dev or postgres'],
    [['claims', '--port-base', '80'], '--port-base is 80: give a number from 1024 to 65000'],
    [['claims', '--port-base=x'], '--port-base is x: give a number from 1024 to 65000'],
  ])('%j is refused with the remedy', (args, message) => {
    expect(() => benchOptions(args)).toThrow(message);
  });

  test('a server of its own and one that is given are not both used', async () => {
    const environment = { PATH: process.env['PATH'], TEMPORAL_ADDRESS: '127.0.0.1:9' };
    const { code, stderr } = await runNode(
      [path.join(scripts, 'bench.mjs'), 'claims', '--server', 'postgres'],
      environment,
    );
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(
      '--server postgres starts a Temporal server, but TEMPORAL_ADDRESS is 127.0.0.1:9: give one of the two.',
    );
  });
});
