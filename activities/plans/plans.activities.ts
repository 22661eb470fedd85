import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { LookUpPlanInput, PlanLookedUp, PlansActivities } from './contract.js';

const level = z.object({ responseMs: z.int().min(1), resolutionMs: z.int().min(1) });

const lookedUp = z.union([
  z.object({
    covered: z.literal(true),
    planId: reference,
    levels: z.object({ 1: level, 2: level, 3: level, 4: level }),
  }),
  z.object({ covered: z.literal(false), code }),
]) satisfies z.ZodType<PlanLookedUp>;

/** {@link PlansActivities} over HTTP. */
@Injectable()
export class PlansActivitiesProvider implements PlansActivities {
  constructor(private readonly services: ServiceClient) {}

  lookUpPlan({ key, ...body }: LookUpPlanInput): Promise<PlanLookedUp> {
    return this.services.post('plans', 'look-ups', key, body, lookedUp);
  }
}
