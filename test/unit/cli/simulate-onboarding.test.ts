/** Simulated applications: the mix, the applicants and people who play, and what is checked at the end. */
import { describe, expect, test } from 'vitest';
import { isProvisionedTwice, leftIn } from '../../../cli/simulate/onboarding/invariants.js';
import { decisionOf } from '../../../cli/simulate/onboarding/people.js';
import { plansOf } from '../../../cli/simulate/onboarding/scene.js';
import { STORIES, usual, type Plan } from '../../../cli/simulate/onboarding/stories.js';
import type { ReviewView } from '../../../client/views.js';
import { onboardingMessages, onboardingNotice } from '../../../events/onboarding.js';
import { provisionSeed } from '../../../services/accounts/accounts.service.js';
import { checkSeed } from '../../../services/platform/applicant-schemas.js';
import type { Lifecycle } from '../../../workflows/lifecycle/definition.js';
import { onboardingLifecycle, type OnboardingState } from '../../../workflows/onboarding/states.js';

const table: Lifecycle = onboardingLifecycle;
const plans = plansOf({ run: 'run', count: 400, seed: 7, speed: 'brisk' });
const of = (story: string): Plan => {
  const plan = [...plans.values()].find((one) => one.story === story);
  if (!plan) throw new Error(`no application is ${story}`);
  return plan;
};

describe('the mix', () => {
  test('is of a hundred, every story is told, and the same seed gives the same again', () => {
    expect(STORIES.reduce((sum, { share }) => sum + share, 0)).toBe(100);
    expect(new Set([...plans.values()].map(({ story }) => story))).toEqual(new Set(STORIES.map(({ name }) => name)));
    const again = [...plansOf({ run: 'other', count: 50, seed: 7, speed: 'brisk' }).values()];
    const told = (from: readonly Plan[]) => from.map(({ story, notice }) => [story, notice.products]);
    expect(told(again)).toEqual(told([...plans.values()].slice(0, 50)));
  });

  test('is made of notices, messages and seeds that are taken, in states in which they are awaited', () => {
    const kinds = { identities: checkSeed, screenings: checkSeed, provisions: provisionSeed };
    for (const { notice, seeds, acts } of plans.values()) {
      expect(onboardingNotice.safeParse(notice).error).toBeUndefined();
      for (const [kind, rows] of Object.entries(seeds)) {
        for (const row of rows) expect(kinds[kind as keyof typeof kinds].safeParse(row).error, kind).toBeUndefined();
      }
      for (const { in: states, tell } of acts) {
        if (!tell) continue;
        expect(onboardingMessages[tell.name].safeParse(tell.data).error).toBeUndefined();
        for (const state of states) expect(table.messages[tell.name]?.in, state).toContain(state);
      }
    }
  });
});

test('applicants send what they are asked for', () => {
  const asked = (state: OnboardingState) => usual({ state });
  const given = asked('AwaitingCustomerAction');
  expect(given?.name).toBe('provideDocuments');
  expect(onboardingMessages.provideDocuments.safeParse(given?.data).error).toBeUndefined();
  expect(asked('ManualReview')).toBeUndefined();
});

test('people clear a match or confirm it, accept or try again, and give up in the end', () => {
  const decide = (message: string, story: string, asked = 0) => {
    const resolution = decisionOf({ decidedBy: [message] } as unknown as ReviewView, of(story), asked);
    if (!('data' in resolution)) throw new Error(`${message} is not decided by a message`);
    const schema = onboardingMessages[message as keyof typeof onboardingMessages];
    expect(schema.safeParse(resolution.data).error).toBeUndefined();
    return (resolution.data as { readonly decision: string }).decision;
  };
  expect(decide('decideCompliance', 'matchCleared')).toBe('clear');
  expect(decide('decideCompliance', 'matchConfirmed')).toBe('confirm');
  expect([0, 1, 2, 3, 4].map((asked) => decide('decideApplication', 'referred', asked))).toEqual([
    'accept',
    'retry',
    'accept',
    'retry',
    'reject',
  ]);
  expect([0, 4].map((asked) => decide('decideProvisioning', 'refused', asked))).toEqual(['retry', 'reject']);
  expect(decisionOf({ decidedBy: [] } as unknown as ReviewView, of('missing'), 0)).toMatchObject({ decision: 'noted' });
});

test('two accounts or a product twice are seen, and what is left', () => {
  const open = { state: 'open' };
  const checking = { product: 'checking', state: 'provisioned' };
  const savings = { product: 'savings', state: 'withdrawn' };
  expect(isProvisionedTwice({ accounts: [open, { state: 'closed' }], products: [checking, savings] })).toBe(false);
  expect(isProvisionedTwice({ accounts: [open, open], products: [] })).toBe(true);
  expect(isProvisionedTwice({ accounts: [open], products: [checking, checking] })).toBe(true);
  expect(leftIn({ accounts: [open], products: [checking, savings] })).toBe(2);
  expect(leftIn({ accounts: [{ state: 'closed' }], products: [savings] })).toBe(0);
});
