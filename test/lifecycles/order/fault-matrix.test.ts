/**
 * Every step of an order against every way in which it can go wrong. There are three ends: delivered and paid once, cancelled with
 * nothing reserved, taken or shipped, or a person's task that says what is open. The table is printed.
 */
import { expect, test } from 'vitest';
import { hours, minutes } from '../../../workflows/lifecycle/definition.js';
import type { EntityState } from '../../../workflows/lifecycle/entry.js';
import { playOut, type Played } from '../support/play-out.js';
import type { Call, Mischief } from './shop.js';
import { useShop, type PlacedOrder } from './support.js';

const { shop, place, sleep } = useShop();

/** For longer than a call is tried. */
const FOR_GOOD = 40;

const CALLS: readonly Call[] = [
  'assessRisk',
  'reserveStock',
  'authorizeCard',
  'createShipment',
  'captureCard',
  'commitHolds',
  'releaseHolds',
  'voidAuthorization',
  'stopShipment',
  'refundCapture',
];
const OF_CALLS = {
  refused: ['refused'],
  'failed before the effect': ['down', 'down'],
  'answer lost after the effect': ['lost', 'lost'],
  'worker killed before': ['killed'],
  'worker killed after': ['killedAfter'],
  'away for good': Array.from({ length: FOR_GOOD }, () => 'down'),
} satisfies Record<string, Mischief[]>;

const CALLBACKS = ['authorizationDecided', 'shipmentDispatched', 'shipmentDelivered'] as const;
const OF_CALLBACKS = ['lost', 'late', 'duplicated', 'out of order'] as const;

interface Cell extends Played {
  readonly step: string;
  readonly fault: string;
  readonly order: PlacedOrder;
  readonly callbacks: Callbacks;
}

/** What is told of an order, and how. */
interface Callbacks {
  readonly name?: string;
  readonly fault?: (typeof OF_CALLBACKS)[number];
  readonly told: Set<string>;
  /** How much time had passed when it could first have been told. */
  since?: number;
}

test(
  'every step, every fault: delivered and paid once, cancelled with nothing left, or a task that says what is open',
  { timeout: 600_000 },
  async () => {
    const cells: Cell[] = [];
    for (const step of CALLS) {
      for (const [fault, how] of Object.entries(OF_CALLS)) {
        const orderId = `M-${step}-${fault.replaceAll(' ', '-')}`;
        if (step === 'voidAuthorization') shop.slow.add(`card-${orderId}`);
        shop.misbehave(orderId, step, ...how);
        const order = await place({ orderId, methodToken: `card-${orderId}` });
        cells.push({ id: orderId, step, fault, order, callbacks: { told: new Set() } });
      }
    }
    for (const step of CALLBACKS) {
      for (const fault of OF_CALLBACKS) {
        const orderId = `M-${step}-${fault.replaceAll(' ', '-')}`;
        if (step === 'authorizationDecided') shop.slow.add(`card-${orderId}`);
        const order = await place({ orderId, methodToken: `card-${orderId}` });
        cells.push({ id: orderId, step, fault, order, callbacks: { name: step, fault, told: new Set() } });
      }
    }

    // Retries first; then whatever only time can bring.
    await playOut(cells, push, (nth) => sleep(nth % 8 === 0 ? hours(26) : minutes(2)));
    print(cells);
    for (const cell of cells) await prove(cell);
  },
);

