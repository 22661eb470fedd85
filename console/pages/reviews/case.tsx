/** One review with everything that is needed to decide it, on one page. */
import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ActionsView, ActionView } from '../../../client/lifecycle-views.js';
import type { ReviewView } from '../../../client/views.js';
import type { ReviewCase } from '../../../client/work-views.js';
import { entityApi, entityPage, reviewApi } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { useWrite } from '../../http/write.js';
import { ActDialog } from '../../parts/act.js';
import { IconCircleX } from '../../parts/icons.js';
import { Sign } from '../../parts/signs.js';
import { Nothing, Read, Trouble } from '../../parts/states.js';
import { RequestFailed } from '../../http/problem.js';
import { useMay, useMe } from '../../session/me.js';
import { Due, Lasting } from '../../words/moments.js';
import { inWords } from '../../words/words.js';
import { EvidenceTables } from '../entity/evidence.js';
import { Notes } from './notes.js';
import { ProposalView } from './proposal.js';
import { TaskQuestions } from './task-questions.js';
import { giveBack, take } from './work.js';

/** The panel. */
export function CasePanel({ taskId, onClose }: { readonly taskId: string; readonly onClose?: () => void }) {
  const found = useRead<ReviewCase>(`${reviewApi(taskId)}/case`);
  if (found.error instanceof RequestFailed && found.error.status === 404) {
    return (
      <Nothing title="This review is done">
        It was decided, or resolved by itself.{' '}
        {onClose && (
          <Button variant="subtle" onClick={onClose}>
            Close
          </Button>
        )}
      </Nothing>
    );
  }
  return (
    <Read of={found} label="Opening the review">
      {(answer) => <Case answer={answer} {...(onClose ? { onClose } : {})} />}
    </Read>
  );
}

function Case({ answer, onClose }: { readonly answer: ReviewCase; readonly onClose?: () => void }) {
  const { task, entity, evidence, notes, questions } = answer;
  const { taskId, lifecycle, id } = task;
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2}>{inWords(task.reason)}</Title>
          <Text component="div">
            <Link href={entityPage(lifecycle, id)} className="key">
              {id}
            </Link>{' '}
            · {inWords(entity.state)} for <Lasting since={entity.since} />
          </Text>
          <Group gap="xs" mt="xs">
            {task.dueAt !== undefined && <Due at={task.dueAt} />}
            <Sign tone={task.assignee === undefined ? 'plain' : 'good'}>
              {task.assignee === undefined ? 'Nobody has it' : `${task.assignee} has it`}
            </Sign>
            {task.level > 0 && <Sign tone="bad">Escalated, level {task.level}</Sign>}
          </Group>
        </div>
        {onClose && (
          <ActionIcon variant="subtle" color="gray" aria-label="Close the review" onClick={onClose}>
            <IconCircleX size={20} aria-hidden />
          </ActionIcon>
        )}
      </Group>
      <Work task={task} />
      {task.proposal && <ProposalView proposal={task.proposal} />}
      <Notes taskId={taskId} lifecycle={lifecycle} notes={notes} />
      <TaskQuestions taskId={taskId} lifecycle={lifecycle} questions={questions} />
      <EvidenceTables evidence={evidence} />
    </Stack>
  );
}

/** The buttons of one task: take or give back, then what the entity says can be done about it. */
function Work({ task }: { readonly task: ReviewView }) {
  const { taskId, lifecycle, id, assignee, decidedBy } = task;
  const me = useMe();
  const may = useMay();
  const [chosen, setChosen] = useState<ActionView>();
  const actions = useRead<ActionsView>(may('operator', lifecycle) ? `${entityApi(lifecycle, id)}/actions` : undefined);
  const work = useWrite((order: (taskId: string, who: string) => Promise<unknown>) => order(taskId, me.id));
  if (!may('operator', lifecycle)) return null;
  const about = (actions.data?.items ?? []).filter(
    ({ message, preset, refusal }) =>
      refusal?.code !== 'Forbidden' &&
      (preset['taskId'] === taskId
        ? !HERE.includes(message) && preset['assignee'] !== me.id
        : decidedBy.includes(message)),
  );
  const refused = about.filter(({ allowed }) => !allowed);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {assignee === me.id ? (
          <Button variant="default" loading={work.isPending} onClick={() => work.mutate(giveBack)}>
            Give back
          </Button>
        ) : (
          <Button
            variant={assignee === undefined ? 'filled' : 'default'}
            loading={work.isPending}
            onClick={() => work.mutate(take)}
          >
            {assignee === undefined ? 'Take' : 'Take over'}
          </Button>
        )}
        {about.map((action) => (
          <Button
            key={action.key}
            variant={action.group === 'decision' || action.message === 'approveReview' ? 'filled' : 'default'}
            disabled={!action.allowed}
            onClick={() => setChosen(action)}
          >
            {action.label}
          </Button>
        ))}
      </Group>
      {refused.map(({ key, label, refusal }) => (
        <Text key={key} size="sm" c="dimmed">
          {label}: {refusal?.sentence}
        </Text>
      ))}
      {work.isError && <Trouble error={work.error} />}
      <ActDialog lifecycle={lifecycle} id={id} action={chosen} onClose={() => setChosen(undefined)} />
    </Stack>
  );
}

/** Have buttons or fields of their own here; so has taking it. */
const HERE: readonly string[] = ['releaseReview', 'noteReview'];
