import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { ScreeningService, screeningRequest } from './screening.service.js';

/** HTTP side of {@link ScreeningService}. */
@Controller('screening')
export class ScreeningController {
  constructor(private readonly screening: ScreeningService) {}

  /** 202: the screening's id; how it has come out follows by callback. */
  @Post('screenings')
  screen(
    @IdempotencyKey() key: string,
    @Body(new Valid(screeningRequest)) body: z.infer<typeof screeningRequest>,
  ): Promise<Answer> {
    return this.screening.screen(key, body);
  }
}
