/** Entities as rows: what it is, where it stands, who has it, how long it still may. */
import { Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { EntitySummary } from '../../../client/views.js';
import type { Pages } from '../../http/pages.js';
import { entityPage } from '../../http/paths.js';
import { Holder } from '../../parts/holder.js';
import type { Column } from '../../parts/list/columns.js';
import { LongTable } from '../../parts/list/long-table.js';
import { Sign } from '../../parts/signs.js';
import { Amount } from '../../words/amounts.js';
import { Due, Lasting, When } from '../../words/moments.js';
import { capital, inWords } from '../../words/words.js';

const COLUMNS: readonly Column[] = [
  { head: 'Number', width: '21%' },
  { head: 'State', width: '16%' },
  { head: 'For', width: '11%' },
  { head: 'Who has it', width: '17%' },
  { head: 'Deadline', width: '14%' },
  { head: 'Why', width: '11%' },
  { head: 'Open amount', width: '10%', figures: true },
];

const keyOf = ({ lifecycle, id }: EntitySummary): string => `${lifecycle}/${id}`;

/** The table. @param props.total how many there are in all */
export function EntityTable({
  pages,
  total,
}: {
  readonly pages: Pages<EntitySummary>;
  readonly total: number | undefined;
}) {
  return (
    <LongTable
      label="Entities"
      pages={pages}
      keyOf={keyOf}
      total={total}
      columns={COLUMNS}
      minWidth={960}
      rowHeight={75}
    >
      {cells}
    </LongTable>
  );
}

function cells(entity: EntitySummary) {
  const { lifecycle, id, state, since, waitsFor, owner, deadline, closed, outcome, attention, reason, amounts } =
    entity;
  const { late, lateSince, review } = entity;
  return (
    <>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <Link href={entityPage(lifecycle, id)} className="row-link key">
          {id}
        </Link>
        <Text size="xs" c="dimmed">
          {inWords(lifecycle)}
        </Text>
      </Table.Td>
      <Table.Td>
        {inWords(state)}
        {outcome !== undefined && <Text size="xs">{inWords(outcome)}</Text>}
      </Table.Td>
      <Table.Td>
        <Lasting since={since} />
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {closed ? '–' : review ? <Holder review={review} /> : capital(owner ?? 'nobody has to act')}
        {!closed && waitsFor !== undefined && waitsFor !== null && (
          <Text size="xs" c="dimmed">
            {waitsFor}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {late && lateSince !== undefined && (
          <Text size="sm" className="late">
            passed <When at={lateSince} />
          </Text>
        )}
        {deadline && !closed ? <Due at={deadline.at} style={{ whiteSpace: 'normal' }} /> : !late && '–'}
      </Table.Td>
      <Table.Td>
        {attention !== undefined && <Sign tone="attention">{inWords(attention)}</Sign>}
        {reason !== undefined && reason !== attention && <Text size="sm">{inWords(reason)}</Text>}
      </Table.Td>
      <Table.Td ta="right">{amounts ? <Amount minor={amounts.open} currency={amounts.currency} /> : '–'}</Table.Td>
    </>
  );
}
