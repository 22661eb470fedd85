import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { assessmentRequest, RiskService } from './risk.service.js';

/** HTTP side of {@link RiskService}. */
@Controller('risk')
export class RiskController {
  constructor(private readonly risk: RiskService) {}

  /** 200: verdict, score and reasons. */
  @Post('assessments')
  assess(
    @IdempotencyKey() key: string,
    @Body(new Valid(assessmentRequest)) body: z.infer<typeof assessmentRequest>,
  ): Promise<Answer> {
    return this.risk.assess(key, body);
  }
}
