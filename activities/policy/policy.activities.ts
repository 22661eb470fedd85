import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, isoDate, money } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { PolicyActivities, PolicyValidation, ValidatePolicyInput } from './contract.js';

const validation = z.object({
  verdict: z.enum(['covered', 'startsAfterLoss', 'noCoverage']),
  inceptionDate: isoDate,
  coverages: z.array(
    z.object({
      coverage: z.enum(['building', 'contents']),
      limit: money,
      deductible: money.exactOptional(),
      documents: z.array(code).exactOptional(),
    }),
  ),
}) satisfies z.ZodType<PolicyValidation>;

/** {@link PolicyActivities} over HTTP. */
@Injectable()
export class PolicyActivitiesProvider implements PolicyActivities {
  constructor(private readonly services: ServiceClient) {}

  validatePolicy({ key, ...body }: ValidatePolicyInput): Promise<PolicyValidation> {
    return this.services.post('policy', 'validations', key, body, validation);
  }
}
