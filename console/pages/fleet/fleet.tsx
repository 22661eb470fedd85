/** What all of it runs on: workers, task queues, Temporal, database, broker, versions. */
import { List, SimpleGrid, Stack, Text } from '@mantine/core';
import type { FleetQueueView, FleetView, PillarView, WorkerView } from '../../../client/console-views.js';
import { useRead } from '../../http/read.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { PageFrame, Section } from '../../parts/page.js';
import { Figure, Sign } from '../../parts/signs.js';
import { Nothing, Read } from '../../parts/states.js';
import { When } from '../../words/moments.js';
import { duration } from '../../words/time.js';
import { capital, count, counted, inWords } from '../../words/words.js';

/** How often the fleet is looked at, in milliseconds: no event tells of it. */
const EVERY_MS = 5_000;

/** The page. */
export default function Fleet() {
  const fleet = useRead<FleetView>('/api/fleet', { everyMs: EVERY_MS });
  return (
    <PageFrame
      title="Fleet"
      about={
        fleet.data && (
          <>
            What everything runs on, as of <When at={fleet.data.asOf} />.
          </>
        )
      }
    >
      <Read of={fleet} label="Looking at the fleet">
        {(answer) => <Content fleet={answer} />}
      </Read>
    </PageFrame>
  );
}

function Content({ fleet }: { readonly fleet: FleetView }) {
  const { workers, queues, deployments, temporal, database, broker, outbox, versions } = fleet;
  return (
    <Stack gap="xl">
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Pillar name="Temporal" pillar={temporal} />
        <Pillar name="Database" pillar={database} />
        {broker && <Pillar name={`Broker (${broker.kind})`} pillar={broker} />}
      </SimpleGrid>
      <Section title="Events on their way out">
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Figure label="Waiting" value={count(outbox.waiting)} />
          <Figure label="Oldest waits for" value={outbox.lagMs === 0 ? 'none waits' : duration(outbox.lagMs)} />
          <Figure label="Refused" value={count(outbox.refused)} warn={outbox.refused > 0} />
          <Figure label="Parked" value={count(outbox.parked)} warn={outbox.parked > 0} />
        </SimpleGrid>
      </Section>
      {broker && broker.subscriptions.length > 0 && (
        <Section title="Who takes them">
          <Subscriptions subscriptions={broker.subscriptions} />
        </Section>
      )}
      <Section title="Task queues">
        <Queues queues={queues} />
      </Section>
      <Section title="Workers">
        <Workers workers={workers} />
      </Section>
      <Section title="Versions">
        <List size="sm">
          {Object.entries(versions).map(([name, version]) => (
            <List.Item key={name}>
              {capital(name)} {version}
            </List.Item>
          ))}
          {deployments.map(({ deployment, version, current }) => (
            <List.Item key={`${deployment} ${version}`}>
              Deployment {deployment}: {version}
              {current && ' (new work begins on it)'}
            </List.Item>
          ))}
        </List>
      </Section>
    </Stack>
  );
}

function Pillar({ name, pillar }: { readonly name: string; readonly pillar: PillarView }) {
  const { status, answeredInMs, version, failure, figures } = pillar;
  return (
    <div>
      <Text fw={600}>
        {name} <Sign tone={status === 'up' ? 'good' : 'bad'}>{status === 'up' ? 'Up' : 'Down'}</Sign>
      </Text>
      <Text size="sm">
        {version !== undefined && `${version} · `}
        {answeredInMs !== undefined && `answered in ${Math.round(answeredInMs)} ms`}
      </Text>
      {failure !== undefined && <Text size="sm">{failure}</Text>}
      {Object.entries(figures).map(([figure, value]) => (
        <Text key={figure} size="sm" c="dimmed">
          {inWords(figure)}: {count(value)}
        </Text>
      ))}
    </div>
  );
}

function Subscriptions({ subscriptions }: Pick<NonNullable<FleetView['broker']>, 'subscriptions'>) {
  return (
    <SmallTable
      label="Subscriptions"
      columns={[
        'Subscription',
        { head: 'Waiting', figures: true },
        { head: 'Oldest', figures: true },
        { head: 'Parked', figures: true },
        'State',
      ]}
      rows={subscriptions.map(({ subscription, waiting, oldestSeconds, parked }) => ({
        key: subscription,
        cells: [
          <span className="key">{subscription}</span>,
          count(waiting),
          oldestSeconds === undefined ? '–' : duration(oldestSeconds * 1_000),
          parked > 0 ? <span className="late">{count(parked)}</span> : '–',
          parked > 0 ? (
            <Sign tone="bad">Some were set aside</Sign>
          ) : (
            <Sign tone={waiting > 0 ? 'attention' : 'good'}>{waiting > 0 ? 'Behind' : 'Up to date'}</Sign>
          ),
        ],
      }))}
    />
  );
}

function Queues({ queues }: { readonly queues: readonly FleetQueueView[] }) {
  if (queues.length === 0) return <Nothing title="Temporal could not be asked for its queues" />;
  return (
    <SmallTable
      label="Task queues"
      columns={[
        'Queue',
        'Of',
        { head: 'Waiting', figures: true },
        { head: 'Oldest', figures: true },
        { head: 'Workers', figures: true },
        'State',
      ]}
      rows={queues.map(({ queue, kind, backlog, oldestMs, pollers, unattended }) => ({
        key: `${queue} ${kind}`,
        cells: [
          <span className="key">{queue}</span>,
          kind === 'workflow' ? 'workflows' : 'activities',
          count(backlog),
          backlog === 0 ? '–' : duration(oldestMs),
          count(pollers),
          unattended ? (
            <Sign tone="bad">Nobody takes it</Sign>
          ) : (
            <Sign tone={backlog > 0 ? 'attention' : 'good'}>{backlog > 0 ? 'Behind' : 'Up to date'}</Sign>
          ),
        ],
      }))}
    />
  );
}

function Workers({ workers }: { readonly workers: readonly WorkerView[] }) {
  if (workers.length === 0) {
    return (
      <Nothing title="No worker asks for work">
        Nothing goes on until one does; deadlines are kept all the same.
      </Nothing>
    );
  }
  return (
    <SmallTable
      label="Workers"
      columns={['Worker', 'Takes', 'Asked last', 'Build']}
      rows={workers.map(({ identity, queues, seenAt, buildId, deployment }) => ({
        key: identity,
        cells: [
          <span className="key">{identity}</span>,
          <span title={queues.join(', ')}>{counted(queues.length, 'queue')}</span>,
          <When at={seenAt} />,
          [deployment, buildId].filter(Boolean).join(' ') || 'not versioned',
        ],
      }))}
    />
  );
}
