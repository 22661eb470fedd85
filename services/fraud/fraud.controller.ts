import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { FraudService, screenRequest } from './fraud.service.js';

/** HTTP side of {@link FraudService}. */
@Controller('fraud')
export class FraudController {
  constructor(private readonly fraud: FraudService) {}

  /** 202: the screen's id; the decision follows by callback. */
  @Post('screens')
  screen(
    @IdempotencyKey() key: string,
    @Body(new Valid(screenRequest)) body: z.infer<typeof screenRequest>,
  ): Promise<Answer> {
    return this.fraud.screen(key, body);
  }
}
