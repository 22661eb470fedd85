import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { calculationRequest, SettlementService } from './settlement.service.js';

/** HTTP side of {@link SettlementService}. */
@Controller('settlement')
export class SettlementController {
  constructor(private readonly settlements: SettlementService) {}

  /** 200: amounts with their explanations, the total, and whether it is within authority. */
  @Post('calculations')
  calculate(
    @IdempotencyKey() key: string,
    @Body(new Valid(calculationRequest)) body: z.infer<typeof calculationRequest>,
  ): Promise<Answer> {
    return this.settlements.calculate(key, body);
  }
}
