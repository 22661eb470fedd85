/** Tickets against the chains of their follow-up: each disagreement, and what is none. */
import { expect, test } from 'vitest';
import type { Recorded } from '../../../activities/reconciliation/discrepancy.js';
import type { ChainRow } from '../../../activities/reconciliation/lists.js';
import { compareFollowUps } from '../../../activities/reconciliation/tickets-follow-ups.js';
import type { TicketFacts } from '../../../workflows/ticket/facts.js';

const at = (minute: number): string => `2026-05-30T10:${String(minute).padStart(2, '0')}:00.000Z`;
const STEPS = ['billing', 'survey', 'notification'];

function ticket(state: string, resolutions: number, facts: Partial<TicketFacts> = {}): Recorded<TicketFacts> {
  const resolution = { number: resolutions, resolvedAt: at(1) } as TicketFacts['resolution'];
  return {
    ...{ state, since: at(9), closed: state === 'Closed' },
    facts: { ...(resolutions > 0 && { resolution }), ...facts },
  } as unknown as Recorded<TicketFacts>;
}

function chain(number: number, done: readonly string[]): ChainRow {
  const completedAt = done.length === STEPS.length ? { completedAt: at(5) } : {};
  const times = { startedAt: at(1), changedAt: at(5) };
  return {
    chainId: `ticket/T-1/${number}`,
    entity: 'T-1',
    number,
    steps: STEPS,
    done: [...done],
    ...times,
    ...completedAt,
  };
}

const followUp = { steps: STEPS, completedAt: at(6) };
const found = (entity: Recorded<TicketFacts> | undefined, ...chains: ChainRow[]) =>
  compareFollowUps(entity, { chains }).map(({ kind, key, since }) => [kind, key, since]);

test('what goes its way is none', () => {
  expect(found(ticket('InProgress', 0))).toEqual([]);
  expect(found(ticket('Resolved', 1), chain(1, ['billing']))).toEqual([]);
  expect(found(ticket('Closed', 1, { followUp }), chain(1, STEPS))).toEqual([]);
  // It came after the ticket had given up: both know the same by now.
  expect(found(ticket('Closed', 1), chain(1, STEPS))).toEqual([]);
  expect(found(ticket('InProgress', 1), chain(1, STEPS))).toEqual([]);
  expect(found(ticket('Closed', 2, { followUp }), chain(1, STEPS), chain(2, STEPS))).toEqual([]);
  // Its list was emptied long ago.
  expect(found(ticket('Closed', 1, { followUp }))).toEqual([]);
});

test('a ticket that is not told that all is done is told', () => {
  const [untold] = compareFollowUps(ticket('Resolved', 2), { chains: [chain(1, STEPS), chain(2, STEPS)] });
  expect(untold).toMatchObject({
    kind: 'follow-up-untold',
    key: '2',
    missed: { name: 'followUpCompleted', data: { steps: STEPS, resolution: 2 }, occurredAt: at(5) },
  });
});

test('steps for which nobody waits any more are incomplete since the ticket went on', () => {
  expect(found(ticket('Closed', 1), chain(1, ['survey']))).toEqual([['follow-up-incomplete', '1', at(9)]]);
  expect(found(ticket('Resolved', 2), chain(1, ['survey']), chain(2, []))).toEqual([
    ['follow-up-incomplete', '1', at(9)],
  ]);
});

test('a resolution without a chain is missed, a chain without its resolution unknown', () => {
  expect(found(ticket('Resolved', 1))).toEqual([['follow-up-missing', '1', at(1)]]);
  expect(found(ticket('Closed', 2), chain(1, STEPS))).toEqual([['follow-up-missing', '2', at(1)]]);
  expect(found(undefined, chain(1, STEPS))).toEqual([['follow-up-unknown', '1', at(5)]]);
  expect(found(ticket('InProgress', 0), chain(1, []))).toEqual([['follow-up-unknown', '1', at(5)]]);
  expect(found(ticket('Resolved', 1), chain(1, []), chain(2, []))).toEqual([['follow-up-unknown', '2', at(5)]]);
});
