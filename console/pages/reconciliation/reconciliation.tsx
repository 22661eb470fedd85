/** What was found where two sides disagree: each with what they say, until somebody has decided. */
import { Button, Code, Group, Paper, Select, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { OverviewView } from '../../../client/console-views.js';
import type { FindingView } from '../../../client/findings.js';
import { usePages } from '../../http/pages.js';
import { entityPage, withChanges } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { query, request } from '../../http/request.js';
import { LongFeed } from '../../parts/list/long-feed.js';
import { WholeList } from '../../parts/list/whole-list.js';
import { OrderDialog } from '../../parts/order.js';
import { PageFrame } from '../../parts/page.js';
import { Sign, type Tone } from '../../parts/signs.js';
import { Nothing } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { Due, When } from '../../words/moments.js';
import { count, counted, inWords, sum } from '../../words/words.js';

const PAGE_SIZE = 50;

const STATES: Readonly<Record<FindingView['state'], readonly [Tone, string]>> = {
  open: ['attention', 'Open: a person has to look'],
  healing: ['plain', 'Healing: it was told what it had missed'],
  healed: ['good', 'Healed'],
  gone: ['good', 'Gone: both sides agree again'],
  resolved: ['good', 'Resolved by a person'],
};

const keyOf = ({ findingId }: FindingView): string => findingId;
const nameOf = ({ kind, id }: FindingView): string => `${inWords(kind)}, ${id}`;

/** The page. */
export default function Reconciliation() {
  const [search, setSearch] = useSearchParams();
  const kind = search.get('kind') ?? undefined;
  const all = search.get('all') === 'true';
  const kinds = useRead<OverviewView>('/api/overview').data?.findings.byKind;
  const open = kinds && (kind === undefined ? sum(Object.values(kinds)) : (kinds[kind] ?? 0));
  const pages = usePages<FindingView>(`/api/findings${query({ kind, all: all || undefined, limit: PAGE_SIZE })}`);
  const [resolving, setResolving] = useState<FindingView>();
  const change = (changes: Readonly<Record<string, string | undefined>>): void =>
    setSearch((before) => withChanges(before, changes));
  return (
    <PageFrame
      title="Reconciliation"
      about="Records, money, goods and Temporal are compared again and again. Here is where two of them disagree."
    >
      <Group align="flex-end">
        <Select
          label="What was found"
          w={260}
          clearable
          placeholder="anything"
          data={[...new Set([...Object.keys(kinds ?? {}), ...(kind === undefined ? [] : [kind])])].map((name) => ({
            value: name,
            label: `${inWords(name)} · ${count(kinds?.[name] ?? 0)}`,
          }))}
          value={kind ?? null}
          onChange={(chosen) => change({ kind: chosen ?? undefined })}
        />
        <Select
          label="Which"
          w={200}
          allowDeselect={false}
          data={[
            { value: 'false', label: 'Open ones' },
            { value: 'true', label: 'Also those that ended' },
          ]}
          value={String(all)}
          onChange={(chosen) => change({ all: chosen === 'true' ? 'true' : undefined })}
        />
      </Group>
      <Text size="sm" role="status">
        {open !== undefined && `${counted(open, 'finding')} open`}
      </Text>
      <WholeList
        of={pages}
        label="Reading the findings"
        nothing={<Nothing title="Nothing was found">All sides agree, as far as they were compared.</Nothing>}
      >
        <LongFeed label="Findings" pages={pages} keyOf={keyOf} nameOf={nameOf} rowHeight={190}>
          {(finding) => <Card finding={finding} onResolve={() => setResolving(finding)} />}
        </LongFeed>
      </WholeList>
      {resolving && <ResolveDialog finding={resolving} onClose={() => setResolving(undefined)} />}
    </PageFrame>
  );
}

function Card({ finding, onResolve }: { readonly finding: FindingView; readonly onResolve: () => void }) {
  const { kind, lifecycle, id, state, queue, since, seenAt, dueAt, occurrence, evidence, resolvedBy, resolution } =
    finding;
  const may = useMay();
  const [tone, said] = STATES[state];
  const ended = finding.resolvedAt !== undefined;
  return (
    <Paper withBorder p="md">
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2}>{inWords(kind)}</Title>
            <Text component="div" size="sm">
              <Link href={entityPage(lifecycle, id)} className="key">
                {id}
              </Link>{' '}
              · {inWords(lifecycle)} · disagree since <When at={since} /> · seen last <When at={seenAt} />
              {occurrence > 1 && ` · found ${count(occurrence)} times`}
            </Text>
          </div>
          <Sign tone={tone}>{said}</Sign>
        </Group>
        <Text size="sm" component="div">
          {ended ? (
            resolvedBy && (
              <>
                {resolvedBy.id}: {inWords(resolution?.code ?? '').toLowerCase()}
              </>
            )
          ) : (
            <>
              {inWords(queue)} · <Due at={dueAt} />
            </>
          )}
        </Text>
        <details>
          <summary>What each side says</summary>
          <Code block tabIndex={0} mt="xs">
            {JSON.stringify(evidence, undefined, 2)}
          </Code>
        </details>
        {!ended && may('supervisor', lifecycle) && (
          <Group>
            <Button size="xs" variant="default" onClick={onResolve}>
              Resolve
            </Button>
          </Group>
        )}
      </Stack>
    </Paper>
  );
}

function ResolveDialog({ finding, onClose }: { readonly finding: FindingView; readonly onClose: () => void }) {
  const { findingId, kind, id } = finding;
  return (
    <OrderDialog
      title="Resolve the finding"
      means={
        <>
          {inWords(kind)} of <b className="key">{id}</b> has been put right by hand, or is right as it is. It stays on
          record.
        </>
      }
      done="The finding is resolved."
      carryOut={(because, idempotencyKey) =>
        request(`/api/findings/${encodeURIComponent(findingId)}/resolve`, {
          method: 'POST',
          body: because,
          idempotencyKey,
        })
      }
      onClose={onClose}
    />
  );
}
