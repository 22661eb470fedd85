/**
 * Schemas of the messages that every lifecycle understands. The types in `workflows/lifecycle/kernel-messages.ts` and the workflow's
 * own validators (`workflows/lifecycle/kernel-shapes.ts`, generated) say the same.
 */
import { z } from 'zod';
import type { KernelMessages } from '../workflows/lifecycle/kernel-messages.js';
import { code, instant, reference } from './common.js';

const taskId = z
  .string()
  .regex(/^[^\s]{1,256}#\d{1,9}$/, 'a task id <lifecycle>/<id>#<sequence>, as lists of tasks show it')
  .describe('Id of the review task');
const because = { reasonCode: code, note: reference.exactOptional() };
const digest = z.string().regex(/^[0-9a-f]{16}$/, 'the digest of the proposal, as the task shows it');
const actorId = reference.describe('Id of the person, as in the actor of an envelope');
const clock = z.string().regex(/^[a-z][a-zA-Z0-9]{0,63}$/, 'the name of a clock, such as state');

/** Data of each kernel message by wire name. */
export const kernelMessages = {
  assignReview: z.strictObject({ taskId, assignee: actorId }),
  releaseReview: z.strictObject({ taskId }),
  parkReview: z.strictObject({ ...because, taskId, until: instant }),
  noteReview: z.strictObject({ taskId, note: reference }),
  resolveReview: z.strictObject({ ...because, taskId, decision: code }),
  approveReview: z.strictObject({ taskId, proposal: digest, note: reference.exactOptional() }),
  declineReview: z.strictObject({ ...because, taskId, proposal: digest }),
  correctDecision: z.strictObject({ ...because, sequence: z.int().min(1).describe("The decision's journal entry") }),
  moveClock: z.strictObject({ ...because, clock, dueAt: instant, reference }),
  pauseClock: z.strictObject({ ...because, clock, reference }),
  resumeClock: z.strictObject({ ...because, clock, reference }),
  placeHold: z.strictObject({ ...because, hold: code, reference }),
  releaseHold: z.strictObject({ ...because, hold: code, reference }),
  dependencyResumed: z.strictObject({ dependency: code }),
} as const satisfies { readonly [Name in keyof KernelMessages]: z.ZodType<KernelMessages[Name]> };
