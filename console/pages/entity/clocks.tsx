/** Clocks and holds: what will strike when and where it leads, and what is not allowed to happen. */
import { Stack, Text } from '@mantine/core';
import type { ClockView, Explanation } from '../../../client/views.js';
import { SmallTable } from '../../parts/list/small-table.js';
import { Section } from '../../parts/page.js';
import { Sign } from '../../parts/signs.js';
import { Nothing } from '../../parts/states.js';
import { Due, When } from '../../words/moments.js';
import { moment } from '../../words/time.js';
import { inWords } from '../../words/words.js';

/** Both. */
export function Clocks({
  explanation: { clocks, holds, deferrals, retention },
}: {
  readonly explanation: Explanation;
}) {
  return (
    <Stack gap="xl">
      <Section title="Clocks">
        {clocks.length === 0 ? <Nothing title="No clock runs" /> : <ClockTable clocks={clocks} />}
      </Section>
      <Section title="Holds">
        {holds.length === 0 && <Nothing title="Nothing is on hold" />}
        {holds.map(({ name, placedAt, by, reason, reference, blocksNow }) => (
          <Text key={name}>
            <Sign tone="resting">{inWords(name)}</Sign> placed <When at={placedAt} /> by {by.id} under {reference}:{' '}
            {inWords(reason.code).toLowerCase()}.{blocksNow && ' It blocks now.'}
          </Text>
        ))}
      </Section>
      {deferrals.length > 0 && (
        <Section title="Held back by checks">
          {deferrals.map(({ guard, since, reason, to, call }) => (
            <Text key={`${guard} ${since}`}>
              {guard} since <When at={since} />: {inWords(reason).toLowerCase()}
              {to !== undefined && `, before ${inWords(to)}`}
              {call !== undefined && `, before calling ${inWords(call)}`}
            </Text>
          ))}
        </Section>
      )}
      <Section title="Records">
        <Text size="sm">
          Kept as {inWords(retention.class).toLowerCase()}
          {retention.until !== undefined && `, until ${moment(retention.until)}`}
          {retention.legalHold && '; a legal hold keeps them beyond that'}.
        </Text>
      </Section>
    </Stack>
  );
}

function ClockTable({ clocks }: { readonly clocks: readonly ClockView[] }) {
  return (
    <SmallTable
      label="Clocks"
      columns={['Clock', 'Strikes', 'Leads to', 'Counts from']}
      rows={clocks.map((clock) => ({
        key: clock.name,
        cells: [
          clock.name === 'state' ? 'Deadline of the state' : inWords(clock.name),
          <Strikes clock={clock} />,
          inWords(clock.leadsTo),
          `${clock.basis}, ${moment(clock.startedAt)}`,
        ],
      }))}
    />
  );
}

function Strikes({ clock: { dueAt, pausedAt, pausedBy, breachedAt, originalDueAt } }: { readonly clock: ClockView }) {
  return (
    <>
      {breachedAt !== undefined ? (
        <Sign tone="bad">
          struck <When at={breachedAt} />
        </Sign>
      ) : pausedAt !== undefined ? (
        <Sign tone="resting">stands still, {pausedBy === 'person' ? 'stopped by a person' : 'as the state says'}</Sign>
      ) : (
        <Due at={dueAt} />
      )}
      <Text size="xs" c="dimmed">
        {moment(dueAt)}
        {originalDueAt !== undefined && `, was ${moment(originalDueAt)}`}
      </Text>
    </>
  );
}
