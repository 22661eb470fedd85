/** The first page: how many there are of everything, what is late, and what needs somebody. */
import { SegmentedControl, SimpleGrid, Stack } from '@mantine/core';
import { useSearchParams } from 'wouter';
import type { LifecycleOverview, OverviewView } from '../../../client/console-views.js';
import { useLifecycles } from '../../http/lifecycles.js';
import { listPage } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { FigureLink } from '../../parts/figure-link.js';
import { PageFrame, Section } from '../../parts/page.js';
import { Nothing, Read } from '../../parts/states.js';
import { When } from '../../words/moments.js';
import { count, inWords } from '../../words/words.js';
import { Needs } from './needs.js';
import { StateDiagram } from './state-diagram.js';
import { StateTable } from './state-table.js';

/** The page. */
export default function Overview() {
  const overview = useRead<OverviewView>('/api/overview', { everyMs: 30_000 });
  return (
    <PageFrame
      title="Overview"
      about={
        overview.data && (
          <>
            Counted <When at={overview.data.asOf} />.
          </>
        )
      }
    >
      <Read of={overview}>{(answer) => <Content overview={answer} />}</Read>
    </PageFrame>
  );
}

function Content({ overview }: { readonly overview: OverviewView }) {
  const { totals } = overview;
  return (
    <Stack gap="xl">
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        <FigureLink href={listPage({ closed: false })} label="Open" value={count(totals.open)} />
        <FigureLink
          href={listPage({ late: true })}
          label="Late: a deadline has passed"
          value={count(totals.late)}
          warn={totals.late > 0}
        />
        <FigureLink
          href={listPage({ attention: true })}
          label="Need attention"
          value={count(totals.attention)}
          warn={totals.attention > 0}
        />
        <FigureLink
          href={listPage({ closed: true, sort: 'updated' })}
          label="Closed today"
          value={count(totals.closedToday)}
        />
      </SimpleGrid>
      <Needs overview={overview} />
      <Lifecycles lifecycles={overview.lifecycles} />
    </Stack>
  );
}

function Lifecycles({ lifecycles }: { readonly lifecycles: readonly LifecycleOverview[] }) {
  const tables = useLifecycles();
  const [search, setSearch] = useSearchParams();
  const [first] = lifecycles;
  if (!first) return <Nothing title="Nothing is on record yet">The first submission appears here by itself.</Nothing>;
  const chosen =
    lifecycles.find(({ lifecycle }) => lifecycle === search.get('lifecycle')) ?? busiest(lifecycles) ?? first;
  const table = tables?.find(({ lifecycle }) => lifecycle === chosen.lifecycle);
  return (
    <Section
      title="Where they are"
      aside={
        <SegmentedControl
          aria-label="Lifecycle"
          value={chosen.lifecycle}
          onChange={(lifecycle) => setSearch({ lifecycle }, { replace: true })}
          data={lifecycles.map(({ lifecycle, totals }) => ({
            value: lifecycle,
            label: `${inWords(lifecycle)} · ${count(totals.open)}`,
          }))}
        />
      }
    >
      {table && <StateDiagram table={table} overview={chosen} />}
      <StateTable overview={chosen} />
    </Section>
  );
}

function busiest(lifecycles: readonly LifecycleOverview[]): LifecycleOverview | undefined {
  return [...lifecycles].sort((a, b) => b.totals.open - a.totals.open)[0];
}
