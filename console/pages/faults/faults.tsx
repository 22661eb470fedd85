/** What goes wrong on purpose in the reference services, for whoever rehearses: set, watched and cleared. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { FaultsView } from '../../../client/faults.js';
import { useFaults } from '../../http/faults.js';
import { request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { PageFrame } from '../../parts/page.js';
import { Nothing, Read, Trouble } from '../../parts/states.js';
import { useMay } from '../../session/me.js';
import { count, inWords } from '../../words/words.js';
import { BadDayDialog, ClearDialog, SetDialog } from './orders.js';
import { oftenOf, pathOf, takesOf, whereOf } from './words.js';

/** The page. */
export default function Faults() {
  const faults = useFaults();
  return (
    <PageFrame
      title="Faults"
      about="Services can be made to fail on purpose, to see what the fleet bears: nothing may be lost, doubled or forgotten. Everybody is told while it lasts."
    >
      <Read of={faults} label="Asking the services">
        {(answer) =>
          answer.allowed ? (
            <Switches answer={answer} />
          ) : (
            <Nothing title="No faults can be set here">{answer.remedy}</Nothing>
          )
        }
      </Read>
    </PageFrame>
  );
}

type Opened = 'set' | 'bad day' | 'clear';

function Switches({ answer }: { readonly answer: FaultsView }) {
  const { faults, badDay, seed } = answer;
  const mayChange = useMay()('admin');
  const [opened, setOpened] = useState<Opened>();
  const close = (): void => setOpened(undefined);
  return (
    <Stack>
      {mayChange && (
        <Group gap="xs">
          <Button onClick={() => setOpened('set')}>Set one</Button>
          <Button variant="default" onClick={() => setOpened('bad day')}>
            A bad day
          </Button>
          {faults.length > 0 && (
            <Button variant="default" onClick={() => setOpened('clear')}>
              Clear all
            </Button>
          )}
        </Group>
      )}
      {faults.length === 0 ? (
        <Nothing title="Nothing goes wrong on purpose">What fails now fails by itself.</Nothing>
      ) : (
        <FaultTable faults={faults} mayChange={mayChange} />
      )}
      {seed !== undefined && (
        <Text size="sm" c="dimmed">
          Seed {seed}: with the same one the same calls meet the same faults.
        </Text>
      )}
      {opened === 'set' && <SetDialog onClose={close} />}
      {opened === 'bad day' && <BadDayDialog badDay={badDay} onClose={close} />}
      {opened === 'clear' && <ClearDialog onClose={close} />}
    </Stack>
  );
}

function FaultTable({ faults, mayChange }: Pick<FaultsView, 'faults'> & { readonly mayChange: boolean }) {
  const clear = useWrite((path: string, idempotencyKey) => request(path, { method: 'DELETE', idempotencyKey }));
  return (
    <>
      {clear.isError && <Trouble error={clear.error} />}
      <SmallTable
        label="Faults"
        columns={[
          'Where',
          'What goes wrong',
          'How often',
          'Takes',
          { head: 'Struck', figures: true },
          ...(mayChange ? ['Change'] : []),
        ]}
        rows={faults.map((fault) => ({
          key: pathOf(fault),
          cells: [
            whereOf(fault),
            inWords(fault.kind),
            oftenOf(fault),
            takesOf(fault),
            count(fault.struck),
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Clear: ${inWords(fault.kind)}, ${whereOf(fault)}`}
              loading={clear.isPending && clear.variables === pathOf(fault)}
              onClick={() => clear.mutate(pathOf(fault))}
            >
              Clear
            </Button>,
          ],
        }))}
      />
    </>
  );
}
