/** The queues with what waits in them. */
import { SimpleGrid, Text, UnstyledButton } from '@mantine/core';
import type { InboxQueue } from '../../../client/work-views.js';
import { useRead } from '../../http/read.js';
import { IconAlertTriangle } from '../../parts/icons.js';
import { Read } from '../../parts/states.js';
import { Sums } from '../../words/amounts.js';
import { Lasting } from '../../words/moments.js';
import { count, counted, inWords } from '../../words/words.js';

/** A tile for each; choosing the chosen one shows all again. */
export function Queues({
  chosen,
  onChoose,
}: {
  readonly chosen: string | undefined;
  readonly onChoose: (queue: string | undefined) => void;
}) {
  const queues = useRead<{ readonly items: readonly InboxQueue[] }>('/api/reviews/queues');
  return (
    <Read of={queues} label="Reading the queues">
      {({ items }) => (
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3, xl: 4 }} role="group" aria-label="Queues">
          {items.map((queue) => (
            <Tile
              key={queue.queue}
              queue={queue}
              chosen={queue.queue === chosen}
              onChoose={() => onChoose(queue.queue === chosen ? undefined : queue.queue)}
            />
          ))}
        </SimpleGrid>
      )}
    </Read>
  );
}

function Tile({
  queue: { queue, open, overdue, dueToday, unassigned, questions, oldestSince, amounts },
  chosen,
  onChoose,
}: {
  readonly queue: InboxQueue;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  return (
    <UnstyledButton p="sm" className="tile queue" aria-pressed={chosen} onClick={onChoose}>
      <Text fw={600}>
        {inWords(queue)} · {count(open)}
      </Text>
      <Text size="sm" component="div">
        {overdue > 0 && (
          <Text span inherit className="late">
            <IconAlertTriangle size="1em" aria-hidden /> {count(overdue)} overdue ·{' '}
          </Text>
        )}
        {count(dueToday)} due today · {count(unassigned)} nobody has
        {questions > 0 && ` · ${counted(questions, 'question')}`}
      </Text>
      {oldestSince !== undefined && (
        <Text size="sm" c="dimmed" component="div">
          the oldest waits for <Lasting since={oldestSince} />
        </Text>
      )}
      <Sums amounts={amounts} />
    </UnstyledButton>
  );
}
