import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, instant, reference } from '../../events/common.js';
import type { Found } from '../found.js';
import { ServiceClient } from '../http.js';
import type {
  CommitHoldsInput,
  ExtendHoldsInput,
  Hold,
  HoldsChanged,
  InventoryActivities,
  ReleaseHoldsInput,
  ReserveStockInput,
  StockReserved,
} from './contract.js';

const pieces = z.int().min(0);

const hold = z.object({
  holdId: reference,
  lineId: code,
  warehouseId: reference,
  sku: reference,
  quantity: pieces,
  expiresAt: instant,
}) satisfies z.ZodType<Hold>;

const reserved = z.object({
  reservationId: reference,
  lines: z.array(
    z.object({
      lineId: code,
      sku: reference,
      reserved: pieces,
      short: pieces,
      restockedAt: instant.exactOptional(),
      holds: z.array(hold),
    }),
  ),
}) satisfies z.ZodType<StockReserved>;

const changed = z.object({
  holds: z.array(
    z.object({
      holdId: reference,
      state: z.enum(['held', 'released', 'expired', 'committed', 'unknown']),
      expiresAt: instant.exactOptional(),
    }),
  ),
}) satisfies z.ZodType<HoldsChanged>;

/** {@link InventoryActivities} over HTTP. */
@Injectable()
export class InventoryActivitiesProvider implements InventoryActivities {
  constructor(private readonly services: ServiceClient) {}

  reserveStock({ key, ...body }: ReserveStockInput): Promise<StockReserved> {
    return this.services.post('inventory', 'reservations', key, body, reserved);
  }

  extendHolds({ key, ...body }: ExtendHoldsInput): Promise<HoldsChanged> {
    return this.services.post('inventory', 'holds/extend', key, body, changed);
  }

  releaseHolds({ key, ...body }: ReleaseHoldsInput): Promise<HoldsChanged> {
    return this.services.post('inventory', 'holds/release', key, body, changed);
  }

  commitHolds({ key, ...body }: CommitHoldsInput): Promise<HoldsChanged> {
    return this.services.post('inventory', 'holds/commit', key, body, changed);
  }

  lookUpReservation({ key }: { readonly key: string }): Promise<Found<StockReserved>> {
    return this.services.lookUp('inventory', key, reserved);
  }
}
