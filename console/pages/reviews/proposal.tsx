/** A decision that waits for a second person: who proposed what. */
import { Alert, Table, Text } from '@mantine/core';
import type { ReviewView } from '../../../client/views.js';
import { money } from '../../words/money.js';
import { inWords } from '../../words/words.js';

/** What is to be approved. */
export function ProposalView({
  proposal: { message, data, by },
}: {
  readonly proposal: NonNullable<ReviewView['proposal']>;
}) {
  const fields = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  return (
    <Alert variant="outline" color="gray" title={`${by} proposed: ${inWords(message).toLowerCase()}`}>
      <Text size="sm">It is above the authority of one person. Somebody else approves or declines exactly this:</Text>
      <Table withRowBorders={false} verticalSpacing={2} aria-label="The proposed decision">
        <Table.Tbody>
          {fields.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={140}>
                {name === 'reasonCode' ? 'Reason' : inWords(name)}
              </Table.Th>
              <Table.Td>{said(value)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  );
}

/** A value of a decision in words. */
function said(value: unknown): string {
  if (typeof value === 'string') return inWords(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if ('minor' in value && 'currency' in value) return money(Number(value.minor), String(value.currency));
  if (Array.isArray(value)) return value.map(said).join('; ');
  return Object.entries(value)
    .map(([name, inner]) => `${inWords(name).toLowerCase()} ${said(inner)}`)
    .join(', ');
}
