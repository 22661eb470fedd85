import { Body, Controller, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import { claimId } from '../../events/claim.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { AssessmentService, assignmentRequest, findingsReport } from './assessment.service.js';
import { triageRequest } from './triage.js';

/** HTTP side of {@link AssessmentService}. */
@Controller('assessment')
export class AssessmentController {
  constructor(private readonly assessments: AssessmentService) {}

  /** 200: lane, skill, area, priority, reserves and authority. */
  @Post('triages')
  triage(
    @IdempotencyKey() key: string,
    @Body(new Valid(triageRequest)) body: z.infer<typeof triageRequest>,
  ): Promise<Answer> {
    return this.assessments.triage(key, body);
  }

  /** 202: the assignment and its adjuster; the findings follow by callback. */
  @Post('assignments')
  assign(
    @IdempotencyKey() key: string,
    @Body(new Valid(assignmentRequest)) body: z.infer<typeof assignmentRequest>,
  ): Promise<Answer> {
    return this.assessments.assign(key, body);
  }

  /** 202: an adjuster's findings are taken and go to the claim by callback. */
  @Post('claims/:claimId/findings')
  report(
    @IdempotencyKey() key: string,
    @Param('claimId', new Valid(claimId, 'claimId')) claim: string,
    @Body(new Valid(findingsReport)) body: z.infer<typeof findingsReport>,
  ): Promise<Answer> {
    return this.assessments.report(key, claim, body.findings);
  }
}
