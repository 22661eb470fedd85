/** Vitest reporter of `npm run edges`: after the tests it says what of each table they have walked, and fails on a gap. */
import type { Reporter } from 'vitest/node';
import { LIFECYCLES } from '../../workflows/lifecycles.js';
import { complete, coverageOf, reportOf } from './report.js';
import { sightingsOf } from './sightings.js';

export default class EdgesReporter implements Reporter {
  onTestRunEnd(): void {
    const file = process.env['THROUGHLINE_EDGES'];
    if (!file) throw new Error('THROUGHLINE_EDGES is not set: run npm run edges');
    const all = LIFECYCLES.map((lifecycle) => ({
      lifecycle,
      coverage: coverageOf(lifecycle, sightingsOf(file, lifecycle.name)),
    }));
    for (const { lifecycle, coverage } of all) console.log(`\n${reportOf(lifecycle, coverage)}`);

    const items = all.flatMap(({ coverage }) => coverage);
    const sum = (pick: 'covered' | 'of') => items.reduce((total, one) => total + one[pick], 0);
    const strange = items.reduce((total, one) => total + one.strange.length, 0);
    const beyond = strange > 0 ? `; ${strange} walked that no table has` : '';
    console.log(`\n${sum('covered')} of ${sum('of')} items of the tables are walked by a test${beyond}`);
    if (!items.length || !complete(items)) process.exitCode = 1;
  }
}
