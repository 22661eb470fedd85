import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, money, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import { authority } from './authority.js';
import type { CalculateSettlementInput, Settlement, SettlementActivities } from './contract.js';

const settlement = z.object({
  settlementId: reference,
  lines: z.array(
    z.object({
      coverage: z.enum(['building', 'contents']),
      amount: money,
      nonPaymentReason: code.exactOptional(),
      explanation: z.string(),
      repair: z.object({ vendorId: reference, next: z.array(reference).exactOptional() }).exactOptional(),
    }),
  ),
  total: money,
  authority: authority.extend({ within: z.boolean() }),
}) satisfies z.ZodType<Settlement>;

/** {@link SettlementActivities} over HTTP. */
@Injectable()
export class SettlementActivitiesProvider implements SettlementActivities {
  constructor(private readonly services: ServiceClient) {}

  calculateSettlement({ key, ...body }: CalculateSettlementInput): Promise<Settlement> {
    return this.services.post('settlement', 'calculations', key, body, settlement);
  }
}
