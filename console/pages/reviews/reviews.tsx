/** People's work: what waits in which queue, who has what, and who stands in for whom. */
import { Tabs } from '@mantine/core';
import { useSearchParams } from 'wouter';
import { PageFrame } from '../../parts/page.js';
import { Delegations } from './delegations.js';
import { Inbox } from './inbox.js';
import { Questions } from './questions.js';
import { Workload } from './workload.js';

/** The page. */
export default function Reviews() {
  const [search, setSearch] = useSearchParams();
  return (
    <PageFrame title="Reviews" about="What needs a person's decision, the most urgent first. Press ? for the keys.">
      <Tabs
        value={search.get('show') ?? 'inbox'}
        onChange={(show) => setSearch(show === null || show === 'inbox' ? {} : { show })}
        keepMounted={false}
      >
        <Tabs.List aria-label="Reviews">
          <Tabs.Tab value="inbox">Inbox</Tabs.Tab>
          <Tabs.Tab value="questions">Questions</Tabs.Tab>
          <Tabs.Tab value="workload">Workload</Tabs.Tab>
          <Tabs.Tab value="absences">Absences</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="inbox" pt="md">
          <Inbox />
        </Tabs.Panel>
        <Tabs.Panel value="questions" pt="md">
          <Questions />
        </Tabs.Panel>
        <Tabs.Panel value="workload" pt="md">
          <Workload />
        </Tabs.Panel>
        <Tabs.Panel value="absences" pt="md">
          <Delegations />
        </Tabs.Panel>
      </Tabs>
    </PageFrame>
  );
}
