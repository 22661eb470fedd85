import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ofOrder } from '../platform/order-schemas.js';
import type { Page } from '../platform/pages.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import {
  commitment,
  extension,
  InventoryService,
  releaseRequest,
  reservationRequest,
  type ListedHold,
} from './inventory.service.js';

/** HTTP side of {@link InventoryService}. */
@Controller('inventory')
export class InventoryController {
  constructor(private readonly inventory: InventoryService) {}

  /** 201: per line what is held and what is lacking. */
  @Post('reservations')
  reserve(
    @IdempotencyKey() key: string,
    @Body(new Valid(reservationRequest)) body: z.infer<typeof reservationRequest>,
  ): Promise<Answer> {
    return this.inventory.reserve(key, body);
  }

  /** 200: what each hold is now; so do the next two. */
  @Post('holds/extend')
  extend(@IdempotencyKey() key: string, @Body(new Valid(extension)) body: z.infer<typeof extension>): Promise<Answer> {
    return this.inventory.extend(key, body);
  }

  @Post('holds/release')
  release(
    @IdempotencyKey() key: string,
    @Body(new Valid(releaseRequest)) body: z.infer<typeof releaseRequest>,
  ): Promise<Answer> {
    return this.inventory.release(key, body);
  }

  @Post('holds/commit')
  commit(
    @IdempotencyKey() key: string,
    @Body(new Valid(commitment)) body: z.infer<typeof commitment>,
  ): Promise<Answer> {
    return this.inventory.commit(key, body);
  }

  /** 200: holds by order, a page at a time. */
  @Get('holds')
  list(@Query(new Valid(ofOrder, 'query')) query: z.infer<typeof ofOrder>): Promise<Page<ListedHold>> {
    return this.inventory.list(query);
  }
}
