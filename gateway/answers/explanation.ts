/** The explanation of an entity, as a schema. */
import { z } from 'zod';
import type { Blockage, Explanation, QueueView, RunView } from '../../client/views.js';
import {
  admission,
  at,
  clockView,
  compensationFields,
  deadline,
  expectationFields,
  holdFields,
  journalLine,
  money,
  part,
  reason,
  taskFields,
} from './common.js';

const count = z.int().min(0);
const failed = z.object({ error: z.string() });
/** A source of the answer: as of when, or why it is lacking. */
const source = z.union([z.object({ asOf: at }), failed]);

const expectation = z
  .object({ ...expectationFields, name: z.string(), overdue: z.boolean() })
  .meta({ id: 'Expectation' });

const hold = z.object({ ...holdFields, name: z.string(), blocksNow: z.boolean() }).meta({ id: 'Hold' });

const deferral = z
  .object({
    guard: z.string(),
    since: at,
    reason: z.string(),
    to: z.string().exactOptional(),
    call: z.string().exactOptional(),
  })
  .meta({ id: 'Deferral' });

const openReview = z
  .object({
    ...taskFields,
    taskId: z.string(),
    overdue: z.boolean(),
    proposal: z.object({ message: z.string(), by: z.string(), digest: z.string() }).exactOptional(),
  })
  .meta({ id: 'OpenReview' });

const closedDependency = z.object({
  name: z.string(),
  status: z.enum(['paused', 'failing']),
  since: at,
  reason: z.string(),
  by: z.string().exactOptional(),
  lastFailure: z.string().exactOptional(),
});

const queue = z.object({
  queue: z.string(),
  kind: z.enum(['workflow', 'activity']),
  backlog: z.number(),
  oldestMs: z.number(),
  pollers: count,
}) satisfies z.ZodType<QueueView>;

const blockage = z
  .object({
    kind: z.enum(['person', 'customer', 'thirdParty', 'paused', 'failing', 'queueLag', 'queue', 'guard', 'hold']),
    detail: z.string(),
    attempts: count.exactOptional(),
    lastFailure: z.string().exactOptional(),
    nextTryAt: at.exactOptional(),
    missing: z.array(expectation).readonly().exactOptional(),
    review: openReview.exactOptional(),
    hold: hold.exactOptional(),
    dependency: closedDependency.exactOptional(),
    deferral: deferral.exactOptional(),
    queue: queue.exactOptional(),
    admission: admission.exactOptional(),
  })
  .meta({ id: 'Blockage' })
  .describe('What keeps it from moving') satisfies z.ZodType<Blockage>;

const run = z.object({
  workflowId: z.string(),
  runId: z.string(),
  status: z.string(),
  historyLength: count,
  startedAt: at,
  published: z.object({
    state: z.string().exactOptional(),
    since: at.exactOptional(),
    deadline: at.exactOptional(),
  }),
  pendingActivities: z
    .array(
      z.object({
        activity: z.string(),
        taskQueue: z.string().exactOptional(),
        attempt: count,
        state: z.enum(['scheduled', 'started', 'cancelling', 'paused']),
        scheduledAt: at.exactOptional(),
        lastFailure: z.string().exactOptional(),
        nextTryAt: at.exactOptional(),
      }),
    )
    .readonly(),
  pendingTask: z
    .object({ since: at.exactOptional(), attempt: count, state: z.enum(['scheduled', 'started']) })
    .exactOptional(),
}) satisfies z.ZodType<RunView>;

/** What is happening to it, why, since when, and what happens next. */
export const explanation = z
  .object({
    lifecycle: z.string(),
    id: z.string(),
    asOf: at.exactOptional(),
    state: z.string(),
    since: at,
    timesEntered: count,
    totalInStateMs: z.number(),
    visits: z.record(z.string(), z.object({ entered: count, totalMs: z.number() })).readonly(),
    because: z.object({ causationId: z.string(), reason: reason.exactOptional(), sentence: z.string() }),
    waitsFor: z.string().nullable(),
    owner: z.string().nullable(),
    expectations: z.array(expectation).readonly(),
    next: z.array(z.string()).readonly(),
    deadline: deadline.nullable(),
    clocks: z.array(clockView).readonly(),
    blockedBy: blockage.nullable(),
    holds: z.array(hold).readonly(),
    deferrals: z.array(deferral).readonly(),
    reviews: z.array(openReview).readonly(),
    compensations: z.array(z.object({ ...compensationFields, name: z.string() })).readonly(),
    retention: z.object({ class: z.string(), until: z.string().exactOptional(), legalHold: z.boolean() }),
    attention: z.string().exactOptional(),
    outcome: z.string().exactOptional(),
    closed: z.boolean(),
    parts: z.record(z.string(), part).readonly(),
    amounts: z.record(z.string(), money).readonly(),
    journal: z.array(journalLine).readonly(),
    run: z.union([run, failed]),
    queues: z.array(queue).readonly(),
    lifecycleVersion: z.int(),
    sources: z.object({
      record: z.union([z.object({ asOf: at, ageMs: z.number() }), failed]),
      temporal: source,
      backlog: source,
    }),
    sentence: z.string(),
  })
  .meta({ id: 'Explanation' }) satisfies z.ZodType<Explanation>;
