/** An order that needs nothing but that it is meant, and why. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { isRefusal } from '../http/problem.js';
import { request } from '../http/request.js';
import { ReasonField } from './form/reason.js';
import { Trouble } from './states.js';

/** Why somebody does it: a code, and where more was said the reference of a note. */
export interface Because {
  readonly reason: string;
  readonly note?: string;
}

/** The dialog. @param props.carryOut is given the reason, and a key under which a repeat is recognised */
export function OrderDialog({
  title,
  means,
  done,
  carryOut,
  onClose,
}: {
  readonly title: string;
  readonly means: ReactNode;
  /** What is said once it is done. */
  readonly done: string;
  readonly carryOut: (because: Because, key: string) => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const client = useQueryClient();
  const key = useRef<string>(crypto.randomUUID());
  const [reason, setReason] = useState<string>();
  const [note, setNote] = useState('');
  const order = useMutation({
    mutationFn: async () => {
      const ref = note.trim() === '' ? undefined : await kept(note, `${key.current}-note`);
      return carryOut({ reason: reason ?? '', ...(ref === undefined ? {} : { note: ref }) }, key.current);
    },
    onSuccess: () => {
      notifications.show({ title, message: done });
      onClose();
    },
    onError: (error) => {
      if (isRefusal(error)) key.current = crypto.randomUUID();
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['read'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    order.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack component="form" onSubmit={submit}>
        <Text size="sm">{means}</Text>
        <ReasonField value={reason} onChange={setReason} />
        <Textarea
          label="Note"
          description="In your own words. It is kept apart and can be erased."
          autosize
          minRows={2}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {order.isError && <Trouble error={order.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={order.isPending}>
            {title}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Puts free text into the erasable store. @returns its reference, which is what records and messages bear */
export async function kept(text: string, key: string): Promise<string> {
  const body = { data: { text } };
  const { ref } = await request<{ ref: string }>('/api/subjects', { method: 'POST', body, idempotencyKey: key });
  return ref;
}
