/** What the order asks the inventory service: stock held for its lines, until it is shipped, given back or forgotten. */
import type { CallbackTo } from '../callback.js';
import type { Found } from '../found.js';

export const INVENTORY_TASK_QUEUE = 'throughline-inventory';

/** Where goods go, as far as routing, risk and carriers need it: no name, no street. */
export interface Destination {
  /** ISO 3166-1 alpha-2, e.g. `US`. */
  readonly country: string;
  /** As the country writes it; empty where it has none. */
  readonly postalCode: string;
}

export interface ReserveStockInput {
  /** Idempotency-Key of the call; {@link ReleaseHoldsInput.reservationKey} names the reservation by it. */
  readonly key: string;
  readonly orderId: string;
  readonly lines: ReadonlyArray<{
    /** Unique within the order. */
    readonly lineId: string;
    readonly sku: string;
    /** Pieces, from 1. */
    readonly quantity: number;
  }>;
  /** Warehouses near it come first. Absent: none is nearer. */
  readonly destination?: Destination;
  /** ISO-8601 instant: what is neither committed nor extended by then is given back by itself. */
  readonly holdUntil: string;
  /**
   * What becomes of the pieces that are lacking. `leave`: nothing, they are only told. `backorder`: they are held, a line's all at
   * once, as soon as they are there, and told by `stockHeld`. Default: `leave`.
   */
  readonly short?: 'leave' | 'backorder';
  readonly callback: CallbackTo;
}

/** Pieces that are kept for one line of one order in one warehouse. */
export interface Hold {
  readonly holdId: string;
  readonly lineId: string;
  readonly warehouseId: string;
  readonly sku: string;
  readonly quantity: number;
  /** ISO-8601 instant. */
  readonly expiresAt: string;
}

/** What is held, and what is lacking, of each line in the order in which they were asked; all of a line may be either. */
export interface StockReserved {
  readonly reservationId: string;
  readonly lines: ReadonlyArray<{
    readonly lineId: string;
    readonly sku: string;
    /** Pieces held, all its holds together. */
    readonly reserved: number;
    /** Pieces lacking; `reserved + short` is what was asked for. */
    readonly short: number;
    /** ISO-8601 instant at which more is expected; absent: nobody knows, or nothing is lacking. */
    readonly restockedAt?: string;
    /** One per warehouse; from as few warehouses as possible. */
    readonly holds: readonly Hold[];
  }>;
}

export interface ExtendHoldsInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly orderId: string;
  readonly holdIds: readonly string[];
  /** ISO-8601 instant; also earlier than before. */
  readonly holdUntil: string;
}

/** Gives back what a whole reservation holds, its backorders included, or some holds; exactly one of the two is given. */
export interface ReleaseHoldsInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly orderId: string;
  /**
   * Idempotency-Key of the {@link ReserveStockInput}, known before it is called: whether that call took effect need not be
   * known. Where it did not, it never will: it is refused as `RequestWithdrawn` when it arrives later.
   */
  readonly reservationKey?: string;
  readonly holdIds?: readonly string[];
}

export interface CommitHoldsInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly orderId: string;
  readonly holdIds: readonly string[];
}

/**
 * What a hold is after the call. Asking twice is no mistake: a hold that was released is `released` again.
 * `expired`: it ended by itself; a commit takes the pieces again where they are still there, and is `expired` only where not.
 * `unknown`: the order never had such a hold.
 */
export type HoldState = 'held' | 'released' | 'expired' | 'committed' | 'unknown';

/** Each hold that was named, or that the reservation had. */
export interface HoldsChanged {
  readonly holds: ReadonlyArray<{
    readonly holdId: string;
    readonly state: HoldState;
    /** Of a hold that is held: ISO-8601 instant. */
    readonly expiresAt?: string;
  }>;
}

/** Data of `com.throughline.inventory.expired.v1`: a hold ended by itself, its pieces are anybody's again. */
export interface HoldExpired {
  readonly holdId: string;
  readonly lineId: string;
  readonly warehouseId: string;
  readonly sku: string;
  readonly quantity: number;
}

/** Data of `com.throughline.inventory.held.v1`: pieces on backorder are there, and held; the reservation's next holds. */
export interface StockHeld {
  readonly reservationId: string;
  readonly lineId: string;
  readonly holds: ReadonlyArray<Omit<Hold, 'lineId'>>;
}

export interface InventoryActivities {
  /**
   * Holds what is there and tells what is lacking; callbacks `inventory.expired` and, with backorders, `inventory.held` follow.
   * @throws ApplicationFailure `RequestWithdrawn`, non-retryable: the reservation was released before it was made.
   */
  reserveStock(input: ReserveStockInput): Promise<StockReserved>;
  /** Moves the end of holds that are held; others stay what they are. */
  extendHolds(input: ExtendHoldsInput): Promise<HoldsChanged>;
  /** Never refused; a hold that is committed stays so. */
  releaseHolds(input: ReleaseHoldsInput): Promise<HoldsChanged>;
  /** The goods have left: the pieces are gone from the stock. */
  commitHolds(input: CommitHoldsInput): Promise<HoldsChanged>;
  /** What became of a {@link reserveStock} under this Idempotency-Key. Changes nothing. */
  lookUpReservation(input: { readonly key: string }): Promise<Found<StockReserved>>;
}
