/** A refusal or a failure, as a schema. */
import { z } from 'zod';
import { PROBLEM_PREFIX, type Problem } from '../../client/gateway.js';

/** RFC 9457, with what some problems say beside it. */
export const problem = z
  .object({
    type: z.string().regex(new RegExp(`^${PROBLEM_PREFIX}`)),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('Names what is wrong and what to do about it'),
    issues: z
      .array(
        z.object({
          field: z.string(),
          value: z.union([z.string(), z.number(), z.boolean()]).exactOptional(),
          remedy: z.string(),
        }),
      )
      .readonly()
      .exactOptional(),
    late: z.enum(['record', 'reject']).exactOptional(),
    outcome: z.string().exactOptional(),
    reopenableUntil: z.string().exactOptional(),
    how: z.string().exactOptional(),
    messageId: z.string().exactOptional(),
    waitedMs: z.number().exactOptional(),
    code: z.string().exactOptional(),
    state: z.string().exactOptional(),
  })
  .meta({ id: 'Problem' }) satisfies z.ZodType<Problem>;
