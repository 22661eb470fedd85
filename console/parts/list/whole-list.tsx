/** A list that is read page by page, or in its place that it is on its way, that nothing is in it, or what went wrong. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import type { Pages } from '../../http/pages.js';
import { Loading, Trouble } from '../states.js';

/** The list. */
export function WholeList<Item>({
  of: { items, query, outdated, startAgain },
  label,
  nothing,
  children,
}: {
  readonly of: Pages<Item>;
  /** What is said while it is read. */
  readonly label: string;
  /** Shown where it is empty. */
  readonly nothing: ReactNode;
  readonly children: ReactNode;
}) {
  const list = useRef<HTMLDivElement>(null);
  if (query.isPending) return <Loading label={label} />;
  const fromTop = (): void => {
    startAgain();
    window.scrollTo(0, 0);
    list.current?.focus({ preventScroll: true });
  };
  return (
    <Stack ref={list} tabIndex={-1} className="whole-list">
      {query.isError && !query.isFetchNextPageError && (
        <Trouble error={query.error} retry={() => void query.refetch()} />
      )}
      {items.length > 0 ? children : !query.isError && nothing}
      {query.isFetchingNextPage && <Loading label="Reading on" />}
      {query.isFetchNextPageError && <Trouble error={query.error} retry={() => void query.fetchNextPage()} />}
      <div role="status" className="outdated">
        {outdated && (
          <Group gap="sm" justify="center" p="xs">
            <Text size="sm">This list has changed since it was read.</Text>
            <Button size="xs" onClick={fromTop}>
              Read it again from the top
            </Button>
          </Group>
        )}
      </div>
    </Stack>
  );
}
