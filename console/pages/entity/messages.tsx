/** What was sent to the entity, and what became of it; also what never reached it. */
import { Table, Text } from '@mantine/core';
import type { MessageLine, MessagesView } from '../../../client/console-views.js';
import { entityApi } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { Sign, type Tone } from '../../parts/signs.js';
import { Nothing, Read } from '../../parts/states.js';
import { When } from '../../words/moments.js';
import { inWords } from '../../words/words.js';

const TONES: Readonly<Record<MessageLine['outcome'], Tone>> = {
  applied: 'good',
  held: 'resting',
  duplicate: 'plain',
  late: 'attention',
  rejected: 'bad',
  stray: 'bad',
};

/** The table. */
export function Messages({ lifecycle, id }: { readonly lifecycle: string; readonly id: string }) {
  const messages = useRead<MessagesView>(`${entityApi(lifecycle, id)}/messages`);
  return (
    <Read of={messages}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing title="No messages yet" />
        ) : (
          <Table.ScrollContainer minWidth={640}>
            <Table aria-label="Messages">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Message</Table.Th>
                  <Table.Th>What became of it</Table.Th>
                  <Table.Th>Received</Table.Th>
                  <Table.Th>From</Table.Th>
                  <Table.Th>Entry</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {items.map(({ message, messageId, outcome, reason, receivedAt, source, actor, sequence }) => (
                  <Table.Tr key={`${messageId} ${receivedAt} ${sequence ?? ''}`}>
                    <Table.Td>
                      {inWords(message)}
                      <Text size="xs" c="dimmed" className="key" style={{ overflowWrap: 'anywhere' }}>
                        {messageId}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Sign tone={TONES[outcome]}>{inWords(outcome)}</Sign>
                      {reason !== undefined && <Text size="sm">{inWords(reason)}</Text>}
                    </Table.Td>
                    <Table.Td>
                      <When at={receivedAt} />
                    </Table.Td>
                    <Table.Td>
                      {actor?.id ?? '–'}
                      <Text size="xs" c="dimmed">
                        {source}
                      </Text>
                    </Table.Td>
                    <Table.Td className="figures">{sequence ?? 'none'}</Table.Td>
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
