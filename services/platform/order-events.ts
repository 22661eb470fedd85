/** What the services tell orders, by the event that tells it: `com.throughline.<event>.v1`. */

interface Money {
  readonly minor: number;
  readonly currency: string;
}

interface Hold {
  readonly holdId: string;
  readonly warehouseId: string;
  readonly sku: string;
  readonly quantity: number;
}

interface HoldOfLine extends Hold {
  readonly lineId: string;
}

interface CarrierUpdate {
  readonly shipmentId: string;
  /** From 1 within its shipment. */
  readonly number: number;
  readonly at: string;
  readonly code?: string;
}

/** Data of each event; the activities' contracts say the same to those who listen. */
export interface OrderEvents {
  'inventory.expired': HoldOfLine;
  'inventory.held': {
    readonly reservationId: string;
    readonly lineId: string;
    readonly holds: ReadonlyArray<Hold & { readonly expiresAt: string }>;
  };
  'payments.authorizationDecided':
    | {
        readonly outcome: 'authorized';
        readonly authorizationId: string;
        readonly amount: Money;
        readonly expiresAt: string;
      }
    | { readonly outcome: 'declined'; readonly authorizationId: string; readonly code: string };
  'payments.captureDecided':
    | { readonly outcome: 'captured'; readonly captureId: string; readonly amount: Money }
    | { readonly outcome: 'declined'; readonly captureId: string; readonly code: string };
  'payments.refundDecided':
    | { readonly outcome: 'refunded'; readonly refundId: string; readonly amount: Money }
    | { readonly outcome: 'failed'; readonly refundId: string; readonly code: string };
  'payments.chargedBack': {
    readonly chargebackId: string;
    readonly captureId: string;
    readonly amount: Money;
    readonly code: string;
    readonly evidenceDueAt: string;
  };
  'shipping.dispatched': CarrierUpdate;
  'shipping.inTransit': CarrierUpdate;
  'shipping.delivered': CarrierUpdate;
  'shipping.deliveryFailed': CarrierUpdate;
  'shipping.returned': CarrierUpdate;
  'shipping.lost': CarrierUpdate;
  'shipping.stopAnswered': { readonly shipmentId: string; readonly outcome: 'stopped' | 'alreadyDispatched' };
}
