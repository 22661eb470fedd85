/** What an order for many would do, and what came of it. */
import { Button, List, ScrollArea, Stack, Table, Text } from '@mantine/core';
import type { BulkPreview, BulkReport } from '../../../client/work-views.js';
import { Sums } from '../../words/amounts.js';
import { moment } from '../../words/time.js';
import { count, counted, inWords } from '../../words/words.js';

/** Most targets that are shown; the figures are of all. */
const SHOWN = 200;

/** Before it is done. */
export function PreviewTable({ preview: { targets, affected, amounts } }: { readonly preview: BulkPreview }) {
  return (
    <Stack gap="xs">
      <Text fw={600} role="status">
        It would change {counted(affected, 'review')} of {count(targets.length)}.
      </Text>
      <Sums amounts={amounts} />
      <ScrollArea.Autosize mah={260} viewportProps={{ tabIndex: 0 }}>
        <Table aria-label="What it would do">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Number</Table.Th>
              <Table.Th>Now</Table.Th>
              <Table.Th>Then</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {targets.slice(0, SHOWN).map(({ taskId, id, state, assignee, dueAt, newDueAt, skipped }) => (
              <Table.Tr key={taskId}>
                <Table.Td className="key">{id}</Table.Td>
                <Table.Td>
                  {inWords(state)} · {assignee ?? 'nobody'}
                  {dueAt !== undefined && ` · due ${moment(dueAt)}`}
                </Table.Td>
                <Table.Td>
                  {skipped !== undefined
                    ? `left out: ${inWords(skipped).toLowerCase()}`
                    : newDueAt === undefined
                      ? 'changed'
                      : `due ${moment(newDueAt)}`}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Stack>
  );
}

/** After it was done. */
export function Report({
  report: { done, refused },
  onClose,
}: {
  readonly report: BulkReport;
  readonly onClose: () => void;
}) {
  return (
    <Stack role="status">
      <Text fw={600}>{counted(done, 'review')} changed.</Text>
      {refused.length > 0 && (
        <>
          <Text>{counted(refused.length, 'review')} refused:</Text>
          <List size="sm">
            {refused.map(({ taskId, sentence }) => (
              <List.Item key={taskId}>
                <span className="key">{taskId}</span>: {sentence}
              </List.Item>
            ))}
          </List>
        </>
      )}
      <Button onClick={onClose}>Close</Button>
    </Stack>
  );
}
