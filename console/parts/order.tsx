/** An order that needs nothing but that it is meant, and why. */
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState, type ReactNode } from 'react';
import { useWrite } from '../http/write.js';
import { Dialog, OrderForm } from './dialog.js';
import { kept, NoteField } from './form/note.js';
import { ReasonField } from './form/reason.js';

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
  const [reason, setReason] = useState<string>();
  const [note, setNote] = useState('');
  const order = useWrite(
    async (_: void, key) => {
      const ref = note.trim() === '' ? undefined : await kept(note, `${key}-note`);
      return carryOut({ reason: reason ?? '', ...(ref === undefined ? {} : { note: ref }) }, key);
    },
    () => {
      notifications.show({ title, message: done });
      onClose();
    },
  );
  return (
    <Dialog opened onClose={onClose} title={title}>
      <OrderForm order={order} label={title} onCancel={onClose}>
        <Text size="sm">{means}</Text>
        <ReasonField value={reason} onChange={setReason} />
        <NoteField value={note} onChange={setNote} />
      </OrderForm>
    </Dialog>
  );
}
