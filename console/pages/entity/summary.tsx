/** The answer on top: one sentence, then the same as facts that can be compared. */
import { Group, Paper, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Blockage, Explanation } from '../../../client/views.js';
import { Holder } from '../../parts/holder.js';
import { Sign, type Tone } from '../../parts/signs.js';
import { Due, Lasting, When } from '../../words/moments.js';
import { duration } from '../../words/time.js';
import { capital, counted, inWords, readAloud } from '../../words/words.js';

/** What blocks, in the words of the page. */
const BLOCKED: Readonly<Record<Blockage['kind'], readonly [Tone, string]>> = {
  person: ['attention', 'Waits for a person'],
  customer: ['plain', 'Waits for the customer'],
  thirdParty: ['plain', 'Waits for others'],
  paused: ['resting', 'Paused'],
  failing: ['bad', 'Failing'],
  queueLag: ['bad', 'No worker takes it'],
  queue: ['plain', 'Waits in line'],
  guard: ['resting', 'Held back by a check'],
  hold: ['resting', 'On hold'],
};

/** The top of the page. */
export function Summary({ explanation }: { readonly explanation: Explanation }) {
  const { id, sentence, state, since, timesEntered, totalInStateMs, waitsFor, owner, deadline, closed, outcome } =
    explanation;
  const { attention, blockedBy, because, sources, reviews } = explanation;
  const [review] = reviews;
  return (
    <Paper withBorder p="lg" component="section" aria-label="What is happening">
      <Stack>
        {/* This alone is read out when it changes: what counts seconds below would never stop. */}
        <Text fz={{ base: 17, sm: 19 }} fw={500} lh={1.45} maw="85ch" aria-live="polite">
          {withoutNumber(readAloud(sentence, id), id)}
        </Text>
        <Group gap="xs">
          <Sign tone={closed ? 'good' : 'plain'}>{inWords(state)}</Sign>
          {outcome !== undefined && <Sign tone="good">{inWords(outcome)}</Sign>}
          {attention !== undefined && <Sign tone="attention">{inWords(attention)}</Sign>}
          {blockedBy && <Sign tone={BLOCKED[blockedBy.kind][0]}>{BLOCKED[blockedBy.kind][1]}</Sign>}
        </Group>
        <SimpleGrid cols={{ base: 1, xs: 2, md: 3, lg: 5 }} component="dl" m={0}>
          {!closed && (
            <Fact label="Who has it">
              {review ? <Holder review={review} /> : owner === null ? 'nobody has to act' : capital(owner)}
            </Fact>
          )}
          <Fact label="In this state for">
            <Lasting since={since} />
            {timesEntered > 1 && (
              <Text size="sm" c="dimmed">
                entered {counted(timesEntered, 'time')}, {duration(totalInStateMs)} in all
              </Text>
            )}
          </Fact>
          <Fact label="Because">
            {capital(withoutCode(readAloud(because.sentence, id)))}
            {!closed && because.causationId.startsWith('clock:') && (
              <>
                {' '}
                <When at={since} className="late" />
              </>
            )}
          </Fact>
          <Fact label="Waits for">{waitsFor ?? 'nothing'}</Fact>
          <Fact label="Deadline">
            {deadline ? (
              <>
                <Due at={deadline.at} />
                <Text size="sm" c="dimmed">
                  then: {deadline.leadsTo === state ? 'raised again' : inWords(deadline.leadsTo)}
                </Text>
              </>
            ) : (
              'none'
            )}
          </Fact>
        </SimpleGrid>
        {/* That a person has to decide is said above. */}
        {blockedBy && !(review && blockedBy.kind === 'person') && <BlockedBy blockage={blockedBy} />}
        <Text size="xs" c="dimmed">
          {'error' in sources.record ? (
            `The record could not be read: ${sources.record.error}`
          ) : (
            <>
              Recorded <When at={sources.record.asOf} />
            </>
          )}
          {'error' in sources.temporal && ` · Temporal could not be asked: ${sources.temporal.error}`}
        </Text>
      </Stack>
    </Paper>
  );
}

/** The number is the page's title. */
const withoutNumber = (sentence: string, id: string): string =>
  sentence.startsWith(`${id} `) ? `It ${sentence.slice(id.length + 1)}` : sentence;

/** The code in brackets says what the words before it say. */
const withoutCode = (sentence: string): string => sentence.replace(/ \([^()]*\)$/, '');

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fw={500}>
        {children}
      </Text>
    </div>
  );
}

/** What keeps it from going on, with what there is to know about it. */
function BlockedBy({ blockage }: { readonly blockage: Blockage }) {
  const { detail, attempts, lastFailure, nextTryAt, dependency, deferral, hold, queue } = blockage;
  return (
    <Text size="sm" component="div">
      <b>{BLOCKED[blockage.kind][1]}:</b> {readAloud(detail)}.
      {attempts !== undefined && ` Tried ${counted(attempts, 'time')}.`}
      {lastFailure !== undefined && ` Last failure: ${lastFailure}.`}
      {nextTryAt !== undefined && (
        <>
          {' '}
          Tried again <When at={nextTryAt} />.
        </>
      )}
      {dependency &&
        ` ${inWords(dependency.name)} is ${dependency.status}: ${inWords(dependency.reason).toLowerCase()}.`}
      {deferral && (
        <>
          {' '}
          Since <When at={deferral.since} />.
        </>
      )}
      {hold && ` Placed by ${hold.by.id} under ${hold.reference}.`}
      {queue && ` ${counted(queue.backlog, 'task')} wait there.`}
    </Text>
  );
}
