/** Tasks as rows: what it is about, how long it still may, who has it. */
import { Checkbox, Group, Table, Text } from '@mantine/core';
import { useCallback } from 'react';
import { Link } from 'wouter';
import type { ReviewView } from '../../../client/views.js';
import type { Pages } from '../../http/pages.js';
import { reviewPage } from '../../http/paths.js';
import type { Column } from '../../parts/list/columns.js';
import { LongTable } from '../../parts/list/long-table.js';
import { Sign } from '../../parts/signs.js';
import { Amount } from '../../words/amounts.js';
import { Due, Lasting, When } from '../../words/moments.js';
import { inWords } from '../../words/words.js';
import { toggled } from './marks.js';

const MARK: Column = { head: 'Mark', width: 58 };
const NARROW: readonly Column[] = ['About', { head: 'Due', width: '26%' }, { head: 'Who', width: '20%' }];
const WIDE: readonly Column[] = [
  'About',
  { head: 'Due', width: '17%' },
  { head: 'Who', width: '14%' },
  { head: 'Waits', width: '15%' },
  { head: 'Open amount', width: '12%', figures: true },
];

const keyOf = ({ taskId }: ReviewView): string => taskId;

/** The table. @param props.onMark absent: nothing can be marked */
export function TaskTable({
  pages,
  total,
  chosen,
  open,
  marked,
  onMark,
  onOpen,
}: {
  readonly pages: Pages<ReviewView>;
  /** How many there are in all. */
  readonly total: number | undefined;
  /** Where the keys are. */
  readonly chosen: string | undefined;
  readonly open: string | undefined;
  readonly marked: ReadonlySet<string>;
  readonly onMark?: (marked: ReadonlySet<string>) => void;
  readonly onOpen: (taskId: string) => void;
}) {
  const narrow = open !== undefined;
  const cells = useCallback(
    (task: ReviewView) => (
      <Cells
        task={task}
        narrow={narrow}
        marked={marked.has(task.taskId)}
        onOpen={() => onOpen(task.taskId)}
        {...(onMark && { onMark: () => onMark(toggled(marked, task.taskId)) })}
      />
    ),
    [narrow, marked, onMark, onOpen],
  );
  const columns = narrow ? NARROW : WIDE;
  return (
    <LongTable
      label="Reviews"
      pages={pages}
      keyOf={keyOf}
      total={total}
      columns={onMark ? [MARK, ...columns] : columns}
      minWidth={narrow ? 420 : 760}
      rowHeight={86}
      chosen={open ?? chosen}
    >
      {cells}
    </LongTable>
  );
}

function Cells({
  task,
  narrow,
  marked,
  onMark,
  onOpen,
}: {
  readonly task: ReviewView;
  readonly narrow: boolean;
  readonly marked: boolean;
  readonly onMark?: () => void;
  readonly onOpen: () => void;
}) {
  const { taskId, lifecycle, id, state, queue, reason, priority, since, dueAt, level, assignee, parkedUntil } = task;
  const { proposal, amounts, openQuestions = 0 } = task;
  return (
    <>
      {onMark && (
        <Table.Td>
          <Checkbox aria-label={`Mark the review of ${id}`} checked={marked} onChange={onMark} />
        </Table.Td>
      )}
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
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
      <Table.Td>{dueAt === undefined ? '–' : <Due at={dueAt} style={{ whiteSpace: 'normal' }} />}</Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{assignee ?? 'nobody'}</Table.Td>
      {!narrow && (
        <Table.Td>
          <Lasting since={since} />
        </Table.Td>
      )}
      {!narrow && (
        <Table.Td ta="right">{amounts ? <Amount minor={amounts.open} currency={amounts.currency} /> : '–'}</Table.Td>
      )}
    </>
  );
}
