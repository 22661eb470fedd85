/** Tasks as rows: what it is about, how long it still may, who has it. */
import { Checkbox, Group, Table, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { ReviewView } from '../../../client/views.js';
import { reviewPage } from '../../http/paths.js';
import { Sign } from '../../parts/signs.js';
import { Amount } from '../../words/amounts.js';
import { Due, Lasting, When } from '../../words/moments.js';
import { inWords } from '../../words/words.js';
import { toggled } from './marks.js';

/** The table. @param props.onMark absent: nothing can be marked */
export function TaskTable({
  tasks,
  chosen,
  open,
  marked,
  onMark,
  onOpen,
}: {
  readonly tasks: readonly ReviewView[];
  /** Where the keys are. */
  readonly chosen: string | undefined;
  readonly open: string | undefined;
  readonly marked: ReadonlySet<string>;
  readonly onMark?: (marked: ReadonlySet<string>) => void;
  readonly onOpen: (taskId: string) => void;
}) {
  const narrow = open !== undefined;
  return (
    <Table.ScrollContainer minWidth={narrow ? 420 : 760}>
      <Table highlightOnHover aria-label="Reviews">
        <Table.Thead>
          <Table.Tr>
            {onMark && <Table.Th w={36}>Mark</Table.Th>}
            <Table.Th>About</Table.Th>
            <Table.Th>Due</Table.Th>
            <Table.Th>Who</Table.Th>
            {!narrow && <Table.Th>Waits</Table.Th>}
            {!narrow && <Table.Th ta="right">Open amount</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tasks.map((task) => (
            <Row
              key={task.taskId}
              task={task}
              narrow={narrow}
              chosen={task.taskId === chosen || task.taskId === open}
              marked={marked.has(task.taskId)}
              onOpen={() => onOpen(task.taskId)}
              {...(onMark && { onMark: () => onMark(toggled(marked, task.taskId)) })}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({
  task,
  narrow,
  chosen,
  marked,
  onMark,
  onOpen,
}: {
  readonly task: ReviewView;
  readonly narrow: boolean;
  readonly chosen: boolean;
  readonly marked: boolean;
  readonly onMark?: () => void;
  readonly onOpen: () => void;
}) {
  const { taskId, lifecycle, id, state, queue, reason, priority, since, dueAt, level, assignee, parkedUntil } = task;
  const { proposal, amounts, openQuestions = 0 } = task;
  const row = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <Table.Tr ref={row} data-chosen={chosen}>
      {onMark && (
        <Table.Td>
          <Checkbox aria-label={`Mark the review of ${id}`} checked={marked} onChange={onMark} />
        </Table.Td>
      )}
      <Table.Td>
        <Link
          href={reviewPage(taskId)}
          className="row-link key"
          onClick={(event) => {
            event.preventDefault();
            onOpen();
          }}
        >
          {id}
        </Link>
        <Text size="sm">
          {inWords(reason)} · {inWords(state)}
        </Text>
        <Text size="xs" c="dimmed">
          {inWords(lifecycle)} · {inWords(queue)} · priority {priority}
        </Text>
        <Group gap={4} mt={2}>
          {level > 0 && <Sign tone="bad">Escalated, level {level}</Sign>}
          {proposal && <Sign tone="attention">Needs a second person</Sign>}
          {openQuestions > 0 && <Sign tone="plain">Asked another team</Sign>}
          {parkedUntil !== undefined && (
            <Sign tone="resting">
              Parked, back <When at={parkedUntil} />
            </Sign>
          )}
        </Group>
      </Table.Td>
      <Table.Td>{dueAt === undefined ? '–' : <Due at={dueAt} />}</Table.Td>
      <Table.Td>{assignee ?? 'nobody'}</Table.Td>
      {!narrow && (
        <Table.Td className="figures">
          <Lasting since={since} />
        </Table.Td>
      )}
      {!narrow && (
        <Table.Td ta="right">{amounts ? <Amount minor={amounts.open} currency={amounts.currency} /> : '–'}</Table.Td>
      )}
    </Table.Tr>
  );
}
