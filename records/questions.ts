/** What one team asks another beside a review task, which stays where it is. The texts are subjects, which can be erased. */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';
import { putSubject } from './subjects.js';

/** Most questions that one call returns. */
const MAX_ROWS = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface Question {
  readonly questionId: string;
  readonly taskId: string;
  readonly lifecycle: string;
  readonly id: string;
  /** Whose people are asked. */
  readonly queue: string;
  readonly askedBy: string;
  readonly askedAt: Instant;
  readonly dueAt?: Instant;
  /** Absent once erased. */
  readonly question?: string;
  /** `withdrawn`: by a person, or because its task has ended. */
  readonly status: 'open' | 'answered' | 'withdrawn';
  readonly answeredBy?: string;
  readonly answeredAt?: Instant;
  /** Absent while there is none, and once erased. */
  readonly answer?: string;
}

/** Which questions; absent fields do not restrict. */
export interface QuestionFilter {
  readonly lifecycles?: readonly string[];
  readonly questionId?: string;
  readonly taskId?: string;
  readonly queue?: string;
  /** Those alone that wait for an answer. */
  readonly open?: boolean;
}

/** What is asked, of whom. */
export interface NewQuestion extends Pick<Question, 'taskId' | 'lifecycle' | 'id' | 'queue' | 'askedBy' | 'dueAt'> {
  readonly text: string;
}

/** Asks; text and question are kept together or not at all. @returns the question's id */
export function askQuestion(db: Kysely<Database>, asked: NewQuestion): Promise<string> {
  return db.transaction().execute(async (transaction) => {
    const { ref } = await putSubject(transaction, { text: asked.text });
    const { question_id } = await transaction
      .insertInto('review_question')
      .values({
        task_id: asked.taskId,
        lifecycle: asked.lifecycle,
        entity_id: asked.id,
        queue: asked.queue,
        question: ref,
        asked_by: asked.askedBy,
        due_at: asked.dueAt ?? null,
        answer: null,
        answered_by: null,
        withdrawn_by: null,
      })
      .returning('question_id')
      .executeTakeFirstOrThrow();
    return question_id;
  });
}

/** Answers an open question. False where it is not open any more: the first answer stays. */
export function answerQuestion(
  db: Kysely<Database>,
  questionId: string,
  { text, by }: { readonly text: string; readonly by: string },
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const locked = await transaction
      .selectFrom('review_question')
      .select('question_id')
      .where('question_id', '=', questionId)
      .where('answered_at', 'is', null)
      .where('withdrawn_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (!locked) return false;
    const { ref } = await putSubject(transaction, { text });
    await transaction
      .updateTable('review_question')
      .set({ answer: ref, answered_by: by, answered_at: sql<Date>`now()` })
      .where('question_id', '=', questionId)
      .execute();
    return true;
  });
}

/** Takes an open question back. False where it is not open any more. */
export async function withdrawQuestion(db: Kysely<Database>, questionId: string, by: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('review_question')
    .set({ withdrawn_by: by, withdrawn_at: sql<Date>`now()` })
    .where('question_id', '=', questionId)
    .where('answered_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Open ones first, the oldest first; then the others, the latest first. */
export async function questions(db: Kysely<Database>, filter: QuestionFilter): Promise<readonly Question[]> {
  const { lifecycles, questionId, taskId, queue, open } = filter;
  if (questionId !== undefined && !UUID.test(questionId)) return [];
  let query = db
    .selectFrom('review_question as q')
    .innerJoin('review_task as t', 't.task_id', 'q.task_id')
    .leftJoin('subject as asked', 'asked.ref', 'q.question')
    .leftJoin('subject as said', 'said.ref', 'q.answer')
    .selectAll('q')
    .select([
      sql<string | null>`asked.data->>'text'`.as('question_text'),
      sql<string | null>`said.data->>'text'`.as('answer_text'),
      sql<boolean>`${OPEN}`.as('open'),
    ]);
  if (lifecycles !== undefined) query = query.where('q.lifecycle', '=', sql<string>`any(${[...lifecycles]}::text[])`);
  if (questionId !== undefined) query = query.where('q.question_id', '=', questionId);
  if (taskId !== undefined) query = query.where('q.task_id', '=', taskId);
  if (queue !== undefined) query = query.where('q.queue', '=', queue);
  if (open === true) query = query.where(OPEN);
  const rows = await query
    .orderBy(sql`NOT (${OPEN})`)
    .orderBy(sql`CASE WHEN ${OPEN} THEN q.asked_at END`)
    .orderBy('q.asked_at', 'desc')
    .limit(MAX_ROWS)
    .execute();
  return rows.map((row) => ({
    questionId: row.question_id,
    taskId: row.task_id,
    lifecycle: row.lifecycle,
    id: row.entity_id,
    queue: row.queue,
    askedBy: row.asked_by,
    askedAt: row.asked_at.toISOString(),
    ...(row.due_at && { dueAt: row.due_at.toISOString() }),
    ...(row.question_text !== null && { question: row.question_text }),
    status: row.answered_at ? 'answered' : row.open ? 'open' : 'withdrawn',
    ...(row.answered_by !== null && { answeredBy: row.answered_by }),
    ...(row.answered_at && { answeredAt: row.answered_at.toISOString() }),
    ...(row.answer_text !== null && { answer: row.answer_text }),
  }));
}

/** How many questions wait beside each of these tasks; one without is absent. */
export async function openQuestions(
  db: Kysely<Database>,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('review_question')
    .select(['task_id', sql<number>`count(*)::integer`.as('count')])
    .where('task_id', '=', sql<string>`any(${[...taskIds]}::text[])`)
    .where('answered_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .groupBy('task_id')
    .execute();
  return new Map(rows.map(({ task_id, count }) => [task_id, count]));
}

/** With its task every question ends. */
const OPEN = sql<boolean>`q.answered_at IS NULL AND q.withdrawn_at IS NULL AND t.resolved_at IS NULL`;
