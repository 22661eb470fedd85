/** What was sent to the entity, and what became of it; also what never reached it. */
import { Text } from '@mantine/core';
import type { MessageLine, MessagesView } from '../../../client/console-views.js';
import { entityApi } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { SmallTable } from '../../parts/list/small-table.js';
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
          <SmallTable
            label="Messages"
            columns={['Message', 'What became of it', 'Received', 'From', 'Entry']}
            rows={items.map(({ message, messageId, outcome, reason, receivedAt, source, actor, sequence }) => ({
              key: `${messageId} ${receivedAt} ${sequence ?? ''}`,
              cells: [
                <>
                  {inWords(message)}
                  <Text size="xs" c="dimmed" className="key" style={{ overflowWrap: 'anywhere' }}>
                    {messageId}
                  </Text>
                </>,
                <>
                  <Sign tone={TONES[outcome]}>{inWords(outcome)}</Sign>
                  {reason !== undefined && <Text size="sm">{inWords(reason)}</Text>}
                </>,
                <When at={receivedAt} />,
                <>
                  {actor?.id ?? '–'}
                  <Text size="xs" c="dimmed">
                    {source}
                  </Text>
                </>,
                sequence ?? 'none',
              ],
            }))}
          />
        )
      }
    </Read>
  );
}
