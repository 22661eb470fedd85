/**
 * Who gets which ticket. Every step runs in the transaction of the dispatch's turn. A step that frees somebody tells the first ticket that
 * waits for such a one: the expert is not kept for it, it asks again.
 */
import { ticketCallback, type Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';

/** The turn of every step. */
export const DISPATCH = 'dispatch';

/** A ticket that asks for an expert. */
export interface Wanted {
  readonly ticketId: string;
  readonly hop: number;
  readonly skill: string;
  readonly location: { readonly country: string; readonly postalCode: string };
  readonly priority: number;
  readonly reach: 'area' | 'region' | 'country';
  readonly except: readonly string[];
  readonly prefer?: string;
  readonly only?: true;
  readonly callback: { readonly reference: string };
}

/** An assignment that is not over. */
export interface Assignment {
  readonly expertId: string;
  readonly hop: number;
  readonly status: string;
  readonly reference: string;
}

/** Digits of the postal code that have to be the same. */
const SAME_DIGITS = { area: 3, region: 1, country: 0 } as const;

/** As SQL: the expert `e` is within reach of where the query's `w` is. */
const WITHIN_REACH = `e.country = w.country AND left(e.postal_code, digits.n) = left(w.postal_code, digits.n)`;

/** The assignment of a ticket that is not over. */
export async function assignmentOf(transaction: Queries, ticketId: string): Promise<Assignment | undefined> {
  const [assignment] = await transaction.query<Assignment & Record<string, unknown>>(
    `SELECT expert_id AS "expertId", hop, status, reference FROM svc_experts.assignment
     WHERE ticket_id = $1 AND status IN ('assigned', 'notified', 'accepted')`,
    [ticketId],
  );
  return assignment;
}

/** Whether a hop of the ticket was released: it is not made any more. */
export async function isOver(transaction: Queries, ticketId: string, hop: number): Promise<boolean> {
  const [released] = await transaction.query<{ hop: number }>(
    'SELECT hop FROM svc_experts.released WHERE ticket_id = $1 AND hop >= $2',
    [ticketId, hop],
  );
  return released !== undefined;
}

/**
 * Gives the ticket to an expert who is free: the preferred one wherever they are, else of those within reach who have the skill the one
 * with the least load.
 * @returns undefined where nobody is free
 */
export async function assign(transaction: Queries, wanted: Wanted): Promise<string | undefined> {
  const { ticketId, hop, skill, location, reach, except, prefer = null, only = false, callback } = wanted;
  const [given] = await transaction.query<{ expertId: string }>(
    `WITH w AS (SELECT $3::text AS country, $4::text AS postal_code), digits AS (SELECT $5::int AS n),
     chosen AS (
       SELECT e.expert_id FROM svc_experts.expert e, w, digits
       WHERE e.open < e.capacity AND $6 = ANY (e.skills)
         AND (e.expert_id = $7 OR (NOT $8 AND e.expert_id <> ALL ($9::text[]) AND ${WITHIN_REACH}))
       ORDER BY e.expert_id IS DISTINCT FROM $7, e.open::float8 / e.capacity, e.given, e.expert_id LIMIT 1
     ), seated AS (
       UPDATE svc_experts.expert e SET open = e.open + 1, given = e.given + 1
       FROM chosen WHERE e.expert_id = chosen.expert_id
     ), served AS (
       DELETE FROM svc_experts.waiting WHERE ticket_id = $1 AND EXISTS (SELECT FROM chosen)
     )
     INSERT INTO svc_experts.assignment (ticket_id, hop, expert_id, status, reference)
     SELECT $1, $2, expert_id, 'assigned', $10 FROM chosen RETURNING expert_id AS "expertId"`,
    [
      ...[ticketId, hop, location.country, location.postalCode, SAME_DIGITS[reach]],
      ...[skill, prefer, only, except, callback.reference],
    ],
  );
  return given?.expertId;
}

/** The ticket is told when somebody within its reach is free. @returns how many there have the skill, free or not */
export async function wait(transaction: Queries, wanted: Wanted): Promise<number> {
  const { ticketId, skill, location, priority, reach, except, callback } = wanted;
  const { country, postalCode } = location;
  await transaction.query(
    `INSERT INTO svc_experts.waiting (ticket_id, skill, country, postal_code, reach, priority, except_experts, reference)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (ticket_id) DO UPDATE SET reach = excluded.reach, priority = excluded.priority,
       except_experts = excluded.except_experts`,
    [ticketId, skill, country, postalCode, reach, priority, except, callback.reference],
  );
  const [skilled] = await transaction.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM svc_experts.expert e,
       (SELECT $1::text AS country, $2::text AS postal_code) w, (SELECT $3::int AS n) digits
     WHERE $4 = ANY (e.skills) AND ${WITHIN_REACH}`,
    [country, postalCode, SAME_DIGITS[reach], skill],
  );
  return skilled?.n ?? 0;
}

/** No hop of the ticket up to this one is under way or will be, and it does not wait. @returns who is free because of it */
export async function release(transaction: Queries, ticketId: string, hop: number): Promise<string | undefined> {
  const [freed] = await transaction.query<{ expertId: string }>(
    `WITH over AS (
       INSERT INTO svc_experts.released (ticket_id, hop) VALUES ($1, $2)
       ON CONFLICT (ticket_id) DO UPDATE SET hop = greatest(released.hop, excluded.hop)
     ), unqueued AS (
       DELETE FROM svc_experts.waiting WHERE ticket_id = $1
     ), ended AS (
       UPDATE svc_experts.assignment SET status = 'ended'
       WHERE ticket_id = $1 AND hop <= $2 AND status IN ('assigned', 'notified', 'accepted') RETURNING expert_id, hop
     ), silenced AS (
       DELETE FROM svc_experts.agenda a USING ended WHERE a.kind = 'answer' AND a.id = $1 || '/' || ended.hop
     )
     UPDATE svc_experts.expert e SET open = e.open - 1 FROM ended WHERE e.expert_id = ended.expert_id
     RETURNING e.expert_id AS "expertId"`,
    [ticketId, hop],
  );
  return freed?.expertId;
}

/** Takes an expert's answer, where the assignment is open for it. @returns undefined where it is not */
export async function answer(
  transaction: Queries,
  ticketId: string,
  hop: number,
  said: 'accepted' | 'declined',
  code: string,
): Promise<Callback[] | undefined> {
  const [answered] = await transaction.query<{ expertId: string; reference: string }>(
    `WITH answered AS (
       UPDATE svc_experts.assignment SET status = $3, code = CASE WHEN $3 = 'declined' THEN $4 END
       WHERE ticket_id = $1 AND hop = $2 AND status = 'notified' RETURNING expert_id, reference
     ), freed AS (
       UPDATE svc_experts.expert e SET open = e.open - 1
       FROM answered WHERE e.expert_id = answered.expert_id AND $3 = 'declined'
     )
     SELECT expert_id AS "expertId", reference FROM answered`,
    [ticketId, hop, said, code],
  );
  if (!answered) return undefined;
  const { expertId, reference } = answered;
  if (said === 'accepted') return [ticketCallback('experts.accepted', reference, { expertId, hop })];
  return [
    ticketCallback('experts.declined', reference, { expertId, hop, code }),
    ...(await tellWaiting(transaction, expertId)),
  ];
}

/** Somebody is free: of the tickets that wait for such a one the most urgent is told, of those the one that has waited longest. */
export async function tellWaiting(transaction: Queries, expertId: string): Promise<Callback[]> {
  const [told] = await transaction.query<{ skill: string; reference: string }>(
    `DELETE FROM svc_experts.waiting WHERE ticket_id = (
       SELECT w.ticket_id FROM svc_experts.waiting w, svc_experts.expert e, LATERAL (
         SELECT CASE w.reach WHEN 'area' THEN ${SAME_DIGITS.area} WHEN 'region' THEN ${SAME_DIGITS.region} ELSE 0 END AS n
       ) digits
       WHERE e.expert_id = $1 AND e.open < e.capacity AND w.skill = ANY (e.skills)
         AND e.expert_id <> ALL (w.except_experts) AND ${WITHIN_REACH}
       ORDER BY w.priority, w.asked_at, w.ticket_id LIMIT 1
     ) RETURNING skill, reference`,
    [expertId],
  );
  return told ? [ticketCallback('experts.available', told.reference, { skill: told.skill })] : [];
}
