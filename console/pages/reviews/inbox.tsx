/** The inbox: queues, the tasks of the chosen one, and beside them everything that is needed to decide the open task. */
import { Button, Drawer, Group, Paper, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import type { ReviewTotals } from '../../../client/work-views.js';
import type { ReviewView } from '../../../client/views.js';
import { usePages } from '../../http/pages.js';
import { useRead } from '../../http/read.js';
import { query } from '../../http/request.js';
import { WholeList } from '../../parts/list/whole-list.js';
import { Nothing, Trouble } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { Sums } from '../../words/amounts.js';
import { count, counted } from '../../words/words.js';
import { BulkDialog } from './bulk.js';
import { isOrderable } from './bulk-filter.js';
import { CasePanel } from './case.js';
import { useReviewFilter } from './filter.js';
import { KeyHelp } from './key-help.js';
import { useInboxKeys } from './keys.js';
import { Queues } from './queues.js';
import { Shown } from './shown.js';
import { TaskTable } from './task-table.js';

/** Tasks of one page. */
const PAGE_SIZE = 50;
/** From this width on the open task stands beside the list. */
const WIDE = '(min-width: 75em)';

/** The tab. */
export function Inbox() {
  const { filter, task, change } = useReviewFilter();
  const wide = useMediaQuery(WIDE, false);
  const may = useMay();
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [bulk, setBulk] = useState(false);
  const totals = useRead<ReviewTotals>(`/api/reviews/totals${query(filter)}`, { keepPrevious: true });
  const pages = usePages<ReviewView>(`/api/reviews${query({ ...filter, limit: PAGE_SIZE })}`);
  const tasks = pages.items;
  const open = useCallback(
    (taskId: string | undefined): void => {
      // Whoever closes the review goes on from its row.
      if (taskId === undefined) document.querySelector<HTMLElement>('tr[data-chosen="true"] a')?.focus();
      change({ task: taskId });
    },
    [change],
  );
  const keys = useInboxKeys({ tasks, open: task, onOpen: open, marked, onMark: setMarked });
  const supervisor = may('supervisor');
  const list = (
    <WholeList
      of={pages}
      label="Reading the inbox"
      nothing={
        <Nothing title="Nothing waits here">Every review of this cut is decided. Choose another queue above.</Nothing>
      }
    >
      <TaskTable
        pages={pages}
        total={totals.data?.tasks}
        chosen={keys.chosen}
        open={task}
        marked={marked}
        {...(supervisor ? { onMark: setMarked } : {})}
        onOpen={open}
      />
    </WholeList>
  );
  return (
    <Stack>
      <Queues chosen={filter.queue} onChoose={(queue) => change({ queue, task: undefined })} />
      <Shown filter={filter} onChange={change} />
      <Group justify="space-between" mih={34}>
        <Group gap="md" role="status">
          {totals.data && (
            <Text size="sm">
              {counted(totals.data.tasks, 'review')}
              {totals.data.overdue > 0 && (
                <Text span inherit className="late">
                  {' '}
                  · {count(totals.data.overdue)} overdue
                </Text>
              )}
            </Text>
          )}
          {totals.data && <Sums amounts={totals.data.amounts} />}
        </Group>
        <Group gap="xs">
          {supervisor && tasks.length > 0 && (marked.size > 0 || isOrderable(filter)) && (
            <Button variant="default" size="xs" onClick={() => setBulk(true)}>
              {marked.size > 0 ? `Change ${count(marked.size)} marked` : 'Change all of this cut'}
            </Button>
          )}
          <KeyHelp opened={keys.help} onChange={keys.setHelp} />
        </Group>
      </Group>
      {keys.failure !== undefined && <Trouble error={keys.failure} />}
      <div className={wide && task !== undefined ? 'split' : undefined}>
        {list}
        {wide && task !== undefined && (
          <Paper withBorder p="md" component="aside" aria-label="The open review">
            <CasePanel key={task} taskId={task} onClose={() => open(undefined)} />
          </Paper>
        )}
      </div>
      {!wide && (
        <Drawer
          opened={task !== undefined}
          onClose={() => open(undefined)}
          position="right"
          size="xl"
          title="Review"
          closeButtonProps={{ 'aria-label': 'Close' }}
        >
          {task !== undefined && <CasePanel key={task} taskId={task} />}
        </Drawer>
      )}
      {bulk && (
        <BulkDialog
          {...(marked.size > 0 ? { tasks: [...marked] } : { filter })}
          onClose={() => setBulk(false)}
          onDone={() => setMarked(new Set())}
        />
      )}
    </Stack>
  );
}
