/** What may be said to a parcel, and how its services treat it. */
import fc from 'fast-check';
import type { Who } from './plan.js';
import { parcelLifecycle } from './parcel/states.js';
import type { ParcelMessages, ParcelNotice } from './parcel/messages.js';

export interface ParcelScript {
  readonly notice: Omit<ParcelNotice, 'parcelId'>;
  /** Attempts of each call that fail before one succeeds; `refused`: for good; `lost`: the first answer is lost after the effect. */
  readonly trouble: 'none' | 'slow' | 'refused' | 'lost';
  /** The courier tells of the delivery before it answers the booking. */
  readonly prompt: boolean;
}

export const PARCEL_NOTICE: fc.Arbitrary<ParcelScript> = fc.record({
  notice: fc.record({
    pieces: fc.integer({ min: 1, max: 2 }),
    duty: fc.constantFrom(0, 0, 500),
    forbidden: fc.constantFrom(false, false, false, true),
  }),
  trouble: fc.constantFrom('none', 'none', 'slow', 'refused', 'lost'),
  prompt: fc.boolean(),
});

export const PARCEL_MESSAGES: {
  readonly [Name in keyof ParcelMessages]: {
    readonly weight: number;
    readonly data: fc.Arbitrary<ParcelMessages[Name]>;
    readonly who: Who;
  };
} = {
  weighed: {
    weight: 7,
    data: fc.record({ piece: fc.nat({ max: 2 }), grams: fc.constantFrom(100, 250) }),
    who: 'service',
  },
  cleared: { weight: 5, data: fc.record({ seal: fc.constantFrom('S-1', 'S-2') }), who: 'service' },
  dutyPaid: { weight: 3, data: fc.record({ cents: fc.constantFrom(250, 500) }), who: 'service' },
  scanned: { weight: 1, data: fc.record({ gate: fc.constantFrom('north', 'south') }), who: 'service' },
  delivered: { weight: 3, data: fc.record({ to: fc.constantFrom('door', 'neighbour') }), who: 'service' },
  writtenOff: { weight: 0, data: fc.record({ file: fc.constant('F-1') }), who: 'service' },
  reroute: {
    weight: 2,
    data: fc.record({ to: fc.constantFrom(...Object.keys(parcelLifecycle.states), 'Nowhere') }),
    who: 'customer',
  },
  cancel: { weight: 1, data: fc.record({ reasonCode: fc.constant('regret') }), who: 'customer' },
  inspect: {
    weight: 5,
    data: fc.record({ decision: fc.constantFrom('goOn' as const, 'destroy' as const) }),
    who: 'alice',
  },
};
