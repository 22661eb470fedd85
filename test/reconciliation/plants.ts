/** Discrepancies, one of each kind that a service can have: sound entities with one thing wrong. */
import type { Kind } from '../../activities/reconciliation/kinds.js';
import {
  authorizing,
  bent,
  cancelled,
  delivered,
  issued,
  paid,
  paying,
  refunded,
  refunding,
  released,
  shipped,
  stopping,
  waiting,
  type Plant,
} from './blueprints.js';

/** What is wrong with a plant. */
type Spoil = (plant: Plant) => Partial<Plant>;

const spoilt =
  (sound: (id: string) => Plant, spoil: Spoil) =>
  (id: string): Plant => {
    const plant = sound(id);
    return { ...plant, ...spoil(plant) };
  };

const first = <T>(rows: readonly T[], change: Partial<T>): T[] => rows.map((row) => ({ ...row, ...change }));

/** Nobody has an entity of it. */
const unknown =
  (
    sound: (id: string) => Plant,
    ...keep: ReadonlyArray<'authorizations' | 'captures' | 'refunds' | 'holds' | 'shipments' | 'payments'>
  ) =>
  (id: string): Plant => {
    const plant = sound(id);
    const kept = Object.fromEntries(keep.map((name) => [name, plant[name]]));
    const none = { payments: [], authorizations: [], captures: [], refunds: [], holds: [], shipments: [] };
    return { id, ...none, ...kept };
  };

const inState = (sound: (id: string) => Plant, name: string, state: string, rows: Spoil = () => ({})) =>
  spoilt(
    (id) =>
      bent(sound(id), (entity) => {
        const before = entity.parts[name];
        if (before) entity.parts = { ...entity.parts, [name]: { ...before, state } };
      }),
    rows,
  );

/** Kinds of the pairs whose other side is no domain service: `test/reconciliation/runs.test.ts`, `test/unit/activities/follow-ups.test.ts`. */
type Elsewhere = Extract<Kind, `run-${string}` | `follow-up-${string}`>;

