/**
 * What a claim costs in Temporal, counted on a development server with callbacks that come after the calls are answered. Keep
 * `docs/events-per-claim.md` in step with the figures.
 */
import { expect, test } from 'vitest';
import type { History } from '../support/history.js';
import { useFleet } from './support/fleet.js';

const fleet = useFleet({ server: 'development', callbackAfterMs: 150 });

type Event = NonNullable<History['events']>[number];

/** Events by what they are for. */
const KINDS: Readonly<Record<string, readonly (keyof Event)[]>> = {
  'start and end': ['workflowExecutionStartedEventAttributes', 'workflowExecutionCompletedEventAttributes'],
  'workflow tasks': [
    'workflowTaskScheduledEventAttributes',
    'workflowTaskStartedEventAttributes',
    'workflowTaskCompletedEventAttributes',
  ],
  activities: [
    'activityTaskScheduledEventAttributes',
    'activityTaskStartedEventAttributes',
    'activityTaskCompletedEventAttributes',
  ],
  signals: ['workflowExecutionSignaledEventAttributes'],
  'search attributes': ['upsertWorkflowSearchAttributesEventAttributes'],
  timers: ['timerStartedEventAttributes'],
};

/** The events that Temporal Cloud bills as one action each (https://docs.temporal.io/cloud/actions); retries add one each. */
const BILLED: readonly (keyof Event)[] = [
  'workflowExecutionStartedEventAttributes',
  'activityTaskStartedEventAttributes',
  'workflowExecutionSignaledEventAttributes',
  'upsertWorkflowSearchAttributesEventAttributes',
  'timerStartedEventAttributes',
  'workflowExecutionUpdateAcceptedEventAttributes',
  'markerRecordedEventAttributes',
];

test('an auto-settled claim costs at most 90 history events and 35 billable actions', async () => {
  const claim = await fleet.claim().submit();
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  const { events = [] } = (await claim.handle.fetchHistory()) as { events?: Event[] };

  const count = (names: readonly (keyof Event)[]) => events.filter((event) => names.some((name) => event[name])).length;
  const byKind = Object.fromEntries(Object.entries(KINDS).map(([kind, names]) => [kind, count(names)]));
  const retries = events.reduce((sum, event) => sum + (event.activityTaskStartedEventAttributes?.attempt ?? 1) - 1, 0);
  const actions = count(BILLED) + retries;
  console.log(`${events.length} history events, ${actions} billable actions`, byKind);

  // Nothing in the history that is not accounted for.
  expect(Object.values(byKind).reduce((sum, n) => sum + n, 0)).toBe(events.length);
  const { 'workflow tasks': tasks, ...others } = byKind;
  expect(others).toEqual({ 'start and end': 2, activities: 21, signals: 4, 'search attributes': 5, timers: 1 });
  // One for the start, for each answer and for each callback; a callback that comes with an answer shares its task.
  expect(tasks).toBeLessThanOrEqual(36);
  expect(actions).toBe(18);
  expect(events.length).toBeLessThanOrEqual(90);
  expect(actions).toBeLessThanOrEqual(35);
});
