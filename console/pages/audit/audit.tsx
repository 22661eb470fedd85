/** Who asked for what, and whether they were let: the gateway's own record, the newest first. */
import { Button, Group, Select, Table, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { AuditFilter, AuditView } from '../../../client/audit.js';
import { usePages } from '../../http/pages.js';
import { entityPage, withChanges } from '../../http/paths.js';
import { query } from '../../http/request.js';
import type { Column } from '../../parts/list/columns.js';
import { LongTable } from '../../parts/list/long-table.js';
import { WholeList } from '../../parts/list/whole-list.js';
import { PageFrame } from '../../parts/page.js';
import { Sign } from '../../parts/signs.js';
import { Nothing } from '../../parts/states.js';
import { localInput, moment } from '../../words/time.js';
import { count, inWords } from '../../words/words.js';

const PAGE_SIZE = 100;

const NAMES = ['actor', 'lifecycle', 'id', 'action', 'decision', 'since'] as const satisfies (keyof AuditFilter)[];

type Name = (typeof NAMES)[number];

const TEXTS: readonly (readonly [name: Name, label: string, placeholder: string])[] = [
  ['actor', 'Who', 'their id'],
  ['lifecycle', 'Lifecycle', 'claim'],
  ['id', 'Number', 'the whole of it'],
];

const ACTIONS: Readonly<Record<AuditView['action'], string>> = {
  write: 'Changed something',
  view: 'Looked at one',
  search: 'Searched',
  export: 'Exported',
};

const COLUMNS: readonly Column[] = [
  { head: 'When', width: '17%' },
  { head: 'Who', width: '16%' },
  { head: 'What', width: '28%' },
  { head: 'Of what', width: '22%' },
  { head: 'Result', width: '17%' },
];

/** The page. */
export default function Audit() {
  const [search, setSearch] = useSearchParams();
  const filter = Object.fromEntries(NAMES.map((name) => [name, search.get(name) ?? undefined]));
  const change = (changes: Partial<Record<Name, string | undefined>>): void =>
    setSearch((before) => withChanges(before, changes));
  const pages = usePages<AuditView>(`/api/audit${query({ ...filter, limit: PAGE_SIZE })}`);
  return (
    <PageFrame
      title="Audit"
      about="Every change and every refusal, each look at an entity, each search and export. Nothing here can be altered; looking at it is on record too."
    >
      {/* A filter that came by the address shows in the fields. */}
      <Filter key={search.toString()} filter={filter} onChange={change} onClear={() => setSearch({})} />
      <WholeList
        of={pages}
        label="Reading the log"
        nothing={<Nothing title="Nothing fits">Take a part of the filter away.</Nothing>}
      >
        <LongTable
          label="Audit log"
          pages={pages}
          keyOf={keyOf}
          total={undefined}
          columns={COLUMNS}
          minWidth={860}
          rowHeight={57}
        >
          {cells}
        </LongTable>
      </WholeList>
    </PageFrame>
  );
}

const keyOf = ({ auditId }: AuditView): string => auditId;

function cells(entry: AuditView) {
  const { at, actor, roles, action, method, route, lifecycle, entityId, target, decision, problem, status } = entry;
  const { filter, rows } = entry;
  const failed = status >= 400;
  return (
    <>
      <Table.Td>
        <time dateTime={at}>{moment(at)}</time>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {actor ?? 'nobody that was recognised'}
        <Text size="xs" c="dimmed">
          {roles.join(', ')}
        </Text>
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {ACTIONS[action]}
        <Text size="xs" c="dimmed" className="key">
          {method} {route}
        </Text>
        {filter && Object.keys(filter).length > 0 && (
          <Text size="xs" c="dimmed">
            by {said(filter)}
          </Text>
        )}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {lifecycle !== undefined && entityId !== undefined ? (
          <Link href={entityPage(lifecycle, entityId)} className="row-link key">
            {entityId}
          </Link>
        ) : (
          (lifecycle ?? target ?? '–')
        )}
        {entityId !== undefined && target !== undefined && <Text size="xs">{target}</Text>}
      </Table.Td>
      <Table.Td>
        {decision === 'refused' ? (
          <Sign tone="bad">Refused</Sign>
        ) : (
          <Sign tone={failed ? 'attention' : 'plain'}>{failed ? 'Let, but failed' : 'Let'}</Sign>
        )}
        <Text size="xs" c="dimmed">
          {problem === undefined ? status : `${inWords(problem)} (${status})`}
          {rows !== undefined && ` · ${count(rows)} rows`}
        </Text>
      </Table.Td>
    </>
  );
}

/** `state AwaitingDocuments, overdue true` */
function said(filter: Readonly<Record<string, unknown>>): string {
  return Object.entries(filter)
    .map(
      ([name, value]) => `${inWords(name).toLowerCase()} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ');
}

function Filter({
  filter,
  onChange,
  onClear,
}: {
  readonly filter: Partial<Record<Name, string | undefined>>;
  readonly onChange: (changes: Partial<Record<Name, string | undefined>>) => void;
  readonly onClear: () => void;
}) {
  const [texts, setTexts] = useState<Partial<Record<Name, string | undefined>>>(filter);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onChange(Object.fromEntries(TEXTS.map(([name]) => [name, texts[name]?.trim()])));
  };
  return (
    <Group component="form" role="search" aria-label="Filter" align="flex-end" gap="sm" onSubmit={submit}>
      {TEXTS.map(([name, label, placeholder]) => (
        <TextInput
          key={name}
          label={label}
          placeholder={placeholder}
          w={name === 'id' ? 230 : 140}
          value={texts[name] ?? ''}
          onChange={({ currentTarget: { value } }) => setTexts((before) => ({ ...before, [name]: value }))}
        />
      ))}
      <Select
        label="What"
        w={180}
        clearable
        placeholder="anything"
        data={Object.entries(ACTIONS).map(([value, label]) => ({ value, label }))}
        value={filter.action ?? null}
        onChange={(action) => onChange({ action: action ?? undefined })}
      />
      <Select
        label="Result"
        w={130}
        clearable
        placeholder="any"
        data={[
          { value: 'allowed', label: 'Let' },
          { value: 'refused', label: 'Refused' },
        ]}
        value={filter.decision ?? null}
        onChange={(decision) => onChange({ decision: decision ?? undefined })}
      />
      <TextInput
        label="Since"
        type="date"
        value={filter.since === undefined ? '' : localInput(filter.since).slice(0, 10)}
        onChange={({ currentTarget: { value } }) =>
          onChange({ since: value === '' ? undefined : new Date(`${value}T00:00:00`).toISOString() })
        }
      />
      <Button type="submit" variant="default">
        Find
      </Button>
      {Object.values(filter).some((value) => value !== undefined) && (
        <Button variant="subtle" onClick={onClear}>
          Clear
        </Button>
      )}
    </Group>
  );
}
