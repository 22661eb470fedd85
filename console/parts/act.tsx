/** One action of a person: what it means, what it needs to know, and that it is meant. */
import { Alert, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ActionView } from '../../client/lifecycle-views.js';
import { entityApi } from '../http/paths.js';
import { request } from '../http/request.js';
import { useWrite } from '../http/write.js';
import { inWords } from '../words/words.js';
import { Dialog, OrderForm } from './dialog.js';
import { Fields } from './form/fields.js';
import { kept } from './form/note.js';
import { asSchema, initialOf, without } from './form/schema.js';

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
    <Dialog opened={action !== undefined} onClose={onClose} title={action?.label ?? ''}>
      {action && <ActForm key={action.key} lifecycle={lifecycle} id={id} action={action} onDone={onClose} />}
    </Dialog>
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
  const act = useWrite(
    (_: void, key) => send(lifecycle, id, action, data, key),
    (answer) => {
      notifications.show({ title: action.label, message: saidOf(answer) });
      onDone();
    },
  );
  return (
    <OrderForm order={act} label={action.label} onCancel={onDone}>
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
    </OrderForm>
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
