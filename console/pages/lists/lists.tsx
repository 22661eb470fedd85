/** Lists of claims, orders and whatever else there is, cut as the address says. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { SavedView } from '../../../client/console-views.js';
import type { EntitySummary, TotalsView } from '../../../client/views.js';
import { useLifecycles } from '../../http/lifecycles.js';
import { usePages } from '../../http/pages.js';
import { useRead } from '../../http/read.js';
import { download, query } from '../../http/request.js';
import { IconDownload } from '../../parts/icons.js';
import { WholeList } from '../../parts/list/whole-list.js';
import { PageFrame } from '../../parts/page.js';
import { Nothing, Trouble } from '../../parts/states.js';
import { Sums } from '../../words/amounts.js';
import { counted } from '../../words/words.js';
import { EntityTable } from './entity-table.js';
import { FilterBar } from './filter-bar.js';
import { useFilter } from './filter.js';
import { SavedViews } from './saved-views-row.js';

/** Entities of one page. */
const PAGE_SIZE = 100;

/** The page. */
export default function Lists() {
  const { filter, sort, change, clear } = useFilter();
  const lifecycles = useLifecycles();
  const views = useRead<{ readonly items: readonly SavedView[] }>('/api/views').data?.items;
  const totals = useRead<TotalsView>(`/api/entities/totals${query(filter)}`, { keepPrevious: true });
  const pages = usePages<EntitySummary>(`/api/entities${query({ ...filter, sort, limit: PAGE_SIZE })}`);
  const view = views?.find((candidate) => candidate.of === 'entities' && isSame(candidate.filter, filter));
  // Of the chosen lifecycle all of them; of everything at once only those that hold something.
  const isOffered = (candidate: SavedView): boolean =>
    candidate.of === 'entities' &&
    (candidate === view ||
      (filter.lifecycle === undefined ? candidate.count > 0 : candidate.lifecycle === filter.lifecycle));
  return (
    <PageFrame
      title={view?.title ?? 'Lists'}
      about={view?.means ?? 'Everything on record, cut as you like; the address keeps the cut.'}
      actions={<Export path={`/api/entities.csv${query({ ...filter, sort })}`} />}
    >
      <Stack>
        {views && <SavedViews views={views.filter(isOffered)} chosen={view} onClear={clear} />}
        <FilterBar filter={filter} sort={sort} lifecycles={lifecycles ?? []} onChange={change} onClear={clear} />
        <Group justify="space-between" mih={24} role="status">
          {totals.data && <Text size="sm">{counted(totals.data.entities, 'entity', 'entities')} found</Text>}
          {totals.data && <Sums amounts={totals.data.amounts} />}
        </Group>
        <WholeList
          of={pages}
          label="Reading the list"
          nothing={<Nothing title="Nothing fits">Take a part of the filter away, or look at a saved view.</Nothing>}
        >
          <EntityTable pages={pages} total={totals.data?.entities} />
        </WholeList>
      </Stack>
    </PageFrame>
  );
}

/** Whether a saved view is what the address asks for. */
function isSame(view: object, filter: object): boolean {
  const said = (of: object): string =>
    JSON.stringify(
      Object.entries(of)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [name, String(value)])
        .sort(),
    );
  return said(view) === said(filter);
}

function Export({ path }: { readonly path: string }) {
  const fetching = useMutation({ mutationFn: () => download(path, 'entities.csv') });
  return (
    <Stack gap="xs" align="flex-end">
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={fetching.isPending}
        onClick={() => fetching.mutate()}
      >
        Export as CSV
      </Button>
      {fetching.isError && <Trouble error={fetching.error} />}
    </Stack>
  );
}
