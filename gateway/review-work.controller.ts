/** What people do beside a review task: notes, questions to other teams, standing in for each other. */
import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DelegationView, NoteView, QuestionView } from '../client/work-views.js';
import { code, instant, reference } from '../events/common.js';
import { delegate, delegations, endDelegation } from '../records/delegations.js';
import { notesOf } from '../records/notes.js';
import { answerQuestion, askQuestion, questions, withdrawQuestion, type Question } from '../records/questions.js';
import * as answers from './answers/console.js';
import { digest } from '../workflows/lifecycle/canonical.js';
import { lacking } from './access/guard.js';
import { maySend, sourceOf } from './access/senders.js';
import { visible } from './access/within.js';
import { Asker } from './asker.js';
import { idempotencyKey } from './idempotency.js';
import { Lifecycles } from './lifecycles.js';
import { Messenger } from './messenger.js';
import { Operation } from './operation.js';
import { Operations } from './operations.js';
import { Problem } from './problem.js';
import { questionView } from './question-view.js';
import { Records } from './records.js';
import { ReviewTasks } from './review-tasks.js';
import { Subjects } from './subjects.js';
import { Valid } from './valid.pipe.js';

/** Longest text of a note, a question or an answer. */
const TEXT_LIMIT = 4_000;

// A text that nobody can store: PostgreSQL knows no zero character.
const text = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(TEXT_LIMIT)
    .regex(/^[^\0]*$/, 'text without zero characters'),
});
const asked = text.extend({ queue: code, dueAt: instant.exactOptional() });
const questionQuery = z.strictObject({
  queue: z.string().max(128).optional(),
  taskId: z.string().max(300).optional(),
  lifecycle: z.string().optional(),
  open: z.stringbool({ error: 'true or false' }).optional(),
});
const delegation = z
  .strictObject({ from: reference, to: reference, since: instant, until: instant })
  .refine(({ from, to }) => from !== to, { path: ['to'], message: 'name somebody else' })
  .refine(({ since, until }) => since < until, { path: ['until'], message: 'use an instant behind "since"' });

type Text = z.infer<typeof text>;

