/** The entity's open review tasks. */
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from 'wouter';
import type { OpenReview } from '../../../client/views.js';
import { reviewPage } from '../../http/paths.js';
import { Sign } from '../../parts/signs.js';
import { Nothing } from '../../parts/states.js';
import { Due, Lasting, When } from '../../words/moments.js';
import { inWords } from '../../words/words.js';

/** One card for each. */
export function Reviews({ reviews }: { readonly reviews: readonly OpenReview[] }) {
  if (reviews.length === 0)
    return <Nothing title="Nobody has to look at it">A review appears here once a person is needed.</Nothing>;
  return (
    <Stack>
      {reviews.map((review) => (
        <Paper key={review.taskId} withBorder p="md">
          <Group justify="space-between" align="flex-start">
            <div>
              <Text fw={600}>{inWords(review.reason)}</Text>
              <Text size="sm" c="dimmed">
                {inWords(review.queue)} · open for <Lasting since={review.openedAt} />
                {review.dueAt !== undefined && (
                  <>
                    {' '}
                    · <Due at={review.dueAt} />
                  </>
                )}
              </Text>
              <Group gap="xs" mt="xs">
                <Sign tone={review.assignee === undefined ? 'plain' : 'good'}>
                  {review.assignee === undefined ? 'Nobody has it' : `${review.assignee} has it`}
                </Sign>
                {(review.level ?? 0) > 0 && <Sign tone="bad">Escalated, level {review.level}</Sign>}
                {review.proposal && <Sign tone="attention">{review.proposal.by} proposed a decision</Sign>}
                {review.parkedUntil !== undefined && (
                  <Sign tone="resting">
                    Parked until <When at={review.parkedUntil} />
                  </Sign>
                )}
              </Group>
            </div>
            <Button component={Link} href={reviewPage(review.taskId)} variant="default">
              Open the review
            </Button>
          </Group>
        </Paper>
      ))}
    </Stack>
  );
}
