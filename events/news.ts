/** Schemas of what the events of every lifecycle say; `News` and `Lineage` in `records/consequences.ts` write it. */
import { z } from 'zod';
import { instant, money } from './common.js';

const text = z.string().min(1);
const reason = z
  .strictObject({
    code: text.describe('A code; `withheld` where only a restricted circle may know it'),
    note: text.exactOptional(),
    reference: text.exactOptional(),
    visibility: z.enum(['general', 'restricted', 'customer']).exactOptional(),
  })
  .describe('Why');
const because = { reason: reason.exactOptional() };
const part = z.strictObject({
  state: text,
  since: instant,
  reason: text.exactOptional(),
  amount: money.exactOptional(),
});

/** Where every piece of news comes from. */
const lineage = {
  follows: text
    .describe('Id of the event that told of entering the state in which this happened; absent with the first')
    .exactOptional(),
  cause: text.describe('What the journal names as the cause, where causationid is another').exactOptional(),
};

/** What everything but a transition says, by its name in the event's type. */
export const news = {
  deadline: z
    .strictObject({ clock: text, dueAt: instant, basis: text, leadsTo: text, ...because, ...lineage })
    .describe('A clock was breached'),
  clock: z
    .strictObject({
      clock: text,
      change: z.enum(['started', 'paused', 'resumed', 'moved', 'stopped']),
      basis: text,
      startedAt: instant,
      dueAt: instant,
      originalDueAt: instant.exactOptional(),
      calendar: text.exactOptional(),
      ...because,
      ...lineage,
    })
    .describe('A clock that others may rely on has changed'),
  reviewOpened: z
    .strictObject({
      taskId: text,
      queue: text,
      reason: text,
      priority: z.int().min(1).max(5),
      dueAt: instant.exactOptional(),
      ...lineage,
    })
    .describe('A person is needed'),
  reviewEscalated: z
    .strictObject({ taskId: text, level: z.int().min(0), queue: text, ...lineage })
    .describe('Nobody resolved the task in time: it is in this queue now'),
  reviewResolved: z.strictObject({ taskId: text, decision: text, ...lineage }).describe('The task is done'),
  holdPlaced: z
    .strictObject({ hold: text, reference: text, reason, ...lineage })
    .describe('Somebody with authority blocks it'),
  holdReleased: z.strictObject({ hold: text, ...because, ...lineage }).describe('The block is taken away'),
  decisionCorrected: z
    .strictObject({ corrects: z.int().min(1), ...because, ...lineage })
    .describe('The decision in this entry of the journal no longer stands'),
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** What the event of a state says; which state, and which facts it carries, the table says. */
export const transition = z
  .strictObject({
    from: text.describe('Absent where it begins').exactOptional(),
    to: text,
    ...because,
    parts: z.record(z.string(), part).describe('Parts that changed with it').exactOptional(),
    outcome: text.nullable().describe('How it ended; null where it is reopened').exactOptional(),
    facts: z
      .record(z.string(), z.unknown())
      .describe('What others need to know of it, by the names in the table')
      .exactOptional(),
    ...lineage,
  })
  .describe('A state was entered');
