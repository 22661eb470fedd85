/** Lists of entities and of work on them, what became of what was sent, and findings, as schemas. */
import { z } from 'zod';
import type { FindingView } from '../../client/findings.js';
import type { Delivery } from '../../client/gateway.js';
import type { Submitted } from '../../client/submit.js';
import type { EntitySummary, ReviewView, StatusView, SubmissionRecord, TotalsView } from '../../client/views.js';
import {
  admission,
  amounts,
  at,
  clock,
  deadline,
  journalDetail,
  messageOutcome,
  page,
  part,
  proposal,
  reason,
  whole,
  who,
} from './common.js';

const count = z.int().min(0);

const entitySummary = z
  .object({
    lifecycle: z.string(),
    id: z.string(),
    state: z.string(),
    since: at,
    waitsFor: z.string().exactOptional(),
    owner: z.string().exactOptional(),
    next: z.array(z.string()).readonly(),
    deadline: deadline.nullable(),
    closed: z.boolean(),
    outcome: z.string().exactOptional(),
    reason: z.string().exactOptional(),
    attention: z.string().exactOptional(),
    late: z.literal(true).exactOptional(),
    lateSince: at.exactOptional(),
    review: z.object({ taskId: z.string(), queue: z.string(), assignee: z.string().exactOptional() }).exactOptional(),
    parts: z.record(z.string(), part).readonly(),
    facts: z.record(z.string(), z.unknown()).readonly(),
    amounts: amounts.exactOptional(),
    clocks: z.record(z.string(), clock).readonly(),
    stage: z.int().min(1),
  })
  .meta({ id: 'EntitySummary' }) satisfies z.ZodType<EntitySummary>;

export const entityPage = page(entitySummary);

export const totals = z
  .object({ entities: count, amounts: z.array(amounts).readonly() })
  .meta({ id: 'Totals' }) satisfies z.ZodType<TotalsView>;

export const journal = whole(journalDetail);

export const submissionRecord = z.object({
  contentHash: z.string(),
  firstRunId: z.string().exactOptional(),
  waiting: admission.exactOptional(),
  closed: z.boolean(),
}) satisfies z.ZodType<SubmissionRecord>;

export const submitted = z
  .object({
    started: z.boolean(),
    id: z.string(),
    workflowId: z.string(),
    firstRunId: z.string().exactOptional(),
    waiting: admission.exactOptional(),
  })
  .meta({ id: 'Submitted' }) satisfies z.ZodType<Submitted>;

/** What the entity answered. */
export const answered = z
  .object({ outcome: messageOutcome, state: z.string(), sequence: count, code: z.string().exactOptional() })
  .meta({ id: 'Answer' }) satisfies z.ZodType<Delivery>;

/** What is said of a message that was passed on, and to which nobody answers. */
export const accepted = z.object({ outcome: z.literal('accepted') }) satisfies z.ZodType<Delivery>;

/** Either: a signal that begins a closed entity's next stage may be answered already. */
export const delivery = z.union([answered, accepted]);

export const subjectStored = z.object({ ref: z.uuid(), digest: z.string() }).meta({ id: 'Subject' });

export const review = z
  .object({
    taskId: z.string(),
    lifecycle: z.string(),
    id: z.string(),
    state: z.string(),
    queue: z.string(),
    reason: z.string(),
    priority: z.int().min(1).max(5),
    since: at,
    dueAt: at.exactOptional(),
    overdue: z.boolean(),
    level: count,
    escalatesAt: at.exactOptional(),
    assignee: z.string().exactOptional(),
    parkedUntil: at.exactOptional(),
    decidedBy: z.array(z.string()).readonly(),
    about: count.exactOptional(),
    proposal: proposal.exactOptional(),
    amounts: amounts.exactOptional(),
    openQuestions: count.exactOptional(),
  })
  .meta({ id: 'Review' }) satisfies z.ZodType<ReviewView>;

export const reviewPage = page(review);

export const finding = z
  .object({
    findingId: z.string(),
    kind: z.string(),
    lifecycle: z.string(),
    id: z.string(),
    pair: z.string().exactOptional(),
    state: z.enum(['open', 'healing', 'healed', 'gone', 'resolved']),
    queue: z.string(),
    dueAt: at,
    since: at,
    foundAt: at,
    seenAt: at,
    occurrence: count,
    evidence: z.unknown(),
    toldAt: at.exactOptional(),
    resolvedAt: at.exactOptional(),
    resolvedBy: who.exactOptional(),
    resolution: reason.exactOptional(),
  })
  .meta({ id: 'Finding' }) satisfies z.ZodType<FindingView>;

export const findingPage = page(finding);

export const findingResolved = z.object({ changed: z.boolean(), finding });

export const status = z.object({
  entities: z.record(z.string(), z.record(z.string(), count)).readonly(),
  versions: z.record(z.string(), z.string()).readonly(),
}) satisfies z.ZodType<StatusView>;
