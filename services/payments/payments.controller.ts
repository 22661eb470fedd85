import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { paymentRequest, PaymentsService } from './payments.service.js';

/** HTTP side of {@link PaymentsService}. */
@Controller('payments')
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  /** 202: the payment's id; acknowledgment or failure follows by callback. */
  @Post('payments')
  pay(
    @IdempotencyKey() key: string,
    @Body(new Valid(paymentRequest)) body: z.infer<typeof paymentRequest>,
  ): Promise<Answer> {
    return this.payments.pay(key, body);
  }
}
