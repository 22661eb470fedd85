/** The experts: what each knows, where each is, how much each can carry. */
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ticketId } from '../../events/ticket.js';
import type { Queries } from '../platform/database.js';

const country = z.string().regex(/^[A-Z]{2}$/, 'a country by its two letters, such as US');
/** An hour: what an expert says in a demo or a test is not put off longer. */
const pauseMs = z.int().min(0).max(3_600_000);

/** Where somebody or something is: no name, no street. */
export const location = z.strictObject({
  country,
  postalCode: z.string().max(16, 'a postal code of at most 16 characters, or empty'),
});

const says = z.enum(['accept', 'decline', 'never']);

/** An expert, as seeded. */
export const expertSeed = z.strictObject({
  /** Non-personal identifier. */
  id: reference,
  /** Tickets that they can have at once; 0: off duty. */
  capacity: z.int().min(0).max(100_000),
  skills: z.array(code).min(1).max(20),
  ...location.shape,
  /** What they say by themselves when they are told of a ticket; `never`: nothing, so that a person answers, or nobody. */
  answers: says.default('accept'),
  /** How long they take to say so, in milliseconds. */
  afterMs: pauseMs.default(0),
});

/** What the experts of a ticket say, hop by hop, whatever they would say; after the last as they would. `null` lifts it. */
export const dispatchSeed = z.strictObject({
  ticketId,
  answers: z
    .array(z.strictObject({ says, afterMs: pauseMs.default(0), code: code.default('declined') }))
    .max(20)
    .nullable(),
});

export type ExpertSeed = z.infer<typeof expertSeed>;
export type DispatchSeed = z.infer<typeof dispatchSeed>;

/** Non-personal identifiers of the experts that are there without a seed. */
const DEFAULT_EXPERTS = ['EXP-01', 'EXP-02', 'EXP-03', 'EXP-04', 'EXP-05', 'EXP-06'] as const;

/** Two in each third of the United States; they know everything, accept at once, and have room for a busy day. */
export const DEFAULT_ROSTER: readonly ExpertSeed[] = DEFAULT_EXPERTS.map((id, i) => ({
  id,
  capacity: 1_000,
  skills: ['network', 'hardware', 'software'],
  country: 'US',
  postalCode: ['11101', '11201', '60601', '60602', '94102', '94103'][i] ?? '',
  answers: 'accept',
  afterMs: 0,
}));

/** Inserts experts; `replace` says what becomes of those that are there. Their tickets stay with them. */
export async function enlist(queries: Queries, experts: readonly ExpertSeed[], replace: boolean): Promise<void> {
  const conflict = replace
    ? `UPDATE SET capacity = excluded.capacity, skills = excluded.skills, country = excluded.country,
         postal_code = excluded.postal_code, answers = excluded.answers, after_ms = excluded.after_ms`
    : 'NOTHING';
  await queries.query(
    `INSERT INTO svc_experts.expert (expert_id, capacity, skills, country, postal_code, answers, after_ms)
     SELECT id, capacity, skills, country, "postalCode", answers, "afterMs" FROM jsonb_to_recordset($1::jsonb) AS e
       (id text, capacity int, skills text[], country text, "postalCode" text, answers text, "afterMs" int)
     ORDER BY 1
     ON CONFLICT (expert_id) DO ${conflict}`,
    [JSON.stringify(experts)],
  );
}

/** Sets or lifts what the experts of tickets will say. */
export async function foresee(queries: Queries, seeds: readonly DispatchSeed[]): Promise<void> {
  await queries.query(
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS f ("ticketId" text, answers jsonb)
     ), lifted AS (
       DELETE FROM svc_experts.foreseen WHERE ticket_id IN (SELECT "ticketId" FROM given WHERE answers IS NULL)
     )
     INSERT INTO svc_experts.foreseen (ticket_id, answers)
     SELECT "ticketId", answers FROM given WHERE answers IS NOT NULL ORDER BY 1
     ON CONFLICT (ticket_id) DO UPDATE SET answers = excluded.answers`,
    [JSON.stringify(seeds)],
  );
}
