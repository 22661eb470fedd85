/** One action of a person: what it means, what it needs to know, and that it is meant. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent } from 'react';
import type { ActionView } from '../../client/lifecycle-views.js';
import { isRefusal } from '../http/problem.js';
import { entityApi } from '../http/paths.js';
import { request } from '../http/request.js';
import { inWords } from '../words/words.js';
import { Fields } from './form/fields.js';
import { asSchema, initialOf, without } from './form/schema.js';
import { kept } from './order.js';
import { Trouble } from './states.js';

/** The entity's answer to an update; of a signal only that it is on its way. */
interface Answer {
  readonly outcome: string;
  readonly state?: string;
  readonly code?: string;
}

/** The dialog of an action; shown while there is one. */
export function ActDialog({
  lifecycle,
  id,
  action,
  onClose,
}: {
  readonly lifecycle: string;
  readonly id: string;
  readonly action: ActionView | undefined;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={action !== undefined}
      onClose={onClose}
      title={action?.label ?? ''}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {action && <ActForm key={action.key} lifecycle={lifecycle} id={id} action={action} onDone={onClose} />}
    </Modal>
  );
}

function ActForm({
  lifecycle,
  id,
  action,
  onDone,
}: {
  readonly lifecycle: string;
  readonly id: string;
  readonly action: ActionView;
  readonly onDone: () => void;
}) {
  const schema = without(asSchema(action.schema), action.preset);
  const [data, setData] = useState<unknown>(() => initialOf(schema));
  const client = useQueryClient();
  // One order, however often it has to be sent: a repeat under the same key is recognised.
  const key = useRef<string>(crypto.randomUUID());
  const act = useMutation({
    mutationFn: () => send(lifecycle, id, action, data, key.current),
    onSuccess: (answer) => {
      notifications.show({ title: action.label, message: saidOf(answer) });
      onDone();
    },
    onError: (error) => {
      if (isRefusal(error)) key.current = crypto.randomUUID();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['read'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          {action.means} <b className="key">{id}</b>
          {action.target !== undefined && <> · {action.target}</>}
        </Text>
        <Fields schema={schema} value={data} onChange={setData} />
        {action.mayNeedSecondPerson && (
          <Alert variant="outline" color="gray" title="May need a second person">
            Above the authority of one person it waits until somebody else approves it.
          </Alert>
        )}
        {act.isError && <Trouble error={act.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button type="submit" loading={act.isPending}>
            {action.label}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Free text goes to the erasable store first; the message bears its reference. */
async function send(lifecycle: string, id: string, action: ActionView, given: unknown, key: string): Promise<Answer> {
  const data: Record<string, unknown> = { ...action.preset, ...(given as Record<string, unknown> | undefined) };
  if (typeof data['note'] === 'string' && !('note' in action.preset)) {
    data['note'] = await kept(data['note'], `${key}-note`);
  }
  const path = `${entityApi(lifecycle, id)}/messages/${encodeURIComponent(action.message)}`;
  return request<Answer>(path, { method: 'POST', body: { data }, idempotencyKey: key });
}

function saidOf({ outcome, state, code }: Answer): string {
  if (code === 'awaitingSecondPerson') return 'It is proposed, and waits for the approval of a second person.';
  if (outcome === 'accepted') return 'It is on its way.';
  if (outcome === 'held') return 'It is kept until its time has come.';
  if (outcome === 'duplicate') return 'It was done already.';
  if (outcome === 'late') return 'It came late, and is on record.';
  return state === undefined ? 'Done.' : `Done. State: ${inWords(state)}.`;
}
