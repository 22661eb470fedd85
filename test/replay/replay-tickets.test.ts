/** What the recorded histories of tickets hold between them; that they replay is proven with all others in `replay.test.ts`. */
import { expect, test } from 'vitest';
import type { TicketOutcome } from '../../workflows/ticket/messages.js';
import { ticketLifecycle } from '../../workflows/ticket/states.js';
import { endOf, entriesOf, inputOf, recordedHistories } from './replay.js';

const histories = [...recordedHistories()].flatMap(([name, history]) => (name.startsWith('ticket') ? [history] : []));
const ends = histories.map(endOf);
const entries = histories.flatMap(entriesOf);

test('they rest in every state, end in every outcome, and have been reopened', () => {
  const visited = new Set(ends.flatMap(({ visits }) => Object.keys(visits)));
  expect([...visited].toSorted()).toEqual(Object.keys(ticketLifecycle.states).toSorted());
  const outcomes: Record<TicketOutcome, true> = {
    resolved: true,
    noReply: true,
    closedBySupervisor: true,
    withdrawn: true,
    notCovered: true,
  };
  expect(ends.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  const stages = histories.map(inputOf).flatMap((input) => ('continued' in input ? [input] : []));
  const by = stages.flatMap(({ continued: { reopening } }) => (reopening ? [reopening.name] : []));
  expect([...new Set(by)]).toEqual(ticketLifecycle.states.Closed.reopens?.by);
});

test('they hold every clock, what becomes of it, and every end of a hop', () => {
  const changes = (clock: string) => new Set(entries.map(({ patch }) => patch?.clocks?.[clock]?.change));
  for (const change of ['started', 'breached', 'stopped'] as const) {
    for (const clock of ['response', 'resolution'] as const) expect(changes(clock), clock).toContain(change);
  }
  for (const change of ['paused', 'resumed', 'moved'] as const) expect(changes('resolution')).toContain(change);
  expect(changes('nextSearch')).toContain('breached');
  const hops = new Set(ends.flatMap(({ parts }) => Object.values(parts).map(({ state }) => state)));
  expect([...hops].toSorted()).toEqual(['Declined', 'Done', 'HandedOver', 'NoShow', 'Released', 'Silent']);
});
