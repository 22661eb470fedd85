import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, money, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { CalculateSettlementInput, Settlement, SettlementActivities } from './contract.js';

const settlement = z.object({
  settlementId: reference,
  lines: z.array(
    z.object({
      coverage: z.enum(['building', 'contents']),
      amount: money,
      nonPaymentReason: code.exactOptional(),
      explanation: z.string(),
      repair: z.object({ vendorId: reference }).exactOptional(),
    }),
  ),
  total: money,
  authority: z.object({
    limit: money,
    within: z.boolean(),
    people: z.record(reference, money).exactOptional(),
  }),
}) satisfies z.ZodType<Settlement>;

/** {@link SettlementActivities} over HTTP. */
@Injectable()
export class SettlementActivitiesProvider implements SettlementActivities {
  constructor(private readonly services: ServiceClient) {}

  calculateSettlement({ key, ...body }: CalculateSettlementInput): Promise<Settlement> {
    return this.services.post('settlement', 'calculations', key, body, settlement);
  }
}