/** Lets the world around an order go on by one step; whether anything was done. */
async function push(cell: Cell, spells: number): Promise<boolean> {
  const { order, step, callbacks } = cell;
  const state = await order.entity.state();
  const end = endOf(state);
  if (end !== undefined) {
    cell.end = end;
    return true;
  }
  const carrier = (update: 'Dispatched' | 'Delivered' | 'Lost', number: number) =>
    tell(callbacks, `shipment${update}`, spells, () => order.carrier(update, 1, number));
  switch (state.state) {
    case 'AwaitingCustomer':
      return once(callbacks, 'cancel', () => order.ask('cancelOrder'));
    case 'AuthorizationPending':
      if (!state.expectations['authorization'] || state.expectations['authorization'].receivedAt) return false;
      if (step === 'voidAuthorization') return once(callbacks, 'cancel', () => order.ask('cancelOrder'));
      if (callbacks.fault === 'lost' && callbacks.name === 'authorizationDecided') return bankAnswers(order, false);
      return tell(callbacks, 'authorizationDecided', spells, () => bankAnswers(order, true));
    case 'ReleasedToWarehouse':
      if (!state.parts['shipment:1'] || state.parts['shipment:1'].state === 'Requested') return false;
      if (step === 'stopShipment' || step === 'releaseHolds')
        return once(callbacks, 'cancel', () => order.ask('cancelOrder'));
      if (callbacks.fault === 'out of order' && callbacks.name !== 'authorizationDecided')
        return carrier('Delivered', 2);
      return carrier('Dispatched', 1);
    case 'InDelivery':
      if (callbacks.fault === 'out of order') await carrier('Dispatched', 1);
      return step === 'refundCapture' ? carrier('Lost', 2) : carrier('Delivered', 2);
    default:
      return false;
  }
}

async function once(callbacks: Callbacks, what: string, act: () => Promise<unknown>): Promise<boolean> {
  if (callbacks.told.has(what)) return false;
  callbacks.told.add(what);
  await act();
  return true;
}

/** A callback, as the fault has it. */
async function tell(callbacks: Callbacks, name: string, spells: number, act: () => Promise<unknown>): Promise<boolean> {
  if (callbacks.name !== name) return once(callbacks, name, act);
  if (callbacks.fault === 'lost') return false;
  if (callbacks.fault === 'late') {
    callbacks.since ??= spells;
    if (spells - callbacks.since < 5) return false;
  }
  return once(callbacks, name, async () => {
    await act();
    if (callbacks.fault === 'duplicated') await act();
  });
}

/** The bank decides, whether or not its callback arrives. */
async function bankAnswers(order: PlacedOrder, arrives: boolean): Promise<boolean> {
  const decided = shop.decideAuthorization(order.key('authorization'));
  if (arrives) await order.entity.tell('authorizationDecided', decided);
  return arrives;
}

function endOf({ state, outcome, reason, reviews }: EntityState): string | undefined {
  if (state === 'Completed' || state === 'Cancelled') return outcome ?? state;
  if (state === 'ExceptionReview' && Object.keys(reviews).length > 0) return `review: ${reason?.code}`;
  return undefined;
}

async function prove({ order, step, fault, end = '' }: Cell): Promise<void> {
  const what = `${step}, ${fault}`;
  const taken = shop.taken(order.id);
  const left = shop.leftBehind(order.id);
  if (end.startsWith('review: ')) {
    const { reviews, facts } = await order.entity.state();
    // Somebody else's by now, where time has passed meanwhile.
    expect(Object.values(reviews), what).toMatchObject([
      { queue: expect.stringMatching(/^order-exceptions/) as string },
    ]);
    expect(facts['exception'], what).toMatchObject({ from: expect.any(String) as string });
    return;
  }
  expect(left, what).toEqual([]);
  expect(end, what).toMatch(/^(delivered|cancelled|returned)$/);
  expect(taken, what).toBe(end === 'delivered' ? 20_00 : 0);
  const captures = shop.calls.filter(({ call, key }) => call === 'captureCard' && key.startsWith(`order/${order.id}/`));
  expect(captures.length, what).toBe(end === 'cancelled' ? 0 : 1);
}

function print(cells: readonly Cell[]): void {
  const of = (steps: readonly string[], faults: readonly string[]) => {
    const rows = steps.map((step) => [
      step,
      ...faults.map((fault) => cells.find((cell) => cell.step === step && cell.fault === fault)?.end ?? ''),
    ]);
    const table = [['step', ...faults], ...rows];
    const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? [];
    return table.map((row) => row.map((text, i) => text.padEnd(widths[i] ?? 0)).join('  ')).join('\n');
  };
  console.log(`${of(CALLS, Object.keys(OF_CALLS))}\n\n${of(CALLBACKS, OF_CALLBACKS)}`);
}
