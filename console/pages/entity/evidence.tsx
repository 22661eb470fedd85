/** What the entity is judged by: parts with their amounts, documents, letters, payments, what others still owe, findings. */
import { Code, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { EvidenceView } from '../../../client/console-views.js';
import type { Explanation } from '../../../client/views.js';
import { entityApi } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { Section } from '../../parts/page.js';
import { Sign } from '../../parts/signs.js';
import { Read } from '../../parts/states.js';
import { Amount, Sums } from '../../words/amounts.js';
import { Due, When } from '../../words/moments.js';
import { inWords } from '../../words/words.js';

/** All of it. */
export function Evidence({ explanation }: { readonly explanation: Explanation }) {
  const { lifecycle, id } = explanation;
  const evidence = useRead<EvidenceView>(`${entityApi(lifecycle, id)}/evidence`);
  return (
    <Stack gap="xl">
      <Parts explanation={explanation} />
      <Expectations explanation={explanation} />
      <Read of={evidence}>{(answer) => <EvidenceTables evidence={answer} />}</Read>
    </Stack>
  );
}

/** Documents, letters, payments, findings, and what else is known: also beside a review. */
export function EvidenceTables({ evidence }: { readonly evidence: EvidenceView }) {
  const { documents, letters, payments, amounts, facts, findings } = evidence;
  return (
    <Stack gap="xl">
      {amounts && <Sums amounts={[amounts]} />}
      <List title="Documents" head={['Document', 'Received']} empty="No documents are asked for.">
        {documents.map(({ document, receivedAt }) => [
          inWords(document),
          receivedAt === undefined ? <Sign key="sign">not yet</Sign> : <When key="at" at={receivedAt} />,
        ])}
      </List>
      <List title="Letters" head={['Letter', 'Dispatched', 'Reference']} empty="No letters were sent.">
        {letters.map(({ letter, dispatchedAt, reference }) => [
          inWords(letter),
          dispatchedAt === undefined ? <Sign key="sign">not yet</Sign> : <When key="at" at={dispatchedAt} />,
          reference ?? '–',
        ])}
      </List>
      <List title="Payments" head={['For', 'State', 'Since', 'Amount', 'Reference']} empty="No money has moved.">
        {payments.map(({ part, state, since, amount, reference }) => [
          part === undefined ? '–' : inWords(part),
          inWords(state),
          since === undefined ? '–' : <When key="at" at={since} />,
          amount ? <Amount key="amount" {...amount} /> : '–',
          reference ?? '–',
        ])}
      </List>
      <List title="Findings" head={['What', 'State', 'Since']} empty="Both sides agree.">
        {findings.map(({ kind, state, since }) => [inWords(kind), inWords(state), <When key="at" at={since} />])}
      </List>
      <details>
        <summary>Everything that is known, as it is on record</summary>
        <Code block tabIndex={0} mt="xs">
          {JSON.stringify(facts, undefined, 2)}
        </Code>
      </details>
    </Stack>
  );
}

function Parts({ explanation: { parts, amounts } }: { readonly explanation: Explanation }) {
  return (
    <List title="Parts" head={['Part', 'State', 'Since', 'Why', 'Amount']} empty="It has no parts.">
      {Object.entries(parts).map(([name, { state, since, reason }]) => {
        const amount = amounts[name];
        return [
          inWords(name),
          inWords(state),
          <When key="at" at={since} />,
          reason === undefined ? '–' : inWords(reason),
          amount ? <Amount key="amount" {...amount} /> : '–',
        ];
      })}
    </List>
  );
}

function Expectations({ explanation: { expectations } }: { readonly explanation: Explanation }) {
  return (
    <List
      title="Awaited from others"
      head={['What', 'From', 'Asked', 'Due', 'Reminded']}
      empty="Nobody was asked for anything."
    >
      {expectations.map(({ what, from, askedAt, dueAt, receivedAt, reminded }) => [
        what,
        from,
        <When key="asked" at={askedAt} />,
        receivedAt !== undefined ? (
          <Sign key="came" tone="good">
            came <When at={receivedAt} />
          </Sign>
        ) : dueAt === undefined ? (
          '–'
        ) : (
          <Due key="due" at={dueAt} />
        ),
        reminded === undefined ? '–' : `${reminded} ×`,
      ])}
    </List>
  );
}

/** A small table; without rows a sentence. */
function List({
  title,
  head,
  empty,
  children,
}: {
  readonly title: string;
  readonly head: readonly string[];
  readonly empty: string;
  readonly children: readonly (readonly ReactNode[])[];
}) {
  return (
    <Section title={title}>
      {children.length === 0 ? (
        <Text c="dimmed" size="sm">
          {empty}
        </Text>
      ) : (
        <SmallTable
          label={title}
          minWidth={420}
          columns={head}
          rows={children.map((cells, row) => ({ key: String(row), cells }))}
        />
      )}
    </Section>
  );
}
