/** Declared catastrophes, and the live board of the one that is chosen. */
import { Button, Paper, SimpleGrid, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'wouter';
import type { CatastropheView } from '../../../client/catastrophes.js';
import { useRead } from '../../http/read.js';
import { PageFrame } from '../../parts/page.js';
import { Sign } from '../../parts/signs.js';
import { Nothing, Read } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { day } from '../../words/time.js';
import { Board } from './board.js';
import { DeclareDialog } from './orders.js';

/** The page. */
export default function Catastrophes() {
  const { code } = useParams();
  if (code !== undefined) return <Board code={decodeURIComponent(code)} />;
  return <Declared />;
}

function Declared() {
  const catastrophes = useRead<{ readonly items: readonly CatastropheView[] }>('/api/catastrophes');
  const may = useMay();
  const mayDeclare = may('supervisor') || may('admin');
  const [declaring, setDeclaring] = useState(false);
  return (
    <PageFrame
      title="Catastrophes"
      about="One event that brings many claims. Once it is declared, the claims that it met bear its name, and its board is here."
      actions={mayDeclare && <Button onClick={() => setDeclaring(true)}>Declare one</Button>}
    >
      <Read of={catastrophes}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing title="None is declared">Once an event brings many claims, a supervisor declares it here.</Nothing>
          ) : (
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {items.map((catastrophe) => (
                <Card key={catastrophe.code} catastrophe={catastrophe} />
              ))}
            </SimpleGrid>
          )
        }
      </Read>
      {declaring && <DeclareDialog onClose={() => setDeclaring(false)} />}
    </PageFrame>
  );
}

function Card({
  catastrophe: { code, name, from, to, states, bulletin, closedAt },
}: {
  readonly catastrophe: CatastropheView;
}) {
  return (
    <Paper component={Link} href={`/catastrophes/${encodeURIComponent(code)}`} withBorder p="md" className="tile">
      <Text fw={600}>{name}</Text>
      <Text size="sm" c="dimmed">
        {code} · {day(from)} to {day(to)} · {states.join(', ')} · bulletin {bulletin}
      </Text>
      <Sign tone={closedAt === undefined ? 'attention' : 'good'}>{closedAt === undefined ? 'Open' : 'Closed'}</Sign>
    </Paper>
  );
}
