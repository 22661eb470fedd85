/** The states of a lifecycle in figures. */
import { Link } from 'wouter';
import type { LifecycleOverview } from '../../../client/console-views.js';
import { listPage } from '../../http/paths.js';
import type { Column } from '../../parts/list/columns.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { Nothing } from '../../parts/states.js';
import { Sparkline } from '../../parts/sparkline.js';
import { duration } from '../../words/time.js';
import { count, inWords, sum } from '../../words/words.js';

const COLUMNS: readonly Column[] = [
  'State',
  { head: 'In it', figures: true },
  { head: 'Late', figures: true },
  { head: 'Attention', figures: true },
  { head: 'Half are older than', figures: true },
  { head: 'One in 20 older than', figures: true },
  'Entered, 24 hours',
];

/** The table. */
export function StateTable({ overview: { lifecycle, states } }: { readonly overview: LifecycleOverview }) {
  if (states.length === 0) return <Nothing title={`No ${lifecycle} is on record`} />;
  return (
    <SmallTable
      label={`States of ${lifecycle}`}
      columns={COLUMNS}
      rows={states.map(({ state, count: inIt, late, attention, age, entries }) => ({
        key: state,
        cells: [
          <Link href={listPage({ lifecycle, state })} className="row-link">
            {inWords(state)}
          </Link>,
          count(inIt),
          late > 0 ? (
            <Link href={listPage({ lifecycle, state, late: true })} className="late">
              {count(late)}
            </Link>
          ) : (
            '–'
          ),
          attention > 0 ? count(attention) : '–',
          age ? duration(age.medianMs, 'narrow') : '–',
          age ? duration(age.p95Ms, 'narrow') : '–',
          <Sparkline
            figures={entries}
            label={`entered ${count(sum(entries))} times in 24 hours, ${count(entries.at(-1) ?? 0)} in this hour`}
          />,
        ],
      }))}
    />
  );
}
