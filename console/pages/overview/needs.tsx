/** What needs somebody now: the saved views that are not empty, overdue reviews, services that are not up, findings. */
import { Group, Paper, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { OverviewView, SavedView } from '../../../client/console-views.js';
import { useRead } from '../../http/read.js';
import { savedViewPage } from '../lists/saved-views.js';
import { Section } from '../../parts/page.js';
import { Sign, type Tone } from '../../parts/signs.js';
import { Nothing } from '../../parts/states.js';
import { Sums } from '../../words/amounts.js';
import { Lasting } from '../../words/moments.js';
import { count, counted, inWords } from '../../words/words.js';

/** The section. */
export function Needs({ overview }: { readonly overview: OverviewView }) {
  const views = useRead<{ readonly items: readonly SavedView[] }>('/api/views').data?.items ?? [];
  const { totals, closedDependencies, reviews, findings, catastrophes } = overview;
  const waiting = views.filter(({ count: found }) => found > 0);
  const late = reviews.filter(({ overdue }) => overdue > 0);
  const nothing =
    waiting.length + closedDependencies.length + late.length + findings.open + totals.attention + totals.overdue === 0;
  return (
    <Section title="What needs attention">
      {nothing && <Nothing title="Nothing needs anybody">Everything that runs is on its way and in time.</Nothing>}
      <Stack gap="xs">
        {closedDependencies.map(({ name, status, since, reason }) => (
          <Need key={name} href="/dependencies" tone={status === 'paused' ? 'resting' : 'bad'} sign={inWords(status)}>
            <b>{inWords(name)}</b> takes no calls for <Lasting since={since} />: {inWords(reason).toLowerCase()}
          </Need>
        ))}
        {late.map(({ queue, overdue, open }) => (
          <Need key={queue} href={`/reviews?queue=${encodeURIComponent(queue)}&overdue=true`} tone="bad" sign="Overdue">
            <b>{counted(overdue, 'review')}</b> of {count(open)} in {inWords(queue)}
          </Need>
        ))}
        {findings.open > 0 && (
          <Need href="/reconciliation" tone="attention" sign="Findings">
            <b>{counted(findings.open, 'finding')}</b> where two sides disagree
          </Need>
        )}
        {waiting.map((view) => (
          <Need
            key={`${view.lifecycle} ${view.view}`}
            href={savedViewPage(view)}
            tone="plain"
            sign={inWords(view.lifecycle)}
          >
            <b>{count(view.count)}</b> · {view.title}
            <Text size="sm" c="dimmed">
              {view.means} <Sums amounts={view.amounts} />
            </Text>
          </Need>
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
