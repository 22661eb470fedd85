import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { matchOf, variantsOf } from '../../events/onboarding.js';
import type { SlowlyChecked } from '../checked.js';
import type { Found } from '../found.js';
import { ServiceClient } from '../http.js';
import type { ScreenApplicantInput, Screened, ScreeningActivities } from './contract.js';

const frame = { requestId: reference };

const screened = z.union([
  z.strictObject({ ...frame, outcome: z.literal('pending') }),
  ...variantsOf(frame),
  matchOf(frame),
]) satisfies z.ZodType<SlowlyChecked<Screened>>;

/** {@link ScreeningActivities} over HTTP. */
@Injectable()
export class ScreeningActivitiesProvider implements ScreeningActivities {
  constructor(private readonly services: ServiceClient) {}

  screenApplicant({ key, ...body }: ScreenApplicantInput): Promise<SlowlyChecked<Screened>> {
    return this.services.post('screening', 'screenings', key, body, screened);
  }

  lookUpScreening({ key }: { readonly key: string }): Promise<Found<SlowlyChecked<Screened>>> {
    return this.services.lookUp('screening', key, screened);
  }
}
