/** What the recorded histories of onboardings hold between them; that they replay is proven with all others in `replay.test.ts`. */
import { expect, test } from 'vitest';
import type { OnboardingOutcome } from '../../workflows/onboarding/messages.js';
import { onboardingLifecycle } from '../../workflows/onboarding/states.js';
import { endOf, entriesOf, inputOf, recordedHistories } from './replay.js';

const histories = [...recordedHistories()].flatMap(([name, history]) =>
  name.startsWith('onboarding') ? [history] : [],
);

test('they rest in every state, and end in every outcome', () => {
  const ends = histories.map(endOf);
  const visited = new Set(ends.flatMap(({ visits }) => Object.keys(visits)));
  expect([...visited].toSorted()).toEqual(Object.keys(onboardingLifecycle.states).toSorted());
  const outcomes: Record<OnboardingOutcome, true> = {
    completed: true,
    partlyCompleted: true,
    rejected: true,
    withdrawn: true,
    incomplete: true,
  };
  expect(ends.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(Object.keys(outcomes)));
});

test('they hold what is undone and what fails to be, two people on a match, checks made again, and a refused next stage', () => {
  const entries = histories.flatMap(entriesOf);
  const undone = entries.flatMap(({ kind, reason }) => (kind === 'compensation' ? [reason?.code] : []));
  expect(undone).toEqual(expect.arrayContaining(['begun', 'undone', 'NotToday']));
  expect(entries.some(({ message }) => message?.name === 'approveReview')).toBe(true);
  expect(entries.some(({ guard }) => guard?.guard === 'checksAreCurrent' && guard.verdict === 'cancel')).toBe(true);
  expect(entries.some(({ reason }) => reason?.code.startsWith('coolingPeriod.'))).toBe(true);
  const stages = histories.map(inputOf).flatMap((input) => ('continued' in input ? [input] : []));
  const by = stages.flatMap(({ continued: { reopening } }) => (reopening ? [reopening.name] : []));
  expect([...new Set(by)]).toEqual(onboardingLifecycle.states.Rejected.reopens?.by);
});
