import { beforeAll, describe, expect, test } from 'vitest';
import { claimLifecycle } from '../../workflows/claim/states.js';
import type { ClaimOutcome } from '../../workflows/claim/messages.js';
import { fold, UNBORN } from '../../workflows/lifecycle/entry.js';
import { journalInHistory } from '../support/history.js';
import { observedBundle, recordedHistories, replay, type Patch, type Replayed } from './replay.js';

const histories = recordedHistories();

describe('the recorded histories', () => {
  const ends = [...histories.values()].map((history) => journalInHistory(history).reduce(fold, UNBORN));

  test('rest in every state', () => {
    const visited = new Set(ends.flatMap(({ visits }) => Object.keys(visits)));
    expect([...visited].toSorted()).toEqual(Object.keys(claimLifecycle.states).toSorted());
  });

  test('end in every outcome', () => {
    const outcomes: Record<ClaimOutcome, true> = {
      paid: true,
      partlyPaid: true,
      closedWithoutPayment: true,
      openedInError: true,
      denied: true,
      withdrawn: true,
    };
    expect(ends.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  });
});

describe('replayed by the code as it is', () => {
  let results: Map<string, Replayed>;
  beforeAll(async () => {
    results = await replay(await observedBundle(), histories);
  });

  test.each([...histories.keys()])('%s gives the same commands and the same entries, byte for byte', (name) => {
    expect(results.get(name)).toEqual({ sdk: undefined, differences: [] });
  });
});

describe('a broken copy is caught:', () => {
  test('calls in another order, by the SDK', async () => {
    const results = await replayed({
      file: 'claim/workflow.ts',
      from: `    FraudScreenPending: screenForFraud,
    AwaitingAssessment: awaitAssessment,`,
      to: `    FraudScreenPending: awaitAssessment,
    AwaitingAssessment: screenForFraud,`,
    });
    expect(results.get('paid')?.sdk).toMatch(/Nondeterminism|\[TMPRL1100\]/);
  });

  test.each<[string, string, Patch]>([
    [
      'another reason code',
      'deadline',
      { file: 'lifecycle/entity.ts', from: `code: 'deadlineElapsed'`, to: `code: 'deadlinePassed'` },
    ],
    [
      'the entries in another order',
      'paid',
      {
        file: 'lifecycle/kernel.ts',
        from: 'args: [...input.args, load]',
        to: 'args: [...input.args, { ...load, entries: load.entries.toReversed() }]',
      },
    ],
    [
      'the fields of an entry in another order',
      'paid',
      {
        file: 'lifecycle/journal.ts',
        from: `      sequence: this.state.sequence + 1,
      recordedAt: new Date(Date.now()).toISOString(),`,
        to: `      recordedAt: new Date(Date.now()).toISOString(),
      sequence: this.state.sequence + 1,`,
      },
    ],
    [
      'another amount',
      'paid',
      {
        file: 'claim/facts.ts',
        from: `{ state: 'Assessed', since, amount: finding.damage }`,
        to: `{ state: 'Assessed', since, amount: { minor: 1, currency: 'USD' } }`,
      },
    ],
  ])('%s, which the SDK lets pass', async (_, name, patch) => {
    expect((await replayed(patch)).get(name)).toEqual({
      sdk: undefined,
      differences: expect.arrayContaining([expect.stringContaining('history holds')]) as string[],
    });
  });

  async function replayed(patch: Patch) {
    return replay(await observedBundle(patch), histories);
  }
});
