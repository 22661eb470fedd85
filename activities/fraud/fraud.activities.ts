import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { FraudActivities, FraudScreenRequested, RequestFraudScreenInput } from './contract.js';

const requested = z.object({ screenId: reference }) satisfies z.ZodType<FraudScreenRequested>;

/** {@link FraudActivities} over HTTP. */
@Injectable()
export class FraudActivitiesProvider implements FraudActivities {
  constructor(private readonly services: ServiceClient) {}

  requestFraudScreen({ key, ...body }: RequestFraudScreenInput): Promise<FraudScreenRequested> {
    return this.services.post('fraud', 'screens', key, body, requested);
  }
}
