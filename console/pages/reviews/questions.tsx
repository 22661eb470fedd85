/** Questions between teams that wait for an answer. */
import { Stack } from '@mantine/core';
import type { QuestionView } from '../../../client/work-views.js';
import { useRead } from '../../http/read.js';
import { Nothing, Read } from '../../parts/states.js';
import { QuestionCard } from './question-card.js';

/** No event tells of questions and answers: they are read again so often, in milliseconds. */
export const QUESTIONS_EVERY_MS = 5_000;

/** The tab. */
export function Questions() {
  const questions = useRead<{ readonly items: readonly QuestionView[] }>('/api/questions?open=true', {
    everyMs: QUESTIONS_EVERY_MS,
  });
  return (
    <Read of={questions}>
      {({ items }) =>
        items.length === 0 ? (
          <Nothing title="No team waits for an answer">A question is asked from the review that it is about.</Nothing>
        ) : (
          <Stack>
            {items.map((question) => (
              <QuestionCard key={question.questionId} question={question} />
            ))}
          </Stack>
        )
      }
    </Read>
  );
}
