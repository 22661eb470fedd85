/** Everything that happened, the newest first: each entry in a sentence, with its envelope behind it. */
import { Button, Group, Stack, Text, Timeline as Line } from '@mantine/core';
import { useState } from 'react';
import type { JournalDetail } from '../../../client/console-views.js';
import {
  IconAlertTriangle,
  IconArrowRight,
  IconCheck,
  IconCircleDot,
  IconClock,
  IconInbox,
  IconPlayerPause,
} from '../../parts/icons.js';
import { MorePages } from './more-pages.js';
import { Loading, Trouble } from '../../parts/states.js';
import { When } from '../../words/moments.js';
import { moment } from '../../words/time.js';
import { Envelope } from './envelope.js';
import { useJournal } from './journal.js';
import { causeOf, sentenceOf } from './sentences.js';

const ICONS: Readonly<Record<string, typeof IconCircleDot>> = {
  transition: IconArrowRight,
  message: IconInbox,
  deadline: IconAlertTriangle,
  guard: IconPlayerPause,
  reminder: IconClock,
  compensation: IconCheck,
  note: IconCircleDot,
};

/** The timeline. */
export function Timeline({ lifecycle, id }: { readonly lifecycle: string; readonly id: string }) {
  const { pages, lines } = useJournal(lifecycle, id);
  if (pages.isPending) return <Loading label="Reading the journal" />;
  if (pages.isError) return <Trouble error={pages.error} retry={() => void pages.refetch()} />;
  const newestFirst = [...lines].reverse();
  return (
    <Stack>
      <MorePages of={pages} />
      <Line bulletSize={26} lineWidth={2}>
        {newestFirst.map((line) => {
          const Icon = ICONS[line.kind] ?? IconCircleDot;
          return (
            <Line.Item key={line.sequence} bullet={<Icon size={14} aria-hidden />} title={sentenceOf(line)}>
              <Entry line={line} />
            </Line.Item>
          );
        })}
      </Line>
    </Stack>
  );
}

function Entry({ line }: { readonly line: JournalDetail }) {
  const [open, setOpen] = useState(false);
  const cause = causeOf(line);
  return (
    <>
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          <When at={line.recordedAt} /> · {moment(line.recordedAt)} · by {line.actor.id}
          {cause !== undefined && ` · ${cause}`}
        </Text>
        <Button
          size="compact-xs"
          variant="subtle"
          aria-expanded={open}
          aria-label={`Envelope of entry ${line.sequence}`}
          onClick={() => setOpen(!open)}
        >
          {open ? 'Less' : 'Envelope'}
        </Button>
      </Group>
      {open && <Envelope line={line} />}
    </>
  );
}
