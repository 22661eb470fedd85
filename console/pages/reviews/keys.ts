/** The inbox by keyboard: through the list, open, take, give back, mark. */
import { useHotkeys } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReviewView } from '../../../client/views.js';
import { useMay, useMe } from '../../session/me.js';
import { toggled } from './marks.js';
import { giveBack, take } from './work.js';

/** What each key does, for whoever asks. */
export const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['j', 'the next review'],
  ['k', 'the one before'],
  ['Enter', 'open it'],
  ['Escape', 'close it'],
  ['t', 'take it'],
  ['r', 'give it back'],
  ['x', 'mark it, for changing many at once'],
  ['/', 'find by number'],
  ['?', 'these keys'],
];

/** Listens to the keys. */
export function useInboxKeys({
  tasks,
  open,
  onOpen,
  marked,
  onMark,
}: {
  readonly tasks: readonly ReviewView[];
  readonly open: string | undefined;
  readonly onOpen: (taskId: string | undefined) => void;
  readonly marked: ReadonlySet<string>;
  readonly onMark: (marked: ReadonlySet<string>) => void;
}) {
  const me = useMe();
  const may = useMay();
  const client = useQueryClient();
  const [at, setAt] = useState<string>();
  const [help, setHelp] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const chosen = tasks.find(({ taskId }) => taskId === (open ?? at))?.taskId;
  const step = (by: number): void => {
    const index = tasks.findIndex(({ taskId }) => taskId === chosen);
    const next = tasks[index < 0 ? 0 : Math.min(Math.max(index + by, 0), tasks.length - 1)];
    if (!next) return;
    // Enter would still open the row from which one came.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    setAt(next.taskId);
    if (open !== undefined) onOpen(next.taskId);
  };
  const work = (order: (taskId: string, who: string) => Promise<unknown>): void => {
    const task = tasks.find(({ taskId }) => taskId === chosen);
    if (!task || !may('operator', task.lifecycle)) return;
    setFailure(undefined);
    order(task.taskId, me.id)
      .catch(setFailure)
      .finally(() => void client.invalidateQueries({ queryKey: ['read'] }));
  };
  const mark = (): void => {
    if (chosen !== undefined && may('supervisor')) onMark(toggled(marked, chosen));
  };
  useHotkeys([
    ['j', free(() => step(1))],
    ['k', free(() => step(-1))],
    ['Enter', free(() => chosen !== undefined && !isOnControl() && onOpen(chosen)), { preventDefault: false }],
    ['Escape', free(() => onOpen(undefined)), { preventDefault: false }],
    ['t', free(() => work(take))],
    ['r', free(() => work(giveBack))],
    ['x', free(mark)],
    // With or without shift, as the keyboard's layout has it.
    ['shift+?', free(() => setHelp(true))],
    ['?', free(() => setHelp(true))],
  ]);
  return { chosen, help, setHelp, failure };
}

/** Keys are the list's while no dialog is open: that has keys of its own. */
const free =
  (act: () => unknown): (() => void) =>
  () => {
    if (!document.querySelector('[role="dialog"]')) act();
  };

/** Enter means what is focused, where that can be pressed. */
const isOnControl = (): boolean => document.activeElement?.matches('a, button, input, [role="tab"]') === true;
