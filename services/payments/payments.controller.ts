import { Body, Controller, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import { reference } from '../../events/common.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { paymentOutcome, paymentRequest, PaymentsService } from './payments.service.js';

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

  /** 202: what has become of a payment is noted and goes to the claim by callback. */
  @Post('payments/:paymentId/outcome')
  settle(
    @IdempotencyKey() key: string,
    @Param('paymentId', new Valid(reference, 'paymentId')) paymentId: string,
    @Body(new Valid(paymentOutcome)) body: z.infer<typeof paymentOutcome>,
  ): Promise<Answer> {
    return this.payments.settle(key, paymentId, body);
  }
}
