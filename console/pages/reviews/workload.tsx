/** Who has how much. */
import { Link } from 'wouter';
import type { WorkloadView } from '../../../client/work-views.js';
import { useRead } from '../../http/read.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { Nothing, Read } from '../../parts/states.js';
import { Sums } from '../../words/amounts.js';
import { count } from '../../words/words.js';

/** The tab. */
export function Workload() {
  const workload = useRead<{ readonly items: readonly WorkloadView[] }>('/api/reviews/workload');
  return (
    <Read of={workload}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing title="Nobody has taken anything">
            Reviews that are taken appear here under the person who has them.
          </Nothing>
        ) : (
          <SmallTable
            label="Workload by person"
            columns={[
              'Person',
              { head: 'Open', figures: true },
              { head: 'Overdue', figures: true },
              { head: 'Due today', figures: true },
              { head: 'Parked', figures: true },
              'Away',
              'Amounts',
            ]}
            rows={items.map(({ person, open, overdue, dueToday, parked, delegate, amounts }) => ({
              key: person,
              cells: [
                <Link href={`/reviews?assignee=${encodeURIComponent(person)}`} className="row-link">
                  {person}
                </Link>,
                count(open),
                overdue > 0 ? <span className="late">{count(overdue)}</span> : '–',
                count(dueToday),
                count(parked),
                delegate === undefined ? '–' : `${delegate} stands in`,
                <Sums amounts={amounts} />,
              ],
            }))}
          />
        )
      }
    </Read>
  );
}
