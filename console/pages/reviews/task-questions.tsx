/** Asking another team without closing the task: the questions of one task, and a field for another. */
import { Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { QuestionView } from '../../../client/work-views.js';
import { useLifecycle } from '../../http/lifecycles.js';
import { reviewApi } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { query, request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { Section } from '../../parts/page.js';
import { Trouble } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { inWords } from '../../words/words.js';
import { QuestionCard } from './question-card.js';
import { QUESTIONS_EVERY_MS } from './questions.js';

/** The section. */
export function TaskQuestions({
  taskId,
  lifecycle,
  questions: known,
}: {
  readonly taskId: string;
  readonly lifecycle: string;
  /** As they were when the task was opened. */
  readonly questions: readonly QuestionView[];
}) {
  const may = useMay();
  const read = useRead<{ readonly items: readonly QuestionView[] }>(`/api/questions${query({ taskId })}`, {
    everyMs: QUESTIONS_EVERY_MS,
  });
  const questions = read.data?.items ?? known;
  return (
    <Section title="Asked other teams">
      {questions.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody was asked.
        </Text>
      )}
      {questions.map((question) => (
        <QuestionCard key={question.questionId} question={question} />
      ))}
      {may('operator', lifecycle) && <Ask taskId={taskId} lifecycle={lifecycle} />}
    </Section>
  );
}

function Ask({ taskId, lifecycle }: { readonly taskId: string; readonly lifecycle: string }) {
  // Also those in which nothing waits now.
  const queues = useLifecycle(lifecycle)?.queues ?? [];
  const [queue, setQueue] = useState<string | null>(null);
  const [text, setText] = useState('');
  const ask = useWrite(
    (_: void, idempotencyKey) =>
      request<QuestionView>(`${reviewApi(taskId)}/questions`, {
        method: 'POST',
        body: { queue, text },
        idempotencyKey,
      }),
    () => setText(''),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <Stack component="form" gap="xs" onSubmit={submit}>
      <Select
        label="Ask a team"
        placeholder="which"
        data={queues.map((name) => ({ value: name, label: inWords(name) }))}
        value={queue}
        onChange={setQueue}
      />
      {queue !== null && (
        <>
          <Textarea
            label="Question"
            description="The task stays here; the answer appears beside it."
            required
            autosize
            minRows={2}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {ask.isError && <Trouble error={ask.error} />}
          <Group>
            <Button type="submit" variant="default" size="xs" disabled={text.trim() === ''} loading={ask.isPending}>
              Ask
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
