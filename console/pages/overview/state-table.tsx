/** The states of a lifecycle in figures. */
import { Table } from '@mantine/core';
import { Link } from 'wouter';
import type { LifecycleOverview } from '../../../client/console-views.js';
import { listPage } from '../../http/paths.js';
import { Nothing } from '../../parts/states.js';
import { Sparkline } from '../../parts/sparkline.js';
import { duration } from '../../words/time.js';
import { count, inWords } from '../../words/words.js';

/** The table. */
export function StateTable({ overview: { lifecycle, states } }: { readonly overview: LifecycleOverview }) {
  if (states.length === 0) return <Nothing title={`No ${lifecycle} is on record`} />;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover aria-label={`States of ${lifecycle}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>State</Table.Th>
            <Table.Th ta="right">In it</Table.Th>
            <Table.Th ta="right">Overdue</Table.Th>
            <Table.Th ta="right">Attention</Table.Th>
            <Table.Th ta="right">Half are older than</Table.Th>
            <Table.Th ta="right">One in 20 older than</Table.Th>
            <Table.Th>Entered, 24 hours</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {states.map(({ state, count: inIt, overdue, attention, age, entries }) => (
            <Table.Tr key={state}>
              <Table.Td>
                <Link href={listPage({ lifecycle, state })} className="row-link">
                  {inWords(state)}
                </Link>
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {count(inIt)}
              </Table.Td>
              <Table.Td ta="right" className={overdue > 0 ? 'figures late' : 'figures'}>
                {overdue > 0 ? (
                  <Link href={listPage({ lifecycle, state, overdue: true })} className="late">
                    {count(overdue)}
                  </Link>
                ) : (
                  '–'
                )}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {attention > 0 ? count(attention) : '–'}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {age ? duration(age.medianMs, 'narrow') : '–'}
              </Table.Td>
              <Table.Td ta="right" className="figures">
                {age ? duration(age.p95Ms, 'narrow') : '–'}
              </Table.Td>
              <Table.Td>
                <Sparkline
                  figures={entries}
                  label={`entered ${count(entries.reduce((sum, n) => sum + n, 0))} times in 24 hours, ${count(entries.at(-1) ?? 0)} in this hour`}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
