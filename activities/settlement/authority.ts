import { z } from 'zod';
import { money, reference } from '../../events/common.js';
import type { Authority } from './contract.js';

/** What a service's answer says of authority. */
export const authority = z.object({
  limit: money,
  people: z.record(reference, money).exactOptional(),
}) satisfies z.ZodType<Authority>;
