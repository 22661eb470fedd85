/** What a page shows while it waits, when something went wrong, and when there is nothing. */
import { Alert, Button, Center, Group, List, Loader, Paper, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asProblem } from '../http/problem.js';
import { IconAlertTriangle } from './icons.js';

/** Something is on its way. */
export function Loading({ label = 'Loading' }: { readonly label?: string }) {
  return (
    <Center p="xl" role="status">
      <Group gap="sm">
        <Loader size="sm" aria-hidden />
        <Text c="dimmed">{label} …</Text>
      </Group>
    </Center>
  );
}

/** What went wrong and what to do about it, as the gateway says it. */
export function Trouble({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { title, detail, issues } = asProblem(error);
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      title={title}
      icon={<IconAlertTriangle aria-hidden />}
      classNames={{ title: 'late' }}
    >
      <Stack gap="xs" align="flex-start">
        {detail !== undefined && <Text size="sm">{detail}</Text>}
        {issues && issues.length > 0 && (
          <List size="sm">
            {issues.map(({ field, remedy }) => (
              <List.Item key={field + remedy}>
                <b>{field}</b>: {remedy}
              </List.Item>
            ))}
          </List>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Nothing is there, and why that is. */
export function Nothing({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Paper withBorder p="xl" ta="center">
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text c="dimmed" size="sm" mt={4}>
          {children}
        </Text>
      )}
    </Paper>
  );
}

/** Shows what was read, or in its place that it is on its way or what went wrong. What was read before stays while it is read again. */
export function Read<Answer>({
  of,
  label,
  children,
}: {
  readonly of: UseQueryResult<Answer>;
  readonly label?: string;
  readonly children: (answer: Answer) => ReactNode;
}) {
  if (of.data !== undefined) {
    return (
      <>
        {of.isError && <Trouble error={of.error} retry={() => void of.refetch()} />}
        {children(of.data)}
      </>
    );
  }
  if (of.isError) return <Trouble error={of.error} retry={() => void of.refetch()} />;
  return <Loading {...(label === undefined ? {} : { label })} />;
}
