/** Who stands in for whom while somebody is away. */
import { Button, Group, Paper, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import type { DelegationView } from '../../../client/work-views.js';
import { useRead } from '../../http/read.js';
import { request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { Section } from '../../parts/page.js';
import { Sign } from '../../parts/signs.js';
import { Nothing, Read, Trouble } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { moment } from '../../words/time.js';

/** The tab. */
export function Delegations() {
  const may = useMay();
  const delegations = useRead<{ readonly items: readonly DelegationView[] }>('/api/delegations');
  return (
    <Stack gap="xl">
      <Read of={delegations}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title="Nobody is away">
              Where somebody stands in, the inbox shows both people's work to that one.
            </Nothing>
          ) : (
            <List delegations={items} />
          )
        }
      </Read>
      {may('supervisor') && <Add />}
    </Stack>
  );
}

function List({ delegations }: { readonly delegations: readonly DelegationView[] }) {
  const may = useMay();
  const end = useWrite((id: string, idempotencyKey) =>
    request(`/api/delegations/${encodeURIComponent(id)}`, { method: 'DELETE', idempotencyKey }),
  );
  const columns = ['Away', 'Stands in', 'From', 'Until', 'Now'];
  return (
    <>
      {end.isError && <Trouble error={end.error} />}
      <SmallTable
        label="Absences"
        minWidth={560}
        columns={may('supervisor') ? [...columns, 'Change'] : columns}
        rows={delegations.map(({ delegationId, from, to, since, until, active }) => ({
          key: delegationId,
          cells: [
            from,
            to,
            moment(since),
            moment(until),
            active ? <Sign tone="good">In force</Sign> : <Sign tone="resting">Not now</Sign>,
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`End: ${to} stands in for ${from}`}
              loading={end.isPending && end.variables === delegationId}
              onClick={() => end.mutate(delegationId)}
            >
              End
            </Button>,
          ],
        }))}
      />
    </>
  );
}

const FIELDS = [
  ['from', 'Who is away', 'text'],
  ['to', 'Who stands in', 'text'],
  ['since', 'From', 'datetime-local'],
  ['until', 'Until', 'datetime-local'],
] as const;

function Add() {
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const add = useWrite(
    (_: void, idempotencyKey) => {
      const { from, to, since = '', until = '' } = given;
      const body = { from, to, since: new Date(since).toISOString(), until: new Date(until).toISOString() };
      return request<DelegationView>('/api/delegations', { method: 'POST', body, idempotencyKey });
    },
    () => setGiven({}),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <Section title="Somebody is away">
      <Paper component="form" withBorder p="md" onSubmit={submit}>
        <Group align="flex-end">
          {FIELDS.map(([name, label, type]) => (
            <TextInput
              key={name}
              label={label}
              type={type}
              required
              value={given[name] ?? ''}
              onChange={(event) => setGiven({ ...given, [name]: event.currentTarget.value })}
            />
          ))}
          <Button type="submit" loading={add.isPending}>
            Enter
          </Button>
        </Group>
        {add.isError && <Trouble error={add.error} />}
      </Paper>
    </Section>
  );
}
