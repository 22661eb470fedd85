/** Pieces that many answers hold, as schemas. The shapes are those that the client's types promise. */
import { z } from 'zod';
import { actor } from '../../events/common.js';
import type { AdmissionView, AmountsView, DeadlineView, JournalLine } from '../../client/views.js';
import type {
  Clock,
  Compensation,
  Expectation,
  GuardVerdict,
  Hold,
  PartState,
  Proposal,
  Reason,
  ReviewTask,
} from '../../workflows/lifecycle/entry.js';

/** An ISO-8601 instant in UTC. */
export const at = z.iso.datetime();
const count = z.int().min(0);
/** Minor units of a currency. */
const minor = z.int();

/** One page of a list. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).readonly(),
    cursor: z.string().exactOptional().describe('Leads to the next page; absent on the last'),
  });

/** A list that comes whole. */
export const whole = <Item extends z.ZodType>(item: Item) => z.object({ items: z.array(item).readonly() });

export const who = actor.meta({ id: 'Actor' });

export const money = z.object({ minor, currency: z.string() }).meta({ id: 'Money' });

export const reason = z
  .object({
    code: z.string(),
    note: z.string().exactOptional(),
    reference: z.string().exactOptional(),
    visibility: z.enum(['general', 'restricted', 'customer']).exactOptional(),
  })
  .meta({ id: 'Reason' })
  .describe('Why, as a code; `withheld` where the asker may not see it') satisfies z.ZodType<Reason>;

export const deadline = z
  .object({
    at,
    leadsTo: z.string(),
    originalAt: at.exactOptional(),
    reference: z.string().exactOptional(),
  })
  .meta({ id: 'Deadline' }) satisfies z.ZodType<DeadlineView>;

export const amounts = z
  .object({ currency: z.string(), reserved: minor, approved: minor, paid: minor, open: minor })
  .meta({ id: 'Amounts' }) satisfies z.ZodType<AmountsView>;

export const part = z
  .object({ state: z.string(), since: at, reason: z.string().exactOptional(), amount: money.exactOptional() })
  .meta({ id: 'Part' }) satisfies z.ZodType<PartState>;

const clockFields = {
  basis: z.string(),
  startedAt: at,
  dueAt: at,
  leadsTo: z.string(),
  change: z.enum(['started', 'paused', 'resumed', 'moved', 'breached', 'stopped']).exactOptional(),
  originalDueAt: at.exactOptional(),
  calendar: z.string().exactOptional(),
  pausedAt: at.exactOptional(),
  pausedBy: z.enum(['state', 'person']).exactOptional(),
  consumedMs: z.number().exactOptional(),
  runningSince: at.exactOptional(),
  breachedAt: at.exactOptional(),
  suspends: z
    .custom<NonNullable<Clock['suspends']>>()
    .meta({ override: { type: 'object', description: 'Of a detour: the state and the clock that rest meanwhile' } })
    .exactOptional(),
};

export const clock = z.object(clockFields).meta({ id: 'Clock' }) satisfies z.ZodType<Clock>;

/** A clock in a list of them, with what it says now. */
export const clockView = z.object({ ...clockFields, name: z.string(), overdue: z.boolean() }).meta({ id: 'ClockView' });

export const expectationFields = {
  what: z.string(),
  from: z.string(),
  askedAt: at,
  reference: z.string().exactOptional(),
  dueAt: at.exactOptional(),
  receivedAt: at.exactOptional(),
  remindAt: at.exactOptional(),
  reminded: count.exactOptional(),
} satisfies { [Field in keyof Expectation]-?: z.ZodType };

export const holdFields = {
  placedAt: at,
  by: who,
  reason,
  reference: z.string(),
} satisfies { [Field in keyof Hold]-?: z.ZodType };

export const compensationFields = {
  undo: z.string(),
  given: z.record(z.string(), z.unknown()).readonly(),
  nth: z.number(),
  registeredAt: at,
  begunAt: at.exactOptional(),
  failed: z.object({ at, reason: z.string() }).exactOptional(),
} satisfies { [Field in keyof Compensation]-?: z.ZodType };

export const proposal = z
  .object({ message: z.string(), data: z.unknown(), digest: z.string(), by: z.string() })
  .meta({ id: 'Proposal' }) satisfies z.ZodType<Proposal>;

export const taskFields = {
  queue: z.string(),
  reason: z.string(),
  priority: z.int().min(1).max(5),
  openedAt: at,
  dueAt: at.exactOptional(),
  ofState: z.literal(true).exactOptional(),
  level: count.exactOptional(),
  escalatesAt: at.exactOptional(),
  assignee: z.string().exactOptional(),
  parkedUntil: at.exactOptional(),
  about: count.exactOptional(),
  contributors: z.array(z.string()).readonly().exactOptional(),
} satisfies { [Field in Exclude<keyof ReviewTask, 'proposal'>]-?: z.ZodType };

const guardVerdict = z.object({
  guard: z.string(),
  verdict: z.enum(['proceed', 'defer', 'cancel']),
  reason: z.string().exactOptional(),
}) satisfies z.ZodType<GuardVerdict>;

export const messageOutcome = z.enum(['applied', 'held', 'duplicate', 'late', 'rejected']);

const journalFields = {
  sequence: count,
  kind: z.string(),
  recordedAt: at,
  from: z.string().exactOptional(),
  to: z.string().exactOptional(),
  causationId: z.string(),
  reason: reason.exactOptional(),
  actor: who,
  message: z.object({ name: z.string(), messageId: z.string(), outcome: messageOutcome }).exactOptional(),
  clock: z.string().exactOptional(),
  guard: guardVerdict.exactOptional(),
  escalation: z.object({ taskId: z.string(), level: count, queue: z.string() }).exactOptional(),
  reminds: z.string().exactOptional(),
  compensates: z.string().exactOptional(),
};

export const journalLine = z.object(journalFields).meta({ id: 'JournalLine' }) satisfies z.ZodType<JournalLine>;

/** An entry with everything around it. */
export const journalDetail = z
  .object({
    ...journalFields,
    stage: count,
    lifecycleVersion: z.int(),
    runId: z.string(),
    correlationId: z.string(),
    writtenAt: at,
    envelope: z
      .object({
        source: z.string(),
        occurredAt: at,
        receivedAt: at,
        schemaVersion: z.int(),
        digest: z.string(),
        afterDeadline: z.boolean(),
      })
      .exactOptional(),
    corrects: count.exactOptional(),
    patch: z.record(z.string(), z.unknown()).exactOptional(),
    published: z.array(z.looseObject({})).readonly(),
    hash: z.string(),
  })
  .meta({ id: 'JournalEntry' });

export const admission = z
  .object({
    catastrophe: z.string(),
    name: z.string(),
    ahead: count,
    since: at,
    expectedAt: at,
    rate: z.number(),
  })
  .meta({ id: 'Admission' })
  .describe('Its place in line') satisfies z.ZodType<AdmissionView>;
