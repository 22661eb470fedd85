/** What others are told, and why: the outbox's events and the chain of their causes. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { outboxEvents } from '../../records/consequences.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import { fold, UNBORN, type Clock, type Entry, type ReviewTask } from '../../workflows/lifecycle/entry.js';
import { at, carrier, ref, SYSTEM, transition } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const message = (sequence: number, messageId: string, more: Partial<Entry> = {}): Entry => ({
  sequence,
  kind: 'message',
  recordedAt: at(sequence),
  causationId: messageId,
  actor: SYSTEM,
  message: {
    name: 'scanned',
    messageId,
    outcome: 'applied',
    source: '/services/carrier',
    occurredAt: at(sequence),
    receivedAt: at(sequence),
    schemaVersion: 1,
    digest: 'abc',
  },
  ...more,
});

const stateClock: Clock = { basis: 'entered Announced', startedAt: at(1), dueAt: at(100), leadsTo: 'Travelling' };
const customs: Clock = {
  basis: 'fact arrivedAt',
  startedAt: at(1),
  dueAt: at(50),
  leadsTo: 'Announced',
  change: 'started',
};
const task: ReviewTask = { queue: 'lost', reason: 'no-scan', priority: 2, openedAt: at(1), dueAt: at(60) };

/** Told as the journal has it: submission, a service's answer, a message that answers an event of ours, a decision, a breach. */
const story: readonly Entry[] = [
  transition(1, undefined, 'Announced', { causationId: 'm-submission', patch: { clocks: { state: stateClock } } }),
  transition(2, 'Announced', 'Travelling', { causationId: 'activity:collect' }),
  message(3, 'm-scan', { causationId: 'parcel/story/2' }),
  transition(4, 'Travelling', 'Announced', { causationId: 'm-scan' }),
  message(5, 'm-decision'),
  transition(6, 'Announced', 'Travelling', { causationId: 'm-decision' }),
  {
    ...{ sequence: 7, kind: 'deadline', recordedAt: at(7), causationId: 'clock:state', actor: SYSTEM },
    breach: { name: 'state', ...stateClock },
  },
  transition(8, 'Travelling', 'Announced', { causationId: 'clock:state' }),
];

interface EventRow {
  readonly id: string;
  readonly causationid: string;
  readonly data: { readonly follows?: string; readonly cause?: string };
}

it('each event leads back to the submission, by events and by messages', async () => {
  await bench.writer.write(carrier(ref('story'), story.slice(0, 5)), { runId: 'r' });
  await bench.writer.write(carrier(ref('story'), story.slice(5)), { runId: 'r' });
  const { rows } = await bench.owner.query<EventRow>("SELECT * FROM outbox WHERE subject = 'story' ORDER BY position");
  const events = new Map(rows.map((row) => [row.id, row]));
  expect([...events.keys()]).toEqual([1, 2, 4, 6, 7, 8].map((sequence) => `parcel/story/${sequence}`));

  const way: string[] = [];
  let event = rows.at(-1);
  while (event) {
    way.push(event.id, event.causationid);
    const line = await bench.reader.findMessage('parcel', 'story', event.causationid);
    // A message that nothing caused met the entity in the state in which the event before had left it.
    const cause = line && line.entry.causationId !== event.causationid ? line.entry.causationId : event.data.follows;
    event = events.get(event.causationid) ?? events.get(cause ?? '');
  }
  expect(way).toEqual([
    ...['parcel/story/8', 'parcel/story/6'],
    ...['parcel/story/6', 'm-decision'],
    ...['parcel/story/4', 'm-scan'],
    ...['parcel/story/2', 'parcel/story/1'],
    ...['parcel/story/1', 'm-submission'],
  ]);
  expect(events.get('parcel/story/2')?.data.cause).toBe('activity:collect');
  expect(events.get('parcel/story/7')).toMatchObject({ causationid: 'parcel/story/6', data: { cause: 'clock:state' } });
});

/** Events that one more entry causes after others, without their frame. */
function told(after: readonly Entry[], entry: Entry) {
  const before = after.reduce(fold, UNBORN);
  return outboxEvents(ref('x'), before, [entry]).map(({ id, type, data }) => {
    expect(type).toMatch(/^com\.throughline\.parcel\.[A-Za-z]+\.v1$/);
    const { follows: _follows, cause: _cause, ...news } = data;
    return [id.replace('parcel/x/', ''), type.split('.')[3], news];
  });
}

const born = transition(1, undefined, 'Announced', {
  patch: {
    clocks: { state: stateClock, customs },
    reviews: { 'parcel/x#1': task },
    holds: { legal: { placedAt: at(1), by: SYSTEM, reason: { code: 'court' }, reference: 'order-7' } },
  },
});

