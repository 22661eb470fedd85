/** The parcel's flow: Announced → Weighing → Customs → Delivery → Ended, and through Inspection whatever needs a person. */
import { proxyActivities } from '@temporalio/workflow';
import { serviceCalls } from '../../../workflows/lifecycle/calls.js';
import type { Entity } from '../../../workflows/lifecycle/entity.js';
import type { PartState, Patch } from '../../../workflows/lifecycle/entry.js';
import type { Effect, LifecycleSpec, Move, Verdict } from '../../../workflows/lifecycle/spec.js';
import {
  COURIER_TASK_QUEUE,
  DEPOT_TASK_QUEUE,
  parcelShapes,
  type CourierActivities,
  type DepotActivities,
  type ParcelCall,
  type ParcelMessages,
  type ParcelNotice,
} from './messages.js';
import { parcelLifecycle, type ParcelState } from './states.js';

/** What a parcel knows. */
export interface ParcelFacts {
  readonly notice: ParcelNotice;
  readonly registered?: string;
  readonly cleared?: string;
  readonly paid?: number;
  readonly scans?: number;
  readonly tour?: string;
  /** Where an inspected parcel was. */
  readonly cameFrom?: string;
}

type Parcel = Entity<ParcelState, ParcelFacts>;
type Next = Promise<Move<ParcelState>>;

const depot = proxyActivities<DepotActivities>(serviceCalls(DEPOT_TASK_QUEUE));
const courier = proxyActivities<CourierActivities>(serviceCalls(COURIER_TASK_QUEUE));

export const parcelSpec: LifecycleSpec<ParcelState, ParcelFacts, ParcelMessages, ParcelNotice, string> = {
  lifecycle: parcelLifecycle,
  shapes: parcelShapes,
  remedies: {},
  key: (notice) => notice.parcelId,
  born: (notice) => ({ facts: { notice } }),
  steps: {
    Announced: register,
    Weighing: weigh,
    Customs: clear,
    Delivery: deliver,
    Inspection: async (parcel) => {
      await parcel.until(() => false); // yields: only a decision or the deadline leads out
      return { to: 'Ended' };
    },
    Ended: async () => undefined,
  },
  effects: {
    weighed: (parcel, { piece }) => {
      const name = `piece:${piece}`;
      const part = parcel.state.parts[name];
      if (!part) return { reject: 'unknownPiece' };
      if (part.state !== 'Expected') return { reject: 'alreadyWeighed' };
      const patch: Patch = { parts: { [name]: { state: 'Weighed', since: parcel.now() } } };
      const last = Object.entries(parcel.state.parts).every(
        ([other, { state }]) => other === name || state !== 'Expected',
      );
      return { apply: { ...patch, ...(last && parcel.received('weight')) } };
    },
    cleared: (parcel, { seal }) =>
      parcel.facts.cleared
        ? { reject: 'alreadyCleared' }
        : { apply: { facts: { cleared: seal }, parts: { 'paper:manifest': filed(parcel) } } },
    dutyPaid: (parcel, { cents }) => ({ apply: { facts: { paid: (parcel.facts.paid ?? 0) + cents } } }),
    scanned: (parcel) => ({ apply: { facts: { scans: (parcel.facts.scans ?? 0) + 1 } } }),
    delivered: (parcel) => ({ apply: { parts: handed(parcel), ...parcel.received('receipt') } }),
    writtenOff: () => ({ apply: {}, move: { to: 'Ended', reason: { code: 'lost' }, patch: { outcome: 'lost' } } }),
    reroute: (_parcel, { to }) => ({ apply: {}, move: { to: to as ParcelState, reason: { code: 'rerouted' } } }),
    cancel: () => ({
      apply: {},
      move: { to: 'Ended', reason: { code: 'cancelled' }, patch: { outcome: 'cancelled' } },
    }),
    inspect: takeDecision,
  },
  entering: {
    // Its pieces are registered by the very move that leads here.
    Weighing: (parcel, from) => (from === 'Announced' || unweighed(parcel).length > 0 ? parcel.expect('weight') : {}),
    Delivery: (parcel) => parcel.expect('receipt'),
    Inspection: (_parcel, from) => (from === 'Inspection' ? {} : { facts: { cameFrom: from } }),
    Ended: (parcel) => ({ outcome: parcel.state.outcome ?? 'arrived' }),
  },
  guards: [{ name: 'duty', before: 'Delivery', check: dutyOf }],
  needsSecondPerson: (_parcel, _message, data) => (data as ParcelMessages['inspect']).decision === 'destroy',
  remind: async (parcel, expectation, ordinal) => {
    await depot.nudge(call(parcel, `reminder-${expectation}`, `${parcel.state.enteredBy}.${ordinal}`));
  },
  result: (parcel) => parcel.state.outcome ?? '',
};

