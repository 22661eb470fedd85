/** A question beside a task, as people read it. Pure. */
import type { QuestionView } from '../client/work-views.js';
import type { Question } from '../records/questions.js';

/** An answer is overdue while nobody has given it. */
export function questionView(question: Question): QuestionView {
  const { dueAt, status } = question;
  return { ...question, overdue: status === 'open' && dueAt !== undefined && dueAt < new Date().toISOString() };
}
