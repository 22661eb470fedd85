import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { lookUpRequest, PlansService } from './plans.service.js';

/** HTTP side of {@link PlansService}. */
@Controller('plans')
export class PlansController {
  constructor(private readonly plans: PlansService) {}

  /** 200: whether the product is covered, and what the plan promises at each priority. */
  @Post('look-ups')
  lookUp(
    @IdempotencyKey() key: string,
    @Body(new Valid(lookUpRequest)) body: z.infer<typeof lookUpRequest>,
  ): Promise<Answer> {
    return this.plans.lookUp(key, body);
  }
}
