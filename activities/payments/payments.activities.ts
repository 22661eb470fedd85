import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, instant, money, reference } from '../../events/common.js';
import type { Found } from '../found.js';
import { ServiceClient } from '../http.js';
import type {
  AuthorizationVoided,
  AuthorizeCardInput,
  CaptureCardInput,
  CaptureRefunded,
  CardAuthorized,
  CardCaptured,
  PaymentRequested,
  PaymentsActivities,
  RefundCaptureInput,
  RequestPaymentInput,
  VoidAuthorizationInput,
} from './contract.js';

const requested = z.object({ paymentId: reference }) satisfies z.ZodType<PaymentRequested>;

const authorized = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('authorized'), authorizationId: reference, amount: money, expiresAt: instant }),
  z.object({ outcome: z.literal('declined'), authorizationId: reference, code }),
  z.object({ outcome: z.literal('pending'), authorizationId: reference }),
]) satisfies z.ZodType<CardAuthorized>;

const captured = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('captured'), captureId: reference, amount: money }),
  z.object({ outcome: z.literal('declined'), captureId: reference, code }),
  z.object({ outcome: z.literal('pending'), captureId: reference }),
]) satisfies z.ZodType<CardCaptured>;

const voided = z.object({
  outcome: z.enum(['voided', 'expired', 'declined', 'none']),
  captured: money.exactOptional(),
}) satisfies z.ZodType<AuthorizationVoided>;

const refunded = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('refunded'), refundId: reference, amount: money }),
  z.object({ outcome: z.literal('failed'), refundId: reference, code }),
  z.object({ outcome: z.literal('pending'), refundId: reference }),
  z.object({ outcome: z.literal('none') }),
]) satisfies z.ZodType<CaptureRefunded>;

interface ByKey {
  readonly key: string;
}

/** {@link PaymentsActivities} over HTTP. */
@Injectable()
export class PaymentsActivitiesProvider implements PaymentsActivities {
  constructor(private readonly services: ServiceClient) {}

  requestPayment({ key, ...body }: RequestPaymentInput): Promise<PaymentRequested> {
    return this.services.post('payments', 'payments', key, body, requested);
  }

  authorizeCard({ key, ...body }: AuthorizeCardInput): Promise<CardAuthorized> {
    return this.services.post('payments', 'authorizations', key, body, authorized);
  }

  captureCard({ key, ...body }: CaptureCardInput): Promise<CardCaptured> {
    return this.services.post('payments', 'captures', key, body, captured);
  }

  voidAuthorization({ key, ...body }: VoidAuthorizationInput): Promise<AuthorizationVoided> {
    return this.services.post('payments', 'voids', key, body, voided);
  }

  refundCapture({ key, ...body }: RefundCaptureInput): Promise<CaptureRefunded> {
    return this.services.post('payments', 'refunds', key, body, refunded);
  }

  lookUpAuthorization({ key }: ByKey): Promise<Found<CardAuthorized>> {
    return this.services.lookUp('payments', key, authorized);
  }

  lookUpCapture({ key }: ByKey): Promise<Found<CardCaptured>> {
    return this.services.lookUp('payments', key, captured);
  }

  lookUpRefund({ key }: ByKey): Promise<Found<CaptureRefunded>> {
    return this.services.lookUp('payments', key, refunded);
  }
}
