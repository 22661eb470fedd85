/** What stands over the page until it is answered or closed. */
import { Button, Group, Modal, Stack, type ModalProps } from '@mantine/core';
import { useEffect, type FormEvent, type ReactNode } from 'react';
import { Trouble } from './states.js';

/** The frame. However it goes, the focus is back where it was afterwards; where that is gone, at the page's heading. */
export function Dialog({
  opened,
  size = 'lg',
  ...props
}: Pick<ModalProps, 'opened' | 'onClose' | 'title' | 'size' | 'children'>) {
  useEffect(() => {
    if (!opened) return undefined;
    const opener = document.activeElement;
    // Once it is gone from the document, or going.
    return () => void window.setTimeout(() => giveBackFocus(opener));
  }, [opened]);
  return (
    <Modal {...props} opened={opened} size={size} returnFocus={false} closeButtonProps={{ 'aria-label': 'Close' }} />
  );
}

function giveBackFocus(to: Element | null): void {
  const { activeElement } = document;
  const isFree = activeElement === null || activeElement === document.body || activeElement.closest('[role="dialog"]');
  if (!isFree) return;
  const target = to?.isConnected === true && to !== document.body ? to : document.querySelector('h1');
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/** An order that is to be confirmed: its fields, what went wrong with it, and the two ways out. */
export function OrderForm({
  order,
  label,
  onCancel,
  children,
}: {
  readonly order: {
    readonly mutate: () => void;
    readonly isPending: boolean;
    readonly isError: boolean;
    readonly error: unknown;
  };
  /** Of the button that carries it out. */
  readonly label: string;
  readonly onCancel: () => void;
  readonly children: ReactNode;
}) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    order.mutate();
  };
  return (
    <Stack component="form" onSubmit={submit}>
      {children}
      {order.isError && <Trouble error={order.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={order.isPending}>
          {label}
        </Button>
      </Group>
    </Stack>
  );
}
