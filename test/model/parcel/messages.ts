/** What a parcel says and hears, and what it asks of its services. */
import type { Shape } from '../../../workflows/lifecycle/shape.js';

/** The submission's data. */
export interface ParcelNotice {
  readonly parcelId: string;
  /** How many pieces it has. */
  readonly pieces: number;
  /** Duty in cents; 0: none is due. */
  readonly duty: number;
  /** What no courier may carry. */
  readonly forbidden: boolean;
}

/** The data of each message by wire name. */
export interface ParcelMessages {
  readonly weighed: { readonly piece: number; readonly grams: number };
  readonly cleared: { readonly seal: string };
  readonly dutyPaid: { readonly cents: number };
  readonly scanned: { readonly gate: string };
  readonly delivered: { readonly to: string };
  readonly writtenOff: { readonly file: string };
  /** To any state: whether the table leads there is not the sender's business. */
  readonly reroute: { readonly to: string };
  readonly cancel: { readonly reasonCode: string };
  /** Two people destroy it. */
  readonly inspect: { readonly decision: 'goOn' | 'destroy' | 'abandon' };
}

/** The depot's side: it knows the pieces, and hears reminders. */
export interface DepotActivities {
  registerParcel(input: ParcelCall): Promise<{ readonly shelf: string }>;
  nudge(input: ParcelCall): Promise<void>;
}

/** The courier's side. */
export interface CourierActivities {
  bookDelivery(input: ParcelCall): Promise<{ readonly tour: string }>;
}

/** Every call says about which parcel it is, and under which Idempotency-Key. */
export interface ParcelCall {
  readonly key: string;
  readonly parcelId: string;
  readonly about: string;
}

export const DEPOT_TASK_QUEUE = 'throughline-depot';
export const COURIER_TASK_QUEUE = 'throughline-courier';

const object = (properties: Readonly<Record<string, Shape>>): Shape => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
const text: Shape = { type: 'string', minLength: 1, maxLength: 64 };
const count: Shape = { type: 'integer', minimum: 0 };

export const parcelShapes: Readonly<Record<string, Shape>> = {
  submission: object({ parcelId: text, pieces: count, duty: count, forbidden: { type: 'boolean' } }),
  weighed: object({ piece: count, grams: count }),
  cleared: object({ seal: text }),
  dutyPaid: object({ cents: count }),
  scanned: object({ gate: text }),
  delivered: object({ to: text }),
  writtenOff: object({ file: text }),
  reroute: object({ to: text }),
  cancel: object({ reasonCode: text }),
  inspect: object({ decision: { enum: ['goOn', 'destroy', 'abandon'] } }),
};
