/** One order for many reviews, with one reason: first what it would do, then, if that is meant, the doing. */
import { Button, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { BulkOrder, BulkPreview, BulkReport } from '../../../client/work-views.js';
import { request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { Dialog } from '../../parts/dialog.js';
import { NoteField } from '../../parts/form/note.js';
import { ReasonField } from '../../parts/form/reason.js';
import { Trouble } from '../../parts/states.js';
import { useMe } from '../../session/me.js';
import { localInput } from '../../words/time.js';
import { count, counted } from '../../words/words.js';
import { PreviewTable, Report } from './bulk-preview.js';
import { bulkFilter } from './bulk-filter.js';
import type { AddressFilter } from './filter.js';

type Kind = BulkOrder['action']['kind'];

const KINDS: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: 'assign', label: 'Give to somebody' },
  { value: 'release', label: 'Give back to the queue' },
  { value: 'park', label: 'Park until a date' },
  { value: 'extend', label: 'Give more time' },
];

const DAY_MS = 86_400_000;

/** The dialog. Exactly one of `tasks` and `filter`. */
export function BulkDialog({
  tasks,
  filter,
  onClose,
  onDone,
}: {
  readonly tasks?: readonly string[];
  readonly filter?: AddressFilter;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const me = useMe();
  const [kind, setKind] = useState<Kind>('assign');
  const [assignee, setAssignee] = useState(me.id);
  const [until, setUntil] = useState(localInput(Date.now() + DAY_MS));
  const [byDays, setByDays] = useState(7);
  const [reasonCode, setReasonCode] = useState<string>();
  const [reference, setReference] = useState('');
  const [note, setNote] = useState('');
  const order: BulkOrder = {
    action: actionOf(kind, { assignee, until, byDays }),
    ...(tasks ? { tasks } : { filter: bulkFilter(filter ?? {}) }),
    reasonCode: reasonCode ?? '',
    ...(reference === '' ? {} : { reference }),
    ...(note === '' ? {} : { note }),
  };
  const preview = useMutation({
    mutationFn: () => request<BulkPreview>('/api/reviews/bulk/preview', { method: 'POST', body: order }),
  });
  // Exactly what the preview showed, whatever has come into the cut since.
  const carryOut = useWrite(({ order: named, targets }: BulkPreview) => {
    const { filter: _, ...rest } = order;
    const affected = targets.filter(({ skipped }) => skipped === undefined).map(({ taskId }) => taskId);
    const body = { ...rest, tasks: affected, order: named };
    return request<BulkReport>('/api/reviews/bulk', { method: 'POST', body, idempotencyKey: named });
  }, onDone);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    preview.mutate();
  };
  const shown = preview.data;
  return (
    <Dialog
      opened
      onClose={onClose}
      size="xl"
      title={tasks ? `Change ${counted(tasks.length, 'review')}` : 'Change all reviews of this cut'}
    >
      {carryOut.data ? (
        <Report report={carryOut.data} onClose={onClose} />
      ) : (
        // A changed order needs another look at what it would do.
        <Stack component="form" onSubmit={submit} onChange={() => preview.reset()}>
          <Select
            label="What"
            data={KINDS}
            allowDeselect={false}
            value={kind}
            onChange={(chosen) => {
              preview.reset();
              if (chosen !== null) setKind(chosen);
            }}
          />
          {kind === 'assign' && (
            <TextInput
              label="To whom"
              required
              value={assignee}
              onChange={(event) => setAssignee(event.currentTarget.value)}
            />
          )}
          {kind === 'park' && (
            <TextInput
              label="Until"
              type="datetime-local"
              required
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
          )}
          {kind === 'extend' && (
            <>
              <NumberInput
                label="By how many days"
                required
                min={1}
                max={365}
                allowDecimal={false}
                value={byDays}
                onChange={(days) => setByDays(Number(days))}
              />
              <TextInput
                label="What allows it"
                description="Number of a bulletin, an agreement, an order"
                required
                value={reference}
                onChange={(event) => setReference(event.currentTarget.value)}
              />
            </>
          )}
          <ReasonField label="One reason for all" value={reasonCode} onChange={setReasonCode} />
          <NoteField value={note} onChange={setNote} />
          {preview.isError && <Trouble error={preview.error} />}
          {carryOut.isError && <Trouble error={carryOut.error} />}
          {shown && <PreviewTable preview={shown} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" variant={shown ? 'default' : 'filled'} loading={preview.isPending}>
              Show what it would do
            </Button>
            {shown && (
              <Button
                disabled={shown.affected === 0}
                loading={carryOut.isPending}
                onClick={() => carryOut.mutate(shown)}
              >
                Change {count(shown.affected)}
              </Button>
            )}
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}

function actionOf(
  kind: Kind,
  { assignee, until, byDays }: { readonly assignee: string; readonly until: string; readonly byDays: number },
): BulkOrder['action'] {
  switch (kind) {
    case 'assign':
      return { kind, assignee };
    case 'release':
      return { kind };
    case 'park':
      return { kind, until: new Date(until).toISOString() };
    case 'extend':
      return { kind, byDays };
  }
}
