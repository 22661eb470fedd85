import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { AssessRiskInput, RiskActivities, RiskAssessed } from './contract.js';

const assessed = z.object({
  assessmentId: reference,
  verdict: z.enum(['approved', 'review', 'declined']),
  score: z.int().min(0).max(1000),
  reasons: z.array(code),
}) satisfies z.ZodType<RiskAssessed>;

/** {@link RiskActivities} over HTTP. */
@Injectable()
export class RiskActivitiesProvider implements RiskActivities {
  constructor(private readonly services: ServiceClient) {}

  assessRisk({ key, ...body }: AssessRiskInput): Promise<RiskAssessed> {
    return this.services.post('risk', 'assessments', key, body, assessed);
  }
}
