/** The board of one catastrophe: how far its claims are, what they come to, who waits in line. */
import { Button, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'wouter';
import type { CatastropheBoard, CatastropheCounts } from '../../../client/catastrophes.js';
import { listPage } from '../../http/paths.js';
import { useRead } from '../../http/read.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { PageFrame, Section } from '../../parts/page.js';
import { Figure } from '../../parts/signs.js';
import { Nothing, Read } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { Sums } from '../../words/amounts.js';
import { When } from '../../words/moments.js';
import { day } from '../../words/time.js';
import { count, counted, inWords } from '../../words/words.js';
import { CloseDialog } from './orders.js';

/** How often the board is counted anew, in milliseconds. */
const EVERY_MS = 5_000;

/** The page of one. */
export function Board({ code }: { readonly code: string }) {
  const board = useRead<CatastropheBoard>(`/api/catastrophes/${encodeURIComponent(code)}`, { everyMs: EVERY_MS });
  const declared = board.data?.catastrophe;
  const may = useMay();
  const mayClose = (may('supervisor') || may('admin')) && declared && declared.closedAt === undefined;
  const [closing, setClosing] = useState(false);
  return (
    <PageFrame
      title={declared?.name ?? code}
      about={
        declared &&
        board.data && (
          <>
            {declared.code} · losses from {day(declared.from)} to {day(declared.to)} in {declared.states.join(', ')} ·
            bulletin {declared.bulletin} ·{' '}
            {declared.closedAt === undefined ? 'open' : `closed ${day(declared.closedAt)}`} · counted{' '}
            <When at={board.data.asOf} /> · <Link href={listPage({ catastrophe: declared.name })}>all its claims</Link>
          </>
        )
      }
      actions={
        mayClose && (
          <Button variant="default" onClick={() => setClosing(true)}>
            Close it
          </Button>
        )
      }
    >
      <Read of={board} label="Counting">
        {(answer) => <Content board={answer} />}
      </Read>
      {closing && declared && <CloseDialog catastrophe={declared} onClose={() => setClosing(false)} />}
    </PageFrame>
  );
}

function Content({ board }: { readonly board: CatastropheBoard }) {
  const { received, inspected, paid, open, openOver30Days, line, unpaid, amounts, byZip, byAdjuster } = board;
  return (
    <Stack gap="xl">
      <SimpleGrid cols={{ base: 2, sm: 5 }}>
        <Figure label="Received" value={count(received)} />
        <Figure label="Inspected" value={count(inspected)} />
        <Figure label="Paid" value={count(paid)} />
        <Figure label="Open" value={count(open)} />
        <Figure label="Open over 30 days" value={count(openOver30Days)} warn={openOver30Days > 0} />
      </SimpleGrid>
      <Sums amounts={amounts} />
      <Section title="In line">
        {line.waiting + line.starting + line.refused === 0 ? (
          <Nothing title="Nobody waits in line" />
        ) : (
          <Text>
            {counted(line.waiting, 'claim')} waiting, {count(line.starting)} starting, {count(line.refused)} refused.
            {line.since !== undefined && (
              <>
                {' '}
                The first since <When at={line.since} />.
              </>
            )}
            {line.lastAt !== undefined && (
              <>
                {' '}
                The last has its turn <When at={line.lastAt} />.
              </>
            )}
          </Text>
        )}
      </Section>
      {unpaid.length > 0 && (
        <Section title="Closed without payment">
          <SmallTable
            label="Closed without payment"
            minWidth={420}
            columns={['Outcome', 'Reasons', { head: 'Claims', figures: true }]}
            rows={unpaid.map(({ outcome, reasons, count: closed }) => ({
              key: `${outcome} ${reasons.join()}`,
              cells: [inWords(outcome), reasons.map(inWords).join(', ') || '–', count(closed)],
            }))}
          />
        </Section>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Section title="By postal code">
          <Counts label="Postal code" rows={byZip.map((row) => [row.zip, row])} />
        </Section>
        <Section title="By adjuster">
          <Counts label="Adjuster" rows={byAdjuster.map((row) => [row.adjuster, row])} />
        </Section>
      </SimpleGrid>
    </Stack>
  );
}

function Counts({
  label,
  rows,
}: {
  readonly label: string;
  readonly rows: readonly (readonly [name: string, counts: CatastropheCounts])[];
}) {
  if (rows.length === 0) return <Nothing title="No claims yet" />;
  return (
    <SmallTable
      label={`By ${label.toLowerCase()}`}
      minWidth={420}
      columns={[label, ...['Received', 'Inspected', 'Paid', 'Open'].map((head) => ({ head, figures: true }))]}
      rows={rows.map(([name, { received, inspected, paid, open }]) => ({
        key: name,
        cells: [name === '' ? 'unknown' : name, ...[received, inspected, paid, open].map(count)],
      }))}
    />
  );
}
