/** What needs somebody now: the saved views that are not empty, overdue reviews, services that are not up, findings. */
import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OverviewView, SavedView } from '../../../client/console-views.js';
import type { EntitySummary, Page } from '../../../client/views.js';
import { entityPage } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { query } from '../../http/request.js';
import { savedViewPage } from '../lists/saved-views.js';
import { Holder } from '../../parts/holder.js';
import { Section } from '../../parts/page.js';
import { Sign, type Tone } from '../../parts/signs.js';
import { Nothing } from '../../parts/states.js';
import { Sums } from '../../words/amounts.js';
import { Lasting, When } from '../../words/moments.js';
import { count, counted, inWords } from '../../words/words.js';

/** Views that say what is said here already: by the figures above, and queue by queue. */
const SAID_OTHERWISE: readonly string[] = ['overdue', 'attention', 'reviews-today', 'reviews-unassigned'];
/** So many late ones are named here. */
const NAMED = 3;

/** The section. */
export function Needs({ overview }: { readonly overview: OverviewView }) {
  const views = useRead<{ readonly items: readonly SavedView[] }>('/api/views').data?.items ?? [];
  const { totals, closedDependencies, reviews, findings, catastrophes } = overview;
  const waiting = views.filter((view) => view.count > 0 && !SAID_OTHERWISE.includes(nameOf(view)));
  const [late, others] = [waiting.filter(isLate), waiting.filter((view) => !isLate(view))];
  const queues = reviews.filter(({ overdue, unassigned }) => overdue + unassigned > 0);
  const nothing =
    waiting.length + closedDependencies.length + queues.length + findings.open + totals.attention + totals.late === 0;
  return (
    <Section title="What needs attention">
      {nothing && <Nothing title="Nothing needs anybody">Everything that runs is on its way and in time.</Nothing>}
      <Stack gap="xs">
        {late.map((view) => (
          <Stack key={view.lifecycle} gap={4}>
            <ViewNeed view={view} tone="bad" />
            {view.count <= NAMED && <Named view={view} />}
          </Stack>
        ))}
        {closedDependencies.map(({ name, status, since, reason }) => (
          <Need key={name} href="/dependencies" tone={status === 'paused' ? 'resting' : 'bad'} sign={inWords(status)}>
            <b>{inWords(name)}</b> takes no calls for <Lasting since={since} />: {inWords(reason).toLowerCase()}
          </Need>
        ))}
        {queues.map(({ queue, overdue, unassigned, open }) => (
          <Need
            key={queue}
            href={`/reviews?queue=${encodeURIComponent(queue)}${overdue > 0 ? '&overdue=true' : ''}`}
            tone={overdue > 0 ? 'bad' : 'plain'}
            sign={overdue > 0 ? 'Overdue' : 'Reviews'}
          >
            {overdue > 0 ? (
              <>
                <b>{counted(overdue, 'review')}</b> of {count(open)} in {inWords(queue)}
              </>
            ) : (
              <>
                <b>{counted(open, 'review')}</b> in {inWords(queue)}
              </>
            )}
            {unassigned > 0 && ` · nobody has ${count(unassigned)}`}
          </Need>
        ))}
        {findings.open > 0 && (
          <Need href="/reconciliation" tone="attention" sign="Findings">
            <b>{counted(findings.open, 'finding')}</b> where two sides disagree
          </Need>
        )}
        {others.map((view) => (
          <ViewNeed key={`${view.lifecycle} ${view.view}`} view={view} tone="plain" />
        ))}
        {catastrophes.map(({ code, name, open }) => (
          <Need key={code} href={`/catastrophes/${encodeURIComponent(code)}`} tone="plain" sign="Catastrophe">
            <b>{name}</b>: {counted(open, 'open claim')}
          </Need>
        ))}
      </Stack>
    </Section>
  );
}

/** A view's name within its lifecycle, which every name begins with. */
const nameOf = ({ lifecycle, view }: SavedView): string => view.slice(`${lifecycle}-`.length);

/** Whether a view is of those whose deadline has passed. */
const isLate = (view: SavedView): boolean => nameOf(view) === 'late';

function ViewNeed({ view, tone }: { readonly view: SavedView; readonly tone: Tone }) {
  return (
    <Need href={savedViewPage(view)} tone={tone} sign={inWords(view.lifecycle)}>
      <b>{count(view.count)}</b> · {view.title}
      <Text size="sm" c="dimmed">
        {view.means} <Sums amounts={view.amounts} />
      </Text>
    </Need>
  );
}

/** Few enough to be named: the answer is on the first page. */
function Named({ view: { filter } }: { readonly view: SavedView }) {
  const items = useRead<Page<EntitySummary>>(`/api/entities${query({ ...filter, limit: NAMED })}`).data?.items ?? [];
  return (
    <Stack gap={2} pl="xl">
      {items.map(({ lifecycle, id, state, since, lateSince, review }) => (
        <Text key={id} size="sm" component="div">
          <Link href={entityPage(lifecycle, id)} className="key">
            {id}
          </Link>{' '}
          · {inWords(state)} for <Lasting since={since} />
          {lateSince !== undefined && (
            <>
              {' '}
              · passed <When at={lateSince} className="late" />
            </>
          )}
          {review && (
            <>
              {' '}
              · <Holder review={review} />
            </>
          )}
        </Text>
      ))}
    </Stack>
  );
}

function Need({
  href,
  tone,
  sign,
  children,
}: {
  readonly href: string;
  readonly tone: Tone;
  readonly sign: string;
  readonly children: ReactNode;
}) {
  return (
    <Paper component={Link} href={href} withBorder px="md" py="xs" className="tile">
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <Sign tone={tone}>{sign}</Sign>
        <div>{children}</div>
      </Group>
    </Paper>
  );
}
