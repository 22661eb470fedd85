import { statSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { claimLifecycle } from '../../workflows/claim/states.js';
import type { ClaimOutcome } from '../../workflows/claim/messages.js';
import type { OrderOutcome } from '../../workflows/order/messages.js';
import { orderLifecycle } from '../../workflows/order/states.js';
import type { ClockChange, Entry, MessageOutcome } from '../../workflows/lifecycle/entry.js';
import {
  endOf,
  entriesOf,
  HISTORIES,
  inputOf,
  observedBundle,
  recordedHistories,
  replay,
  type Change,
  type Replayed,
} from './replay.js';

const histories = recordedHistories();
const ofOrders = new Map([...histories].filter(([name]) => name.startsWith('order')));
const ofClaims = new Map([...histories].filter(([name]) => name.startsWith('v')));

describe('the recorded histories of orders', () => {
  test('rest in every state, and end in every outcome', () => {
    const ends = [...ofOrders.values()].map(endOf);
    const visited = new Set(ends.flatMap(({ visits }) => Object.keys(visits)));
    expect([...visited].toSorted()).toEqual(Object.keys(orderLifecycle.states).toSorted());
    const outcomes: Record<OrderOutcome, true> = {
      delivered: true,
      partlyDelivered: true,
      returned: true,
      cancelled: true,
    };
    expect(ends.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  });

  test('hold what is undone, what fails to be, and further stages by every message that reopens', () => {
    const entries = [...ofOrders.values()].flatMap(entriesOf);
    const undone = entries.flatMap(({ kind, reason }) => (kind === 'compensation' ? [reason?.code] : []));
    expect(undone).toEqual(expect.arrayContaining(['begun', 'undone', 'NotToday']));
    const stages = [...ofOrders.values()].map(inputOf).flatMap((input) => ('continued' in input ? [input] : []));
    const by = stages.flatMap(({ continued: { reopening } }) => (reopening ? [reopening.name] : []));
    expect([...new Set(by)].toSorted()).toEqual([...(orderLifecycle.states.Completed.reopens?.by ?? [])].toSorted());
  });
});

describe('the recorded histories', () => {
  const ends = [...ofClaims.values()].map(endOf);
  const entries = [...ofClaims.values()].flatMap(entriesOf);

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
      merged: true,
    };
    expect(ends.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  });

  test('hold every kind of entry and every outcome of a message', () => {
    // Nothing of a claim is undone.
    const kinds: Record<Exclude<Entry['kind'], 'compensation'>, true> = {
      transition: true,
      message: true,
      deadline: true,
      guard: true,
      reminder: true,
      note: true,
    };
    const outcomes: Record<MessageOutcome, true> = {
      applied: true,
      held: true,
      duplicate: true,
      late: true,
      rejected: true,
    };
    expect(entries.map(({ kind }) => kind)).toEqual(expect.arrayContaining(Object.keys(kinds)));
    expect(entries.map(({ message }) => message?.outcome)).toEqual(expect.arrayContaining(Object.keys(outcomes)));
  });

  test('hold everything that may become of a named clock', () => {
    const changes: Record<ClockChange, true> = {
      started: true,
      paused: true,
      resumed: true,
      moved: true,
      breached: true,
      stopped: true,
    };
    const seen = entries.map(({ patch }) => patch?.clocks?.['decision']?.change);
    expect(seen).toEqual(expect.arrayContaining(Object.keys(changes)));
  });

  test.each<[string, (entry: Entry) => boolean | undefined]>([
    ['a second person who approves', ({ message }) => message?.name === 'approveReview'],
    ['a decision that is corrected', ({ corrects }) => corrects !== undefined],
    ['a level of a review that is reached', ({ escalation }) => escalation !== undefined],
    ['late evidence that opens a task', ({ message, patch }) => message?.outcome === 'late' && !!patch?.reviews],
    ['a hold that defers a transition', ({ patch }) => patch?.deferrals?.['hold:legal']?.move !== undefined],
    ['a hold that defers a call', ({ patch }) => patch?.deferrals?.['hold:legal']?.call !== undefined],
    ['a dependency that defers a call', ({ patch }) => !!patch?.deferrals?.['dependency:payments']?.call],
    ['a dependency that lets it through', ({ guard }) => guard?.verdict === 'proceed' && /^dep/.test(guard.guard)],
    ['another profile', ({ patch }) => patch?.profile === 'fast'],
    ['a payment that came back', ({ patch }) => patch?.parts?.['payment:building-1']?.state === 'Returned'],
    ['a coverage that is open again', ({ message }) => message?.name === 'requestSupplement'],
    ['a state that a detour suspends', ({ patch }) => patch?.clocks?.['state']?.suspends !== undefined],
    ['a cancellation', ({ patch }) => patch?.attention === 'cancelledFromOutside'],
  ])('hold %s', (_, holds) => {
    expect(entries.filter(holds)).not.toEqual([]);
  });

  test('hold further stages, by every message that reopens', () => {
    const stages = [...ofClaims.values()].map(inputOf).flatMap((input) => ('continued' in input ? [input] : []));
    const by = stages.flatMap(({ continued: { reopening } }) => (reopening ? [reopening.name] : []));
    expect([...new Set(by)].toSorted()).toEqual([...(claimLifecycle.states.Closed.reopens?.by ?? [])].toSorted());
    expect(stages.some(({ continued: { ref } }) => ref.stage > 2)).toBe(true);
  });

  test('hold runs that take an entity over from the run before', () => {
    const continued = [...ofClaims.values()].filter((history) => 'continued' in inputOf(history));
    expect(continued.length).toBeGreaterThan(1);
  });

  test('are small', () => {
    const sizes = [...histories.keys()].map((name) => statSync(`${HISTORIES}${name}.json`).size);
    expect(Math.max(...sizes)).toBeLessThan(150_000);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(8_500_000);
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

describe('a raised version of the table', () => {
  test('is no difference: running entities go on under it', async () => {
    const raised = await observedBundle({ from: "name: 'claim',\n  version: 2,", to: "name: 'claim',\n  version: 3," });
    const results = await replay(raised, new Map([...ofClaims].slice(0, 5)));
    for (const [name, result] of results) expect(result, name).toEqual({ sdk: undefined, differences: [] });
  });
});

describe('a broken copy is caught:', () => {
  test.each<[string, string, Change]>([
    [
      'a call in the place of another',
      'v1/paid',
      { from: 'FraudScreenPending: screenForFraud,', to: 'FraudScreenPending: awaitAssessment,' },
    ],
    [
      'a call that is left out',
      'v1/paid',
      {
        from: 'Closed: takeLeave,',
        to: 'Closed: async () => undefined,',
      },
    ],
    [
      'a timer more',
      'v1/paid',
      {
        from: 'if (this.armed.at <= at) return;',
        to: '',
      },
    ],
    [
      'search attributes that are published at each call',
      'v1/paid',
      {
        from: 'carrier.publisher.publishInPassing(carrier.state);',
        to: 'carrier.publisher.publish(carrier.state);',
      },
    ],
    [
      'entries that are taken for written too late',
      'v1/paid',
      {
        from: 'entry.sequence > last)',
        to: 'entry.sequence >= last)',
      },
    ],
    ['a change that forgets its patch', 'v1/payment-refused', { from: `!patched('payment-refused')`, to: 'false' }],
    [
      'an adjuster more who is asked',
      'v2/adjusters-who-do-not',
      { from: 'MOST_ATTEMPTS = 3', to: 'MOST_ATTEMPTS = 4' },
    ],
    [
      'a detour that forgets where it came from',
      'v2/advance-and-settlement',
      { from: `suspends: {\n      state,`, to: `suspends: {\n      state: 'EscalatedForManualReview',` },
    ],
  ])('%s, by the SDK', async (_, name, patch) => {
    expect((await replayed(name, patch))?.sdk).toMatch(/Nondeterminism|\[TMPRL1100\]/);
  });

  test.each<[string, string, Change]>([
    ['another reason code', 'v1/deadline', { from: `'deadlineElapsed'`, to: `'deadlinePassed'` }],
    [
      'the entries in another order',
      'v1/paid',
      {
        from: 'args: [...input.args, load]',
        to: 'args: [...input.args, { ...load, entries: load.entries.toReversed() }]',
      },
    ],
    [
      'the fields of an entry in another order',
      'v1/paid',
      {
        from: `      sequence: this.state.sequence + 1,
      recordedAt: new Date(Date.now()).toISOString(),`,
        to: `      recordedAt: new Date(Date.now()).toISOString(),
      sequence: this.state.sequence + 1,`,
      },
    ],
    [
      'another amount',
      'v1/paid',
      {
        from: `{ state: 'Assessed', since, amount: finding.damage }`,
        to: `{ state: 'Assessed', since, amount: { minor: 1, currency: 'USD' } }`,
      },
    ],
    ['another sum of what is open', 'v2/paid', { from: 'open: approved - paid', to: 'open: approved' }],
    [
      'another Idempotency-Key',
      'v1/paid',
      {
        from: 'claim.key(`payment-${coverage}`, ordinal)',
        to: `claim.key('payment')`,
      },
    ],
    [
      'a run that takes itself for the first',
      'v1/continued-2',
      {
        from: 'firstRunId: past.ref.firstRunId || info.firstExecutionRunId',
        to: 'firstRunId: info.runId',
      },
    ],
  ])('%s, which the SDK lets pass', async (_, name, patch) => {
    expect(await replayed(name, patch)).toEqual({
      sdk: undefined,
      differences: expect.arrayContaining([expect.stringContaining('history holds')]) as string[],
    });
  });

  async function replayed(name: string, patch: Change): Promise<Replayed | undefined> {
    const history = histories.get(name);
    if (!history) throw new Error(`no history is recorded as ${name}`);
    return (await replay(await observedBundle(patch), new Map([[name, history]]))).get(name);
  }
});