@Controller('api')
export class ReviewWorkController {
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
    private readonly tasks: ReviewTasks,
    private readonly subjects: Subjects,
    private readonly messenger: Messenger,
    private readonly operations: Operations,
  ) {}

  /** Notes of the task's entity, the newest first. */
  @Get('reviews/:taskId/notes')
  @Operation({
    summary: "Notes of the task's entity",
    description:
      'All that was ever noted on the entity, the newest first, also with earlier tasks and with decisions, clocks and holds: whoever decides ' +
      'needs what those before have found out.',
    may: ['viewer'],
    answers: { 200: answers.notes },
  })
  async notes(
    @Param('taskId') taskId: string,
    @Asker() asker: Asker,
  ): Promise<{ readonly items: readonly NoteView[] }> {
    const { lifecycle, id } = await this.tasks.one(taskId, asker);
    return { items: await this.records.write((db) => notesOf(db, lifecycle, id)) };
  }

  /** The text goes to the erasable store; the journal gets the reference. */
  @Post('reviews/:taskId/notes')
  @Operation({
    summary: "Add a note to the task's entity",
    description: 'It is a message to the entity, in whose journal its reference stays when the task has ended.',
    keeps: 'itself',
    may: ['operator'],
    answers: { 201: answers.note },
  })
  async note(
    @Param('taskId') taskId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body(new Valid(text, 'note')) { text: said }: Text,
    @Asker() asker: Asker,
  ): Promise<NoteView> {
    const { lifecycle, id } = await this.tasks.one(taskId, asker);
    const served = this.lifecycles.get(lifecycle);
    const name = 'noteReview';
    // Under a key a repeat is one: the same text then has the same reference.
    const given = new Valid(idempotencyKey, 'header Idempotency-Key').transform(key);
    const messageId = given ?? randomUUID();
    const { ref } = await this.subjects.put({ text: said }, `note/${asker.id}/${messageId}`);
    const data = { taskId, note: ref };
    maySend(asker, served.table, name, data);
    const at = new Date().toISOString();
    const envelope = {
      entityId: id,
      messageId,
      occurredAt: at,
      source: sourceOf(asker),
      actor: asker.actor,
      schemaVersion: 1,
    };
    const answer = await this.messenger.send({ served, id, name, message: { envelope, data } });
    const sequence = 'sequence' in answer ? answer.sequence : 0;
    return { ref, at, by: asker.id, text: said, sequence, with: name };
  }

  /** Asks the people of another queue; the task stays where it is. */
  @Post('reviews/:taskId/questions')
  @Operation({ summary: 'Ask another team', keeps: 'itself', may: ['operator'], answers: { 201: answers.question } })
  async ask(
    @Param('taskId') taskId: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body(new Valid(asked, 'question')) { text: said, queue, dueAt }: z.infer<typeof asked>,
    @Asker() asker: Asker,
  ): Promise<QuestionView> {
    const { lifecycle, id } = await this.tasks.one(taskId, asker);
    const question = { taskId, lifecycle, id, queue, askedBy: asker.id, ...(dueAt !== undefined && { dueAt }) };
    const given = new Valid(idempotencyKey, 'header Idempotency-Key').transform(key);
    const ask = () => this.records.write((db) => askQuestion(db, { ...question, text: said }));
    const questionId =
      given === undefined ? await ask() : await this.once(`question/${asker.id}/${taskId}/${given}`, ask);
    return this.question(questionId, asker);
  }

  /** Open ones first, the oldest first. */
  @Get('questions')
  @Operation({ summary: 'Questions of one team to another', may: ['viewer'], answers: { 200: answers.questionList } })
  async questions(
    @Query(new Valid(questionQuery, 'query')) { lifecycle, queue, taskId, open }: z.infer<typeof questionQuery>,
    @Asker() asker: Asker,
  ): Promise<{ readonly items: readonly QuestionView[] }> {
    const lifecycles = visible(asker, this.lifecycles, lifecycle);
    const found = await this.records.write((db) =>
      questions(db, {
        lifecycles,
        ...(queue !== undefined && { queue }),
        ...(taskId !== undefined && { taskId }),
        ...(open !== undefined && { open }),
      }),
    );
    return { items: found.map(questionView) };
  }

  /** The first answer stays. */
  @Post('questions/:questionId/answer')
  @Operation({
    summary: 'Answer a question',
    keeps: 'itself',
    may: ['operator'],
    scope: 'some',
    answers: { 200: answers.question },
  })
  @HttpCode(200)
  async answer(
    @Param('questionId') questionId: string,
    @Body(new Valid(text, 'answer')) { text: said }: Text,
    @Asker() asker: Asker,
  ): Promise<QuestionView> {
    await this.openQuestion(questionId, asker);
    const done = await this.records.write((db) => answerQuestion(db, questionId, { text: said, by: asker.id }));
    if (!done) throw ended(questionId);
    return this.question(questionId, asker);
  }

  /** Its asker takes it back, or a supervisor. */
  @Post('questions/:questionId/withdraw')
  @Operation({
    summary: 'Take a question back',
    keeps: 'itself',
    may: ['operator'],
    scope: 'some',
    answers: { 200: answers.question },
  })
  @HttpCode(200)
  async withdraw(@Param('questionId') questionId: string, @Asker() asker: Asker): Promise<QuestionView> {
    const { askedBy, lifecycle } = await this.openQuestion(questionId, asker);
    if (askedBy !== asker.id && !asker.may('supervisor', lifecycle)) {
      throw lacking(asker, ['supervisor'], `${lifecycle}, to take back a question of somebody else`);
    }
    if (!(await this.records.write((db) => withdrawQuestion(db, questionId, asker.id)))) throw ended(questionId);
    return this.question(questionId, asker);
  }

  /** In force, or to come. */
  @Get('delegations')
  @Operation({ summary: 'Who stands in for whom', may: ['viewer'], answers: { 200: answers.delegationList } })
  async delegations(): Promise<{ readonly items: readonly DelegationView[] }> {
    return { items: await this.records.write(delegations) };
  }

  /** For oneself; a supervisor also for others. */
  @Post('delegations')
  @Operation({
    summary: 'Have somebody stand in',
    may: ['operator'],
    scope: 'some',
    answers: { 201: answers.delegation },
  })
  async delegate(
    @Body(new Valid(delegation, 'delegation')) body: z.infer<typeof delegation>,
    @Asker() asker: Asker,
  ): Promise<DelegationView> {
    if (body.from !== asker.id && !asker.may('supervisor')) {
      throw lacking(asker, ['supervisor'], 'a lifecycle, to delegate the work of somebody else');
    }
    if (Date.parse(body.until) <= Date.now()) {
      throw new Problem(422, 'DelegationOver', `until is ${body.until}, which has passed; use an instant to come`);
    }
    const delegationId = await this.records.write((db) => delegate(db, { ...body, grantedBy: asker.id }));
    const active = Date.parse(body.since) <= Date.now();
    return { delegationId, ...body, active, grantedBy: asker.id };
  }

  /** Before its time, by either of the two or a supervisor. 204 also where it had ended. */
  @Delete('delegations/:delegationId')
  @Operation({ summary: 'End a delegation', may: ['operator'], scope: 'some', answers: { 204: 'ended' } })
  @HttpCode(204)
  async endDelegation(@Param('delegationId') delegationId: string, @Asker() asker: Asker): Promise<void> {
    const found = (await this.records.write(delegations)).find((one) => one.delegationId === delegationId);
    if (!found) return;
    if (![found.from, found.to].includes(asker.id) && !asker.may('supervisor')) {
      throw lacking(asker, ['supervisor'], 'a lifecycle, to end a delegation of others');
    }
    await this.records.write((db) => endDelegation(db, delegationId, asker.id));
  }

  /** The id alone is kept of it. */
  private async once(signature: string, ask: () => Promise<string>): Promise<string> {
    return String((await this.operations.once(signature, digest(signature), ask)).answer);
  }

  private async question(questionId: string, asker: Asker): Promise<QuestionView> {
    return questionView(await this.known(questionId, asker));
  }

  /** @throws Problem 404 `UnknownQuestion`, 409 `QuestionEnded`, 403 `Forbidden` */
  private async openQuestion(questionId: string, asker: Asker): Promise<Question> {
    const question = await this.known(questionId, asker);
    if (!asker.may('operator', question.lifecycle)) throw lacking(asker, ['operator'], question.lifecycle);
    if (question.status !== 'open') throw ended(questionId);
    return question;
  }

  private async known(questionId: string, asker: Asker): Promise<Question> {
    const lifecycles = visible(asker, this.lifecycles);
    const [found] = await this.records.write((db) => questions(db, { questionId, lifecycles }));
    if (found) return found;
    const shown = JSON.stringify(questionId.slice(0, 64));
    throw new Problem(404, 'UnknownQuestion', `there is no question ${shown}; the list of questions shows their ids`);
  }
}

const ended = (questionId: string): Problem =>
  new Problem(
    409,
    'QuestionEnded',
    `question ${questionId} is answered or withdrawn; read it again, and ask anew if need be`,
  );