async function register(parcel: Parcel): Next {
  if (!parcel.facts.registered) {
    const { shelf } = await depot.registerParcel(call(parcel, 'registration')); // yields
    const since = parcel.now();
    const pieces = Array.from({ length: parcel.facts.notice.pieces }, (_, i) => [
      `piece:${i}`,
      { state: 'Expected', since },
    ]);
    const parts = { ...Object.fromEntries(pieces), 'paper:manifest': { state: 'Missing', since } };
    return { to: 'Weighing', patch: { facts: { registered: shelf }, parts } };
  }
  return { to: 'Weighing' };
}

async function weigh(parcel: Parcel): Next {
  await parcel.until(() => unweighed(parcel).length === 0); // yields
  return { to: 'Customs' };
}

async function clear(parcel: Parcel): Next {
  await parcel.until(() => parcel.facts.cleared !== undefined); // yields
  return { to: 'Delivery' };
}

async function deliver(parcel: Parcel): Next {
  const pieces = () => Object.values(parcel.state.parts).filter(({ state }) => state === 'Weighed');
  if (pieces().length > 0) {
    const { tour } = await courier.bookDelivery(call(parcel, 'delivery')); // yields
    if (parcel.facts.tour !== tour) parcel.learn({ facts: { tour } });
    await parcel.until(() => pieces().length === 0); // yields
  }
  return { to: 'Ended' };
}

function takeDecision(parcel: Parcel, { decision }: ParcelMessages['inspect']): Effect<ParcelState> {
  if (decision === 'goOn') return { apply: {}, move: { to: (parcel.facts.cameFrom ?? 'Announced') as ParcelState } };
  return { apply: {}, move: { to: 'Ended', reason: { code: decision }, patch: { outcome: decision } } };
}

function dutyOf(parcel: Parcel): Verdict<ParcelState> {
  const { notice, paid = 0 } = parcel.facts;
  if (notice.forbidden && parcel.state.state !== 'Inspection') {
    return { verdict: 'cancel', reason: 'forbidden', to: 'Inspection' };
  }
  return paid >= notice.duty ? { verdict: 'proceed' } : { verdict: 'defer', reason: 'dutyUnpaid' };
}

/** Pieces that nobody has weighed yet. */
function unweighed(parcel: Parcel): readonly string[] {
  return Object.entries(parcel.state.parts).flatMap(([name, { state }]) => (state === 'Expected' ? [name] : []));
}

const filed = (parcel: Parcel): PartState => ({ state: 'Filed', since: parcel.now() });

function handed(parcel: Parcel): Readonly<Record<string, PartState>> {
  const since = parcel.now();
  const weighed = Object.entries(parcel.state.parts).filter(([, { state }]) => state === 'Weighed');
  return Object.fromEntries(weighed.map(([name]) => [name, { state: 'Handed', since }]));
}

function call(parcel: Parcel, step: string, ordinal?: string): ParcelCall {
  return { key: parcel.key(step, ordinal), parcelId: parcel.id, about: step };
}
