/** One claim, order or whatever it is: what is happening to it, why, since when, what happens next, and what one can do. */
import { Stack, Tabs } from '@mantine/core';
import { useParams, useSearchParams } from 'wouter';
import type { Explanation } from '../../../client/views.js';
import { useLifecycle } from '../../http/lifecycles.js';
import { entityApi } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { PageFrame, Section } from '../../parts/page.js';
import { Read } from '../../parts/states.js';
import { counted, inWords } from '../../words/words.js';
import { Actions } from './actions.js';
import { Clocks } from './clocks.js';
import { Evidence } from './evidence.js';
import { Messages } from './messages.js';
import { Reviews } from './reviews.js';
import { Summary } from './summary.js';
import { Technical } from './technical.js';
import { Timeline } from './timeline.js';
import { WayDiagram } from './way-diagram.js';

/** The page. */
export default function Entity() {
  const { lifecycle = '', id = '' } = useParams();
  const explanation = useRead<Explanation>(entityApi(lifecycle, id));
  return (
    <PageFrame
      title={id}
      about={inWords(lifecycle)}
      actions={explanation.data && <Actions lifecycle={lifecycle} id={id} />}
    >
      <Read of={explanation} label={`Looking at ${id}`}>
        {(answer) => <Content explanation={answer} />}
      </Read>
    </PageFrame>
  );
}

function Content({ explanation }: { readonly explanation: Explanation }) {
  const { lifecycle, id, reviews, clocks, holds } = explanation;
  const table = useLifecycle(lifecycle);
  const [search, setSearch] = useSearchParams();
  return (
    <Stack gap="xl">
      <Summary explanation={explanation} />
      {table && (
        <Section title="The way">
          <WayDiagram table={table} explanation={explanation} />
        </Section>
      )}
      <Tabs
        value={search.get('show') ?? 'timeline'}
        onChange={(show) => setSearch(show === null || show === 'timeline' ? {} : { show }, { replace: true })}
        keepMounted={false}
      >
        <Tabs.List aria-label={`More about ${id}`}>
          <Tabs.Tab value="timeline">What happened</Tabs.Tab>
          <Tabs.Tab value="reviews">{reviews.length === 0 ? 'Reviews' : counted(reviews.length, 'review')}</Tabs.Tab>
          <Tabs.Tab value="evidence">Documents, payments, findings</Tabs.Tab>
          <Tabs.Tab value="messages">Messages</Tabs.Tab>
          <Tabs.Tab value="clocks">Clocks and holds ({clocks.length + holds.length})</Tabs.Tab>
          <Tabs.Tab value="technical">In Temporal</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="timeline" pt="md">
          <Timeline lifecycle={lifecycle} id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="reviews" pt="md">
          <Reviews reviews={reviews} />
        </Tabs.Panel>
        <Tabs.Panel value="evidence" pt="md">
          <Evidence explanation={explanation} />
        </Tabs.Panel>
        <Tabs.Panel value="messages" pt="md">
          <Messages lifecycle={lifecycle} id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="clocks" pt="md">
          <Clocks explanation={explanation} />
        </Tabs.Panel>
        <Tabs.Panel value="technical" pt="md">
          <Technical explanation={explanation} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