/** By kind. */
export const PLANTS: Readonly<Record<Exclude<Kind, Elsewhere>, (id: string) => Plant>> = {
  'payment-unknown': unknown(paid, 'payments'),
  'payment-unasked': spoilt(paid, ({ id, payments }) => ({
    payments: [...payments, { id: `PAY-${id}-2`, ordinal: 2, minor: 2_000, state: 'paid' }],
  })),
  'payment-untold': spoilt(paying, ({ id }) => ({
    payments: [{ id: `PAY-${id}`, ordinal: 1, minor: 2_000, state: 'paid' }],
  })),
  'payment-amount-differs': spoilt(paid, ({ payments }) => ({ payments: first(payments, { minor: 2_001 }) })),
  'payment-state-differs': inState(paid, 'building', 'PaymentFailed'),
  'payment-vanished': spoilt(issued, () => ({ payments: [] })),

  'authorization-unknown': unknown(authorizing, 'authorizations'),
  'authorization-unasked': spoilt(authorizing, ({ id, authorizations }) => ({
    authorizations: [...authorizations, { id: `AUT-${id}-2`, minor: 2_000, captured: 0, state: 'authorized' }],
  })),
  'authorization-left': spoilt(cancelled, ({ authorizations }) => ({
    authorizations: first(authorizations, { state: 'authorized' }),
  })),
  'authorization-untold': spoilt(authorizing, ({ authorizations }) => ({
    authorizations: first(authorizations, { state: 'authorized' }),
  })),
  'authorization-amount-differs': spoilt(released, ({ authorizations }) => ({
    authorizations: first(authorizations, { minor: 1_999 }),
  })),
  'authorization-state-differs': spoilt(released, ({ authorizations }) => ({
    authorizations: first(authorizations, { state: 'voided' }),
  })),
  'authorization-vanished': spoilt(released, () => ({ authorizations: [] })),

  'capture-unknown': unknown(shipped, 'authorizations', 'captures'),
  'capture-unasked': spoilt(shipped, ({ id, captures }) => ({
    captures: [
      ...captures,
      { id: `CAP-${id}-2`, authorization: `AUT-${id}`, shipment: 'SHP-9', minor: 5, state: 'captured' },
    ],
  })),
  'capture-untold': inState(shipped, 'capture:1', 'Requested'),
  'charged-twice': spoilt(shipped, ({ id, captures }) => ({
    captures: [
      ...captures,
      { id: `CAP-${id}-2`, authorization: `AUT-${id}`, shipment: '1', minor: 2_000, state: 'captured' },
    ],
  })),
  'capture-amount-differs': spoilt(shipped, ({ captures }) => ({ captures: first(captures, { minor: 1_999 }) })),
  'capture-state-differs': spoilt(shipped, ({ captures }) => ({ captures: first(captures, { state: 'declined' }) })),
  'capture-vanished': spoilt(shipped, () => ({ captures: [] })),
  'chargeback-untold': spoilt(shipped, ({ captures }) => ({ captures: first(captures, { chargedBack: true }) })),

  // Of a capture that was called off, so that nothing but the refund is nobody's.
  'refund-unknown': (id) => {
    const plant = unknown(refunded, 'authorizations', 'captures', 'refunds')(id);
    return { ...plant, captures: first(plant.captures, { state: 'calledOff' }) };
  },
  'refund-unasked': spoilt(delivered, ({ id }) => ({
    refunds: [{ id: `REF-${id}`, capture: `CAP-${id}`, minor: 2_000, state: 'refunded' }],
  })),
  'refund-untold': spoilt(refunding, ({ refunds }) => ({ refunds: first(refunds, { state: 'refunded' }) })),
  'refund-amount-differs': spoilt(refunded, ({ refunds }) => ({ refunds: first(refunds, { minor: 1_999 }) })),
  'refund-state-differs': spoilt(refunded, ({ refunds }) => ({ refunds: first(refunds, { state: 'failed' }) })),
  'refund-vanished': spoilt(refunded, () => ({ refunds: [] })),

  'hold-unknown': unknown(authorizing, 'holds'),
  'hold-unasked': spoilt(authorizing, ({ id, holds }) => ({
    holds: [...holds, { id: `HLD-${id}-2`, reservation: `RSV-${id}`, quantity: 1, state: 'held' }],
  })),
  'hold-left': spoilt(cancelled, ({ holds }) => ({ holds: first(holds, { state: 'held' }) })),
  'hold-untold': spoilt(waiting, ({ id }) => ({
    holds: [{ id: `HLD-${id}`, reservation: `RSV-${id}`, quantity: 1, state: 'held' }],
  })),
  'hold-expiry-untold': spoilt(authorizing, ({ holds }) => ({ holds: first(holds, { state: 'expired' }) })),
  'hold-state-differs': spoilt(authorizing, ({ holds }) => ({ holds: first(holds, { state: 'released' }) })),
  'hold-quantity-differs': spoilt(authorizing, ({ holds }) => ({ holds: first(holds, { quantity: 2 }) })),
  'hold-vanished': spoilt(authorizing, () => ({ holds: [] })),

  'shipment-unknown': unknown(shipped, 'shipments'),
  'shipment-unasked': spoilt(shipped, ({ id, shipments }) => ({
    shipments: [...shipments, { id: `SHP-${id}-2`, ordinal: 2, updates: 0, state: 'created' }],
  })),
  'shipment-left': spoilt(cancelled, ({ shipments }) => ({ shipments: first(shipments, { state: 'dispatched' }) })),
  'shipment-untold': spoilt(shipped, ({ shipments }) => ({
    shipments: first(shipments, { state: 'delivered', updates: 2 }),
  })),
  'stop-untold': spoilt(stopping, ({ shipments }) => ({ shipments: first(shipments, { state: 'stopped' }) })),
  'shipment-state-differs': spoilt(released, ({ shipments }) => ({
    shipments: first(shipments, { state: 'stopped' }),
  })),
  'shipment-vanished': spoilt(shipped, () => ({ shipments: [] })),
};
