import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { PaymentRequested, PaymentsActivities, RequestPaymentInput } from './contract.js';

const requested = z.object({ paymentId: reference }) satisfies z.ZodType<PaymentRequested>;

/** {@link PaymentsActivities} over HTTP. */
@Injectable()
export class PaymentsActivitiesProvider implements PaymentsActivities {
  constructor(private readonly services: ServiceClient) {}

  requestPayment({ key, ...body }: RequestPaymentInput): Promise<PaymentRequested> {
    return this.services.post('payments', 'payments', key, body, requested);
  }
}
