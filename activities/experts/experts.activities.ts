import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, instant, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type {
  AnswerFound,
  AssignExpertInput,
  ExpertAssigned,
  ExpertNotified,
  ExpertsActivities,
  NotifyExpertInput,
  ReleaseExpertInput,
} from './contract.js';

const assigned = z.union([
  z.object({ outcome: z.literal('assigned'), expertId: reference }),
  z.object({ outcome: z.literal('nobody'), skilled: z.int().min(0) }),
]) satisfies z.ZodType<ExpertAssigned>;
const notified = z.object({ notifiedAt: instant }) satisfies z.ZodType<ExpertNotified>;
const released = z.object({ released: z.literal(true) });
const found = z.object({
  status: z.enum(['none', 'assigned', 'notified', 'accepted', 'declined', 'ended']),
  code: code.exactOptional(),
}) satisfies z.ZodType<AnswerFound>;

/** {@link ExpertsActivities} over HTTP. */
@Injectable()
export class ExpertsActivitiesProvider implements ExpertsActivities {
  constructor(private readonly services: ServiceClient) {}

  assignExpert({ key, ...body }: AssignExpertInput): Promise<ExpertAssigned> {
    return this.services.post('experts', 'assignments', key, body, assigned);
  }

  notifyExpert({ key, ...body }: NotifyExpertInput): Promise<ExpertNotified> {
    return this.services.post('experts', 'notifications', key, body, notified);
  }

  releaseExpert({ key, ...body }: ReleaseExpertInput): Promise<{ readonly released: true }> {
    return this.services.post('experts', 'releases', key, body, released);
  }

  lookUpAnswer({ ticketId, hop }: { readonly ticketId: string; readonly hop: number }): Promise<AnswerFound> {
    return this.services.get('experts', `tickets/${encodeURIComponent(ticketId)}/hops/${hop}`, found);
  }
}