it.each<[string, readonly Entry[], Entry, unknown[]]>([
  [
    'a named clock that starts, a task that opens, a hold that is placed',
    [],
    born,
    [
      ['1', 'Announced', { to: 'Announced' }],
      [
        '1/clock/customs',
        'clock',
        { clock: 'customs', change: 'started', basis: customs.basis, startedAt: at(1), dueAt: at(50) },
      ],
      ['1/holdPlaced/legal', 'holdPlaced', { hold: 'legal', reference: 'order-7', reason: { code: 'court' } }],
      [
        '1/reviewOpened/1',
        'reviewOpened',
        { taskId: 'parcel/x#1', queue: 'lost', reason: 'no-scan', priority: 2, dueAt: at(60) },
      ],
    ],
  ],
  [
    "a state's own clock that somebody moves",
    [born],
    message(2, 'm', {
      reason: { code: 'bulletin' },
      patch: { clocks: { state: { ...stateClock, dueAt: at(300), originalDueAt: at(100), change: 'moved' } } },
    }),
    [
      [
        '2/clock/state',
        'clock',
        {
          ...{ clock: 'state', change: 'moved', basis: stateClock.basis, startedAt: at(1), dueAt: at(300) },
          ...{ originalDueAt: at(100), reason: { code: 'bulletin' } },
        },
      ],
    ],
  ],
  [
    'a hold that is released',
    [born],
    message(2, 'm', { reason: { code: 'lifted' }, patch: { holds: { legal: null } } }),
    [['2/holdReleased/legal', 'holdReleased', { hold: 'legal', reason: { code: 'lifted' } }]],
  ],
  [
    'a task that escalates by itself',
    [born],
    {
      ...{ sequence: 2, kind: 'deadline', recordedAt: at(2), causationId: 'clock:parcel/x#1', actor: SYSTEM },
      escalation: { taskId: 'parcel/x#1', level: 1, queue: 'chiefs' },
      patch: { reviews: { 'parcel/x#1': { ...task, level: 1, queue: 'chiefs' } } },
    },
    [['2', 'reviewEscalated', { taskId: 'parcel/x#1', level: 1, queue: 'chiefs' }]],
  ],
  [
    'a task that is resolved by leaving the state',
    [born],
    transition(2, 'Announced', 'Travelling', { patch: { reviews: { 'parcel/x#1': { resolved: 'Travelling' } } } }),
    [
      ['2', 'Travelling', { from: 'Announced', to: 'Travelling' }],
      ['2/reviewResolved/1', 'reviewResolved', { taskId: 'parcel/x#1', decision: 'Travelling' }],
    ],
  ],
  [
    'a decision that is corrected',
    [born],
    message(2, 'm', { corrects: 1, reason: { code: 'mistaken' } }),
    [['2', 'decisionCorrected', { corrects: 1, reason: { code: 'mistaken' } }]],
  ],
  [
    'a breach, once, though the clock says so too',
    [born],
    {
      ...{ sequence: 2, kind: 'deadline', recordedAt: at(2), causationId: 'clock:customs', actor: SYSTEM },
      breach: { name: 'customs', ...customs },
      patch: { clocks: { customs: { ...customs, change: 'breached', breachedAt: at(2) } } },
    },
    [['2', 'deadline', { clock: 'customs', dueAt: at(50), basis: customs.basis, leadsTo: 'Announced' }]],
  ],
])('tells of %s', (_, after, entry, expected) => {
  expect(told(after, entry)).toEqual(expected);
});

it.each<[string, Entry]>([
  ['a message that changes facts alone', message(2, 'm', { patch: { facts: { weight: 1 } } })],
  ['work on an open task', message(2, 'm', { patch: { reviews: { 'parcel/x#1': { ...task, assignee: 'alice' } } } })],
  [
    'a guard that says "not now"',
    {
      ...{ sequence: 2, kind: 'guard', recordedAt: at(2), causationId: 'm', actor: SYSTEM },
      guard: { guard: 'dependency:carrier', verdict: 'defer', reason: 'strike' },
      patch: { deferrals: { 'dependency:carrier': { since: at(2), reason: 'strike', call: 'collect' } } },
    },
  ],
])('does not tell of %s', (_, entry) => {
  expect(told([born], entry)).toEqual([]);
});

it('tells the facts that the table publishes of a state, as the entry leaves them', () => {
  const states: Lifecycle['states'] = {
    Travelling: {
      ...{ means: 'On its way.', to: [], owner: 'carrier' },
      publishes: { carrier: 'route.carrier', weight: 'weight', customs: 'route.customs' },
    },
  };
  const before = { ...UNBORN, state: 'Announced', sequence: 1, facts: { weight: 3, route: { carrier: 'C-0' } } };
  const patch = { facts: { route: { carrier: 'C-1' } } };
  const told = (entry: Entry) => outboxEvents(ref('x'), before, [entry], states).map(({ data }) => data['facts']);
  expect(told(transition(2, 'Announced', 'Travelling', { patch }))).toEqual([{ carrier: 'C-1', weight: 3 }]);
  expect(told(transition(2, 'Announced', 'Announced', { patch }))).toEqual([undefined]);
});

it('tells nobody outside why, where only some inside may know', () => {
  const reason = { code: 'potentialMatch', visibility: 'restricted', note: 'N-1' } as const;
  const review: ReviewTask = { ...task, reason: reason.code };
  const parts = { sanctions: { state: 'Referred', since: at(2), reason: reason.code } };
  const patch = { reviews: { 'parcel/x#2': review }, parts };
  const events = told(
    [transition(1, undefined, 'Announced')],
    transition(2, 'Announced', 'Travelling', { reason, patch }),
  );
  expect(events).toHaveLength(2);
  expect(JSON.stringify(events)).not.toMatch(/potentialMatch|N-1/);
  expect(JSON.stringify(events)).toContain('"reason":{"code":"withheld","visibility":"restricted"}');
});
