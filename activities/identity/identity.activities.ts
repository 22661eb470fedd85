import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { variantsOf } from '../../events/onboarding.js';
import type { Checked, SlowlyChecked } from '../checked.js';
import type { Found } from '../found.js';
import { ServiceClient } from '../http.js';
import type { IdentityActivities, VerifyIdentityInput } from './contract.js';

const frame = { requestId: reference };

const verified = z.union([
  z.strictObject({ ...frame, outcome: z.literal('pending') }),
  ...variantsOf(frame),
]) satisfies z.ZodType<SlowlyChecked<Checked>>;

/** {@link IdentityActivities} over HTTP. */
@Injectable()
export class IdentityActivitiesProvider implements IdentityActivities {
  constructor(private readonly services: ServiceClient) {}

  verifyIdentity({ key, ...body }: VerifyIdentityInput): Promise<SlowlyChecked<Checked>> {
    return this.services.post('identity', 'verifications', key, body, verified);
  }

  lookUpVerification({ key }: { readonly key: string }): Promise<Found<SlowlyChecked<Checked>>> {
    return this.services.lookUp('identity', key, verified);
  }
}
