import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, money, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import { authority } from '../settlement/authority.js';
import type {
  AdjusterAwaited,
  AssessmentActivities,
  AssessmentRequested,
  AssignAdjusterInput,
  ReleaseAdjusterInput,
  RequestAssessmentInput,
  Triage,
  TriageInput,
} from './contract.js';

const triage = z.object({
  lane: z.enum(['fastTrack', 'field']),
  habitable: z.boolean().exactOptional(),
  skill: code,
  area: reference,
  priority: z.int().min(1).max(5),
  reserves: z.array(z.object({ coverage: z.enum(['building', 'contents']), amount: money })),
  authority: authority.exactOptional(),
}) satisfies z.ZodType<Triage>;

const awaited = z.object({
  requestId: reference,
  ahead: z.int().min(0),
}) satisfies z.ZodType<AdjusterAwaited>;

const requested = z.object({
  assignmentId: reference,
  adjusterId: reference,
}) satisfies z.ZodType<AssessmentRequested>;

/** {@link AssessmentActivities} over HTTP. */
@Injectable()
export class AssessmentActivitiesProvider implements AssessmentActivities {
  constructor(private readonly services: ServiceClient) {}

  triageClaim({ key, ...body }: TriageInput): Promise<Triage> {
    return this.services.post('assessment', 'triages', key, body, triage);
  }

  assignAdjuster({ key, ...body }: AssignAdjusterInput): Promise<AdjusterAwaited> {
    return this.services.post('assessment', 'adjuster-requests', key, body, awaited);
  }

  async releaseAdjuster({ key, claimId }: ReleaseAdjusterInput): Promise<void> {
    await this.services.post('assessment', `claims/${claimId}/release`, key, {}, z.unknown());
  }

  requestAssessment({ key, ...body }: RequestAssessmentInput): Promise<AssessmentRequested> {
    return this.services.post('assessment', 'assignments', key, body, requested);
  }
}
