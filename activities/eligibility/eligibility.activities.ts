import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { variantsOf } from '../../events/onboarding.js';
import type { Checked } from '../checked.js';
import { ServiceClient } from '../http.js';
import type { CheckApplicantInput, EligibilityActivities } from './contract.js';

const checked = z.union(variantsOf({})) satisfies z.ZodType<Checked>;

/** {@link EligibilityActivities} over HTTP. */
@Injectable()
export class EligibilityActivitiesProvider implements EligibilityActivities {
  constructor(private readonly services: ServiceClient) {}

  checkEligibility({ key, ...body }: CheckApplicantInput): Promise<Checked> {
    return this.services.post('eligibility', 'eligibility-checks', key, body, checked);
  }

  checkCompliance({ key, ...body }: CheckApplicantInput): Promise<Checked> {
    return this.services.post('eligibility', 'compliance-checks', key, body, checked);
  }
}
