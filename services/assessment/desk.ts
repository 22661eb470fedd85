/**
 * The adjusters' desk: who gets which claim. Every step runs in the transaction of the desk's turn and leaves it so that no
 * claim waits for which an adjuster with skill, area and room is free. A step that gives a place away, or frees one, therefore
 * serves the queue in the same transaction.
 */
import { randomUUID } from 'node:crypto';
import { callback, type Callback } from '../platform/callback.js';
import type { Agenda } from '../platform/agenda.js';
import type { Queries } from '../platform/database.js';
import type { AdjusterSeed } from './roster.js';

/** The turn of every step. */
export const DESK = 'desk';
/** Items of the agenda: an adjuster's answer, by its assignment. */
export const ANSWER = 'answer';

/** A claim that asks for an adjuster. */
interface Wanted {
  readonly claimId: string;
  readonly skill: string;
  readonly area: string;
  readonly priority: number;
  readonly excluded: readonly string[];
  readonly reference: string;
}

/** An assignment whose adjuster has been asked. */
interface Asked {
  readonly requestId: string;
  readonly adjusterId: string;
  readonly reference: string;
  readonly answers: AdjusterSeed['answers'];
  readonly afterMs: number;
}

/** Inserts adjusters; `replace` says what becomes of those that are there. Their present claims stay with them. */
export async function enlist(queries: Queries, adjusters: readonly AdjusterSeed[], replace: boolean): Promise<void> {
  const conflict = replace
    ? `UPDATE SET capacity = excluded.capacity, skills = excluded.skills, areas = excluded.areas,
         answers = excluded.answers, after_ms = excluded.after_ms, inspection_ms = excluded.inspection_ms`
    : 'NOTHING';
  await queries.query(
    `INSERT INTO svc_assessment.adjuster (adjuster_id, capacity, skills, areas, answers, after_ms, inspection_ms)
     SELECT id, capacity, skills, areas, answers, "afterMs", "inspectionMs" FROM jsonb_to_recordset($1::jsonb) AS a
       (id text, capacity int, skills text[], areas text[], answers text, "afterMs" int, "inspectionMs" int)
     ORDER BY 1
     ON CONFLICT (adjuster_id) DO ${conflict}`,
    [JSON.stringify(adjusters)],
  );
}

/** Puts a claim into the queue, after its earlier request or assignment has ended ({@link leave}). @returns the request's id */
export async function queueUp(transaction: Queries, wanted: Wanted): Promise<string> {
  const requestId = `ADR-${randomUUID()}`;
  await transaction.query(
    `INSERT INTO svc_assessment.adjuster_request
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', clock_timestamp())`,
    [requestId, wanted.claimId, wanted.skill, wanted.area, wanted.priority, wanted.excluded, wanted.reference],
  );
  return requestId;
}

