/** What people wrote beside a task. The text is in the erasable store; the journal knows only that there is one. */
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { NoteView } from '../../../client/work-views.js';
import { reviewApi } from '../../http/paths.js';
import { request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { Section } from '../../parts/page.js';
import { Trouble } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { When } from '../../words/moments.js';

/** The notes, and a field for another. */
export function Notes({
  taskId,
  lifecycle,
  notes,
}: {
  readonly taskId: string;
  readonly lifecycle: string;
  readonly notes: readonly NoteView[];
}) {
  const may = useMay();
  return (
    <Section title="Notes">
      {notes.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody has written anything.
        </Text>
      )}
      {notes.map(({ ref, at, by, text }) => (
        <div key={ref}>
          <Text size="sm" c="dimmed">
            {by}, <When at={at} />
          </Text>
          <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{text ?? 'It was erased.'}</Text>
        </div>
      ))}
      {may('operator', lifecycle) && <AddNote taskId={taskId} />}
    </Section>
  );
}

function AddNote({ taskId }: { readonly taskId: string }) {
  const [text, setText] = useState('');
  const add = useWrite(
    (_: void, idempotencyKey) =>
      request<NoteView>(`${reviewApi(taskId)}/notes`, { method: 'POST', body: { text }, idempotencyKey }),
    () => setText(''),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Textarea
        label="Add a note"
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {add.isError && <Trouble error={add.error} />}
      <Group>
        <Button type="submit" variant="default" size="xs" disabled={text.trim() === ''} loading={add.isPending}>
          Add the note
        </Button>
      </Group>
    </Stack>
  );
}
