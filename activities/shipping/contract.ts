/** What the order asks the shipping service: a warehouse that packs, and a carrier that tells how far the parcel is. */
import type { CallbackTo } from '../callback.js';
import type { Found } from '../found.js';

export const SHIPPING_TASK_QUEUE = 'throughline-shipping';

export interface CreateShipmentInput {
  /** Idempotency-Key of the call: one per order and shipment; {@link StopShipmentInput.shipmentKey} names it by that. */
  readonly key: string;
  readonly orderId: string;
  /** Number of the shipment within its order, from 1. */
  readonly ordinal: number;
  readonly warehouseId: string;
  readonly lines: ReadonlyArray<{
    readonly lineId: string;
    readonly sku: string;
    readonly quantity: number;
  }>;
  /** Where the address is kept: a reference into the subject store, never the address. */
  readonly addressRef: string;
  readonly callback: CallbackTo;
}

export interface ShipmentCreated {
  readonly shipmentId: string;
  readonly trackingNumber: string;
}

/** Exactly one of `shipmentId` and `shipmentKey` is given. */
export interface StopShipmentInput {
  /** Idempotency-Key of the call; a stop that is asked again later has another. */
  readonly key: string;
  readonly orderId: string;
  readonly shipmentId?: string;
  /**
   * Idempotency-Key of the {@link CreateShipmentInput}, known before it is called: whether that call took effect need not be
   * known. Where it did not, it never will: it is refused as `RequestWithdrawn` when it arrives later.
   */
  readonly shipmentKey?: string;
}

/** `asked`: the warehouse has to look; `stopAnswered` follows, to where the shipment's updates go. `notCreated`: there is no such shipment, and there will be none. */
export interface ShipmentStop {
  readonly outcome: 'stopped' | 'alreadyDispatched' | 'asked' | 'notCreated';
  /** Absent with `notCreated`. */
  readonly shipmentId?: string;
}

/**
 * Data of the carrier's updates, one event type each: `com.throughline.shipping.<update>.v1` with `dispatched`, `inTransit`,
 * `delivered`, `deliveryFailed`, `returned` (it came back to the warehouse) and `lost`. They come in no promised order, and may
 * come twice.
 */
export interface CarrierUpdate {
  readonly shipmentId: string;
  /** Number of the update of its shipment, from 1: what comes with a lower one is older news. */
  readonly number: number;
  /** ISO-8601 instant on the carrier's clock. */
  readonly at: string;
  /** Why, with `deliveryFailed`, `returned` and `lost`. */
  readonly code?: string;
}

/** Data of `com.throughline.shipping.stopAnswered.v1`. */
export interface StopAnswered {
  readonly shipmentId: string;
  readonly outcome: 'stopped' | 'alreadyDispatched';
}

export interface ShippingActivities {
  /**
   * Releases goods to the warehouse; the carrier's updates follow.
   * @throws ApplicationFailure `ShipmentOrdinalUsed`, non-retryable: made already, under another key
   * @throws ApplicationFailure `ShipmentDeclined`, non-retryable: the warehouse does not take it
   * @throws ApplicationFailure `RequestWithdrawn`, non-retryable: it was stopped before it was made
   */
  createShipment(input: CreateShipmentInput): Promise<ShipmentCreated>;
  /** Never refused for a shipment of the order. @throws ApplicationFailure `ShipmentNotFound`, non-retryable: no such id */
  stopShipment(input: StopShipmentInput): Promise<ShipmentStop>;
  /** What became of a {@link createShipment} under this Idempotency-Key. Changes nothing. */
  lookUpShipment(input: { readonly key: string }): Promise<Found<ShipmentCreated>>;
}
