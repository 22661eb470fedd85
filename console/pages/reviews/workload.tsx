/** Who has how much. */
import { Table } from '@mantine/core';
import { Link } from 'wouter';
import type { WorkloadView } from '../../../client/work-views.js';
import { useRead } from '../../http/read.js';
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
          <Table.ScrollContainer minWidth={640}>
            <Table aria-label="Workload by person">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Person</Table.Th>
                  <Table.Th ta="right">Open</Table.Th>
                  <Table.Th ta="right">Overdue</Table.Th>
                  <Table.Th ta="right">Due today</Table.Th>
                  <Table.Th ta="right">Parked</Table.Th>
                  <Table.Th>Away</Table.Th>
                  <Table.Th>Amounts</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map(({ person, open, overdue, dueToday, parked, delegate, amounts }) => (
                  <Table.Tr key={person}>
                    <Table.Td>
                      <Link href={`/reviews?assignee=${encodeURIComponent(person)}`} className="row-link">
                        {person}
                      </Link>
                    </Table.Td>
                    <Table.Td ta="right">{count(open)}</Table.Td>
                    <Table.Td ta="right" className={overdue > 0 ? 'late' : undefined}>
                      {count(overdue)}
                    </Table.Td>
                    <Table.Td ta="right">{count(dueToday)}</Table.Td>
                    <Table.Td ta="right">{count(parked)}</Table.Td>
                    <Table.Td>{delegate === undefined ? '–' : `${delegate} stands in`}</Table.Td>
                    <Table.Td>
                      <Sums amounts={amounts} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )
      }
    </Read>
  );
}
