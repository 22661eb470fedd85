/** One question to another team, with its answer or a field for it. */
import { Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Link } from 'wouter';
import type { QuestionView } from '../../../client/work-views.js';
import { reviewPage } from '../../http/paths.js';
import { request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { Sign } from '../../parts/signs.js';
import { Trouble } from '../../parts/states.js';
import { useMay, useMe } from '../../session/me.js';
import { Due, When } from '../../words/moments.js';
import { inWords } from '../../words/words.js';

/** The card. */
export function QuestionCard({ question }: { readonly question: QuestionView }) {
  const { taskId, lifecycle, id, queue, askedBy, askedAt, dueAt, status, answeredBy, answeredAt } = question;
  const may = useMay();
  const open = status === 'open';
  return (
    <Paper withBorder p="sm">
      <Text size="sm" c="dimmed" component="div">
        {askedBy} asked {inWords(queue).toLowerCase()} <When at={askedAt} /> about{' '}
        <Link href={reviewPage(taskId)} className="key">
          {id}
        </Link>
        {open && dueAt !== undefined && (
          <>
            {' '}
            · <Due at={dueAt} />
          </>
        )}
      </Text>
      <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {question.question ?? 'The question was erased.'}
      </Text>
      {status === 'withdrawn' && <Sign tone="resting">Withdrawn</Sign>}
      {status === 'answered' && (
        <>
          <Text size="sm" c="dimmed" mt="xs">
            {answeredBy} answered {answeredAt !== undefined && <When at={answeredAt} />}
          </Text>
          <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {question.answer ?? 'The answer was erased.'}
          </Text>
        </>
      )}
      {open && may('operator', lifecycle) && <Answering question={question} />}
    </Paper>
  );
}

function Answering({ question: { questionId, askedBy } }: { readonly question: QuestionView }) {
  const me = useMe();
  const [text, setText] = useState('');
  const send = useWrite((order: 'answer' | 'withdraw', idempotencyKey) =>
    request<QuestionView>(`/api/questions/${encodeURIComponent(questionId)}/${order}`, {
      method: 'POST',
      body: order === 'answer' ? { text } : {},
      idempotencyKey,
    }),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send.mutate('answer');
  };
  return (
    <Stack component="form" gap="xs" mt="xs" onSubmit={submit}>
      <Textarea
        label="Answer"
        autosize
        minRows={2}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {send.isError && <Trouble error={send.error} />}
      <Group gap="xs">
        <Button type="submit" size="xs" variant="default" disabled={text.trim() === ''} loading={send.isPending}>
          Answer
        </Button>
        {askedBy === me.id && (
          <Button size="xs" variant="subtle" onClick={() => send.mutate('withdraw')}>
            Withdraw the question
          </Button>
        )}
      </Group>
    </Stack>
  );
}
