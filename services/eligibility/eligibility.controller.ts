import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { applicantRequest, EligibilityService } from './eligibility.service.js';

/** HTTP side of {@link EligibilityService}. */
@Controller('eligibility')
export class EligibilityController {
  constructor(private readonly eligibility: EligibilityService) {}

  /** 200: how it has come out; so does the next. */
  @Post('eligibility-checks')
  checkEligibility(
    @IdempotencyKey() key: string,
    @Body(new Valid(applicantRequest)) body: z.infer<typeof applicantRequest>,
  ): Promise<Answer> {
    return this.eligibility.check(key, 'eligibility', body);
  }

  @Post('compliance-checks')
  checkCompliance(
    @IdempotencyKey() key: string,
    @Body(new Valid(applicantRequest)) body: z.infer<typeof applicantRequest>,
  ): Promise<Answer> {
    return this.eligibility.check(key, 'compliance', body);
  }
}
