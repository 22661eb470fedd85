import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { code, isoDate, money, reference } from '../../events/common.js';
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
  line: z.enum(['flood', 'homeowners']).exactOptional(),
  mortgagees: z.array(reference).exactOptional(),
  similarClaims: z.array(claimId).exactOptional(),
  automaticDenial: z.literal(true).exactOptional(),
}) satisfies z.ZodType<PolicyValidation>;

/** {@link PolicyActivities} over HTTP. */
@Injectable()
export class PolicyActivitiesProvider implements PolicyActivities {
  constructor(private readonly services: ServiceClient) {}

  validatePolicy({ key, ...body }: ValidatePolicyInput): Promise<PolicyValidation> {
    return this.services.post('policy', 'validations', key, body, validation);
  }
}
