/** For engineers: the run in Temporal, what it waits for there, and the way into Temporal's own pages. */
import { Anchor, List, Stack, Text } from '@mantine/core';
import type { ConsoleSettings } from '../../../client/console-views.js';
import type { Explanation, RunView } from '../../../client/views.js';
import { useRead } from '../../http/read.js';
import { IconExternalLink } from '../../parts/icons.js';
import { Section } from '../../parts/page.js';
import { Nothing } from '../../parts/states.js';
import { When } from '../../words/moments.js';
import { duration } from '../../words/time.js';
import { count, counted } from '../../words/words.js';

/** All of it. */
export function Technical({ explanation }: { readonly explanation: Explanation }) {
  const { run, queues, lifecycleVersion, compensations } = explanation;
  return (
    <Stack gap="xl">
      <Section title="Run">
        {'error' in run ? (
          <Nothing title="No run to show">{run.error}</Nothing>
        ) : (
          <Run run={run} version={lifecycleVersion} />
        )}
      </Section>
      <Section title="Task queues">
        {queues.length === 0 && <Nothing title="It depends on no queue now" />}
        <List>
          {queues.map(({ queue, kind, backlog, oldestMs, pollers }) => (
            <List.Item key={`${queue} ${kind}`}>
              <span className="key">{queue}</span> ({kind}): {count(backlog)} waiting
              {backlog > 0 && `, the oldest for ${duration(oldestMs)}`}, {counted(pollers, 'worker')}
            </List.Item>
          ))}
        </List>
      </Section>
      {compensations.length > 0 && (
        <Section title="Undone if it does not go through">
          <List>
            {compensations.map(({ name, undo, registeredAt, failed }) => (
              <List.Item key={name}>
                {undo} ({name}), since <When at={registeredAt} />
                {failed && `; failed: ${failed.reason}`}
              </List.Item>
            ))}
          </List>
        </Section>
      )}
    </Stack>
  );
}

function Run({ run, version }: { readonly run: RunView; readonly version: number }) {
  const { temporal } = useRead<ConsoleSettings>('/api/console').data ?? {};
  const { workflowId, runId, status, historyLength, startedAt, pendingActivities, pendingTask } = run;
  return (
    <Stack gap={4}>
      <Text>
        <span className="key">{workflowId}</span> · {status.toLowerCase()} · started <When at={startedAt} /> ·{' '}
        {counted(historyLength, 'event')} · table version {version}
      </Text>
      {temporal?.ui !== undefined && (
        <Anchor
          href={`${temporal.ui}/namespaces/${encodeURIComponent(temporal.namespace)}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`}
          target="_blank"
          rel="noreferrer"
          w="fit-content"
        >
          Open in Temporal <IconExternalLink size={14} aria-label="in a new tab" />
        </Anchor>
      )}
      {pendingActivities.map(({ activity, attempt, state, lastFailure, nextTryAt }) => (
        <Text key={activity} size="sm">
          Calls {activity}, {state}, try {attempt}
          {lastFailure !== undefined && `, last failure: ${lastFailure}`}
          {nextTryAt !== undefined && (
            <>
              , next <When at={nextTryAt} />
            </>
          )}
        </Text>
      ))}
      {pendingTask && (
        <Text size="sm">
          A workflow task is {pendingTask.state}, try {pendingTask.attempt}
        </Text>
      )}
    </Stack>
  );
}
