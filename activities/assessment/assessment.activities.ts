import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { AssessmentActivities, AssessmentRequested, RequestAssessmentInput } from './contract.js';

const requested = z.object({
  assignmentId: reference,
  adjusterId: reference,
}) satisfies z.ZodType<AssessmentRequested>;

/** {@link AssessmentActivities} over HTTP. */
@Injectable()
export class AssessmentActivitiesProvider implements AssessmentActivities {
  constructor(private readonly services: ServiceClient) {}

  requestAssessment({ key, ...body }: RequestAssessmentInput): Promise<AssessmentRequested> {
    return this.services.post('assessment', 'assignments', key, body, requested);
  }
}