/** Claims that wait for an adjuster with the same skill and area before this request; 0 also where it does not wait. */
export async function ahead(transaction: Queries, requestId: string): Promise<number> {
  const [row] = await transaction.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM svc_assessment.adjuster_request mine JOIN svc_assessment.adjuster_request other
       ON other.skill = mine.skill AND other.area = mine.area AND other.status = 'waiting'
       AND (other.priority, other.requested_at, other.request_id) < (mine.priority, mine.requested_at, mine.request_id)
     WHERE mine.request_id = $1 AND mine.status = 'waiting'`,
    [requestId],
  );
  return row?.n ?? 0;
}

/**
 * Ends what a claim has at the desk: it waits no longer, and its adjuster has room again. Nothing where it has nothing.
 * @returns the adjuster who has room now, to be served ({@link serve})
 */
export async function leave(transaction: Queries, claimId: string): Promise<string | undefined> {
  const [freed] = await transaction.query<{ adjusterId: string }>(
    `WITH withdrawn AS (
       UPDATE svc_assessment.adjuster_request SET status = 'withdrawn' WHERE claim_id = $1 AND status = 'waiting'
     ), ended AS (
       UPDATE svc_assessment.engagement SET status = 'ended' WHERE claim_id = $1 AND status IN ('asked', 'accepted')
       RETURNING assignment_id, adjuster_id
     ), silenced AS (
       DELETE FROM svc_assessment.agenda a USING ended WHERE a.kind = '${ANSWER}' AND a.id = ended.assignment_id
     )
     UPDATE svc_assessment.adjuster a SET open = a.open - 1 FROM ended WHERE a.adjuster_id = ended.adjuster_id
     RETURNING a.adjuster_id AS "adjusterId"`,
    [claimId],
  );
  return freed?.adjusterId;
}

/**
 * Gives the next claim of the queue to an adjuster: of the claims that wait the most urgent, of those the oldest, for which
 * somebody is free; of those who are free the least busy.
 * @param only the request or the adjuster that there is news of; all others have been looked at before
 * @returns the callbacks that tell the claim; none where no two fit
 */
export async function serve(
  transaction: Queries,
  agenda: Agenda,
  only: { readonly requestId?: string; readonly adjusterId?: string } = {},
): Promise<Callback[]> {
  const assignmentId = `ADA-${randomUUID()}`;
  const [asked] = await transaction.query<Asked>(
    `WITH pair AS (
       SELECT r.request_id, r.claim_id, r.reference, a.adjuster_id, a.answers, a.after_ms
       FROM svc_assessment.adjuster_request r CROSS JOIN LATERAL (
         SELECT * FROM svc_assessment.adjuster
         WHERE open < capacity AND r.skill = ANY (skills) AND areas && ARRAY[r.area, '*']
           AND adjuster_id <> ALL (r.excluded) AND ($2::text IS NULL OR adjuster_id = $2)
         ORDER BY open::float8 / capacity, asked, adjuster_id LIMIT 1
       ) a
       WHERE r.status = 'waiting' AND ($1::text IS NULL OR r.request_id = $1)
       ORDER BY r.priority, r.requested_at, r.request_id LIMIT 1
     ), seated AS (
       UPDATE svc_assessment.adjuster a SET open = a.open + 1, asked = a.asked + 1
       FROM pair WHERE a.adjuster_id = pair.adjuster_id
     ), served AS (
       UPDATE svc_assessment.adjuster_request r SET status = 'assigned' FROM pair WHERE r.request_id = pair.request_id
     ), engaged AS (
       INSERT INTO svc_assessment.engagement
       SELECT $3, request_id, claim_id, adjuster_id, 'asked', clock_timestamp() FROM pair
     )
     SELECT request_id AS "requestId", adjuster_id AS "adjusterId", reference, answers, after_ms AS "afterMs" FROM pair`,
    [only.requestId ?? null, only.adjusterId ?? null, assignmentId],
  );
  if (!asked) return [];
  const { requestId, adjusterId, reference, answers, afterMs } = asked;
  const told = callback('assessment', 'adjusterAssigned', reference, { requestId, assignmentId, adjusterId });
  if (answers === 'accept' && afterMs === 0) {
    return [told, ...((await answer(transaction, agenda, assignmentId, 'accepted'))?.callbacks ?? [])];
  }
  // A refusal is never given in the same transaction: it frees a place, and so could empty a whole queue in one go.
  if (answers !== 'never') await agenda.enter(transaction, ANSWER, assignmentId, afterMs);
  return [told];
}

/** An adjuster's answer that was taken. */
interface Answered {
  readonly adjusterId: string;
  /** What the claim is told, and those that are served where the adjuster has room again. */
  readonly callbacks: Callback[];
}

/** Takes an adjuster's answer. @returns undefined where nobody is asked under this id any more */
export async function answer(
  transaction: Queries,
  agenda: Agenda,
  assignmentId: string,
  said: 'accepted' | 'declined',
  code = 'declined',
): Promise<Answered | undefined> {
  const [engagement] = await transaction.query<{ adjusterId: string; reference: string }>(
    `WITH answered AS (
       UPDATE svc_assessment.engagement SET status = $2 WHERE assignment_id = $1 AND status = 'asked'
       RETURNING adjuster_id, request_id
     ), freed AS (
       UPDATE svc_assessment.adjuster a SET open = a.open - 1
       FROM answered WHERE a.adjuster_id = answered.adjuster_id AND $2 = 'declined'
     )
     SELECT adjuster_id AS "adjusterId", reference FROM answered JOIN svc_assessment.adjuster_request USING (request_id)`,
    [assignmentId, said],
  );
  if (!engagement) return undefined;
  const { adjusterId, reference } = engagement;
  await agenda.strike(transaction, ANSWER, assignmentId);
  if (said === 'accepted') {
    return {
      adjusterId,
      callbacks: [callback('assessment', 'adjusterAccepted', reference, { assignmentId, adjusterId })],
    };
  }
  const told = callback('assessment', 'adjusterDeclined', reference, { assignmentId, adjusterId, code });
  return { adjusterId, callbacks: [told, ...(await serve(transaction, agenda, { adjusterId }))] };
}
