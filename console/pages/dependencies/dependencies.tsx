/** The services that everything rests on: whether calls to them are made, who stopped them, who waits. */
import { Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { DependencyView } from '../../../client/dependencies.js';
import { listPage } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { request } from '../../http/request.js';
import { OrderDialog } from '../../parts/order.js';
import { PageFrame } from '../../parts/page.js';
import { Sign, type Tone } from '../../parts/signs.js';
import { Read } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { When } from '../../words/moments.js';
import { counted, inWords } from '../../words/words.js';

const STATUS: Readonly<Record<DependencyView['status'], readonly [Tone, string]>> = {
  up: ['good', 'Up'],
  paused: ['resting', 'Paused by a person'],
  failing: ['bad', 'Failing, closed by itself'],
};

interface Change {
  readonly name: string;
  readonly order: 'pause' | 'resume';
}

/** The page. */
export default function Dependencies() {
  const dependencies = useRead<{ readonly items: readonly DependencyView[] }>('/api/dependencies', { everyMs: 15_000 });
  const [change, setChange] = useState<Change>();
  return (
    <PageFrame
      title="Dependencies"
      about="To a service that is not up no calls are made: whatever needs it waits, says so, and goes on by itself afterwards."
    >
      <Read of={dependencies}>
        {({ items }) => (
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
            {items.map((dependency) => (
              <Card key={dependency.name} dependency={dependency} onChange={setChange} />
            ))}
          </SimpleGrid>
        )}
      </Read>
      {change && <ChangeDialog change={change} onClose={() => setChange(undefined)} />}
    </PageFrame>
  );
}

function Card({
  dependency: { name, status, since, reason, actor, lastFailure, deferred },
  onChange,
}: {
  readonly dependency: DependencyView;
  readonly onChange: (change: Change) => void;
}) {
  const may = useMay();
  const [tone, said] = STATUS[status];
  const order = status === 'up' ? 'pause' : 'resume';
  return (
    <Paper withBorder p="md" component="section" aria-label={inWords(name)}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2}>{inWords(name)}</Title>
          <Sign tone={tone}>{said}</Sign>
        </Group>
        {status !== 'up' && (
          <Text size="sm">
            {since !== undefined && <When at={since} />}
            {actor && ` by ${actor.id}`}
            {reason !== undefined && `: ${inWords(reason).toLowerCase()}`}
          </Text>
        )}
        {status === 'failing' && lastFailure && <Text size="sm">Last failure: {lastFailure.message}</Text>}
        <Text size="sm">
          {deferred === 0 ? (
            'Nothing waits for it.'
          ) : (
            <Link href={listPage({ deferredBy: `dependency:${name}` })}>
              {counted(deferred, 'entity waits', 'entities wait')} for it
            </Link>
          )}
        </Text>
        {(may('operator') || may('admin')) && (
          <Group>
            <Button
              size="xs"
              variant={order === 'resume' ? 'filled' : 'default'}
              aria-label={`${inWords(order)} ${name}`}
              onClick={() => onChange({ name, order })}
            >
              {inWords(order)}
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function ChangeDialog({ change: { name, order }, onClose }: { readonly change: Change; readonly onClose: () => void }) {
  const said = inWords(name).toLowerCase();
  return (
    <OrderDialog
      title={`${inWords(order)} ${said}`}
      means={
        order === 'pause'
          ? `From now on no calls to ${said} are made. Whatever needs it waits and says so, until somebody resumes it.`
          : `Calls to ${said} are made again. Whatever waits goes on within seconds.`
      }
      done={order === 'pause' ? `No calls to ${said} are made.` : `Calls to ${said} are made again.`}
      carryOut={(because, idempotencyKey) =>
        request(`/api/dependencies/${encodeURIComponent(name)}/${order}`, {
          method: 'POST',
          body: because,
          idempotencyKey,
        })
      }
      onClose={onClose}
    />
  );
}
