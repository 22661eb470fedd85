/** Who stands in for whom while somebody is away. */
import { Button, Group, Paper, Stack, Table, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { DelegationView } from '../../../client/work-views.js';
import { useRead } from '../../http/read.js';
import { request } from '../../http/request.js';
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
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: (id: string) => request(`/api/delegations/${encodeURIComponent(id)}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: ['read'] }),
  });
  return (
    <>
      {end.isError && <Trouble error={end.error} />}
      <Table.ScrollContainer minWidth={560}>
        <Table aria-label="Absences">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Away</Table.Th>
              <Table.Th>Stands in</Table.Th>
              <Table.Th>From</Table.Th>
              <Table.Th>Until</Table.Th>
              <Table.Th>Now</Table.Th>
              {may('supervisor') && <Table.Th>Change</Table.Th>}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {delegations.map(({ delegationId, from, to, since, until, active }) => (
              <Table.Tr key={delegationId}>
                <Table.Td>{from}</Table.Td>
                <Table.Td>{to}</Table.Td>
                <Table.Td>{moment(since)}</Table.Td>
                <Table.Td>{moment(until)}</Table.Td>
                <Table.Td>{active ? <Sign tone="good">In force</Sign> : <Sign tone="resting">Not now</Sign>}</Table.Td>
                {may('supervisor') && (
                  <Table.Td>
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`End: ${to} stands in for ${from}`}
                      loading={end.isPending && end.variables === delegationId}
                      onClick={() => end.mutate(delegationId)}
                    >
                      End
                    </Button>
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
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
  const client = useQueryClient();
  const [given, setGiven] = useState<Readonly<Record<string, string>>>({});
  const add = useMutation({
    mutationFn: () => {
      const { from, to, since = '', until = '' } = given;
      const body = { from, to, since: new Date(since).toISOString(), until: new Date(until).toISOString() };
      return request<DelegationView>('/api/delegations', { method: 'POST', body });
    },
    onSuccess: () => setGiven({}),
    onSettled: () => client.invalidateQueries({ queryKey: ['read'] }),
  });
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
