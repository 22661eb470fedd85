/** Entities as rows: what it is, where it stands, who has it, how long it still may. */
import { Table, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { EntitySummary } from '../../../client/views.js';
import { entityPage } from '../../http/paths.js';
import { Sign } from '../../parts/signs.js';
import { Amount } from '../../words/amounts.js';
import { Due, Lasting } from '../../words/moments.js';
import { inWords } from '../../words/words.js';

/** The table. */
export function EntityTable({ entities }: { readonly entities: readonly EntitySummary[] }) {
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table highlightOnHover stickyHeader aria-label="Entities">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Number</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>For</Table.Th>
            <Table.Th>Waits for</Table.Th>
            <Table.Th>Deadline</Table.Th>
            <Table.Th>Why</Table.Th>
            <Table.Th ta="right">Open amount</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entities.map((entity) => (
            <Row key={`${entity.lifecycle}/${entity.id}`} entity={entity} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ entity }: { readonly entity: EntitySummary }) {
  const { lifecycle, id, state, since, waitsFor, owner, deadline, closed, outcome, attention, reason, amounts } =
    entity;
  return (
    <Table.Tr>
      <Table.Td>
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
      <Table.Td className="figures">
        <Lasting since={since} />
      </Table.Td>
      <Table.Td>
        {closed ? '–' : (waitsFor ?? '–')}
        {!closed && owner !== undefined && (
          <Text size="xs" c="dimmed">
            {owner}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{deadline && !closed ? <Due at={deadline.at} /> : '–'}</Table.Td>
      <Table.Td>
        {attention !== undefined && <Sign tone="attention">{inWords(attention)}</Sign>}
        {reason !== undefined && reason !== attention && <Text size="sm">{inWords(reason)}</Text>}
      </Table.Td>
      <Table.Td ta="right">{amounts ? <Amount minor={amounts.open} currency={amounts.currency} /> : '–'}</Table.Td>
    </Table.Tr>
  );
}
