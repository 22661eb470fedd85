/** Open review tasks, for the people who work on them. What they decide goes to the entities, as messages. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { Page, ReviewView } from '../client/views.js';
import type { InboxQueue, ReviewCase, ReviewTotals, WorkloadView } from '../client/work-views.js';
import { delegations, representedBy } from '../records/delegations.js';
import { queueFigures } from '../records/overview.js';
import type { ReviewFilter } from '../records/review-list.js';
import { amountsByQueue, workloads } from '../records/review-sums.js';
import { visible } from './access/within.js';
import * as work from './answers/console.js';
import * as answers from './answers/entities.js';
import { Asker } from './asker.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { queueOverviews } from './overview.js';
import { Records } from './records.js';
import { ReviewCases } from './review-cases.js';
import { reviewFilterOf, reviewFilterQuery, type ReviewFilterQuery } from './review-query.js';
import { ReviewTasks } from './review-tasks.js';
import { Valid } from './valid.pipe.js';

/** Most tasks of one page. */
const PAGE_LIMIT = 500;

const reviewQuery = reviewFilterQuery.extend({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(100),
});

@Controller('api/reviews')
export class ReviewsController {
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
    private readonly tasks: ReviewTasks,
    private readonly cases: ReviewCases,
  ) {}

  /** One page, the most urgent first, then by their due. Parked ones only when asked for. */
  @Get()
  @Operation({
    summary: 'A page of open review tasks',
    audit: 'search',
    may: ['viewer'],
    answers: { 200: answers.reviewPage },
  })
  async list(
    @Query(new Valid(reviewQuery, 'query')) { cursor, limit, ...query }: z.infer<typeof reviewQuery>,
    @Asker() asker: Asker,
  ): Promise<Page<ReviewView>> {
    const filter = await this.filterOf(query, asker);
    const page = await this.records.read((reader) =>
      reader.reviewTasks(filter, { limit, ...(cursor !== undefined && { cursor }) }),
    );
    return {
      items: await this.tasks.views(page.tasks, asker),
      ...(page.next === undefined ? {} : { cursor: page.next }),
    };
  }

  /** How many tasks the filter finds on all its pages, and what their entities come to. */
  @Get('totals')
  @Operation({
    summary: 'How many tasks a filter finds, and what they come to',
    may: ['viewer'],
    answers: { 200: work.reviewTotals },
  })
  async totals(
    @Query(new Valid(reviewFilterQuery, 'query')) query: ReviewFilterQuery,
    @Asker() asker: Asker,
  ): Promise<ReviewTotals> {
    const filter = await this.filterOf(query, asker);
    return this.records.read((reader) => reader.reviewTotals(filter));
  }

  /** The inbox: every queue that has tasks or questions. */
  @Get('queues')
  @Operation({ summary: 'The queues of the inbox', may: ['viewer'], answers: { 200: work.inbox } })
  async queues(@Asker() asker: Asker): Promise<{ readonly items: readonly InboxQueue[] }> {
    const readable = visible(asker, this.lifecycles);
    const [figures, amounts] = await Promise.all([
      this.records.write(queueFigures),
      this.records.write((db) => amountsByQueue(db, readable)),
    ]);
    const queues = queueOverviews(figures.filter(({ lifecycle }) => readable.includes(lifecycle)));
    return { items: queues.map((queue) => ({ ...queue, amounts: amounts.get(queue.queue) ?? [] })) };
  }

  /** What each person has taken, and who stands in for them. */
  @Get('workload')
  @Operation({ summary: 'What each person has taken', may: ['viewer'], answers: { 200: work.workload } })
  async workload(@Asker() asker: Asker): Promise<{ readonly items: readonly WorkloadView[] }> {
    const readable = visible(asker, this.lifecycles);
    const [people, absences] = await Promise.all([
      this.records.write((db) => workloads(db, readable)),
      this.records.write(delegations),
    ]);
    return {
      items: people.map((load) => {
        const away = absences.find(({ from, active }) => active && from === load.person);
        return { ...load, ...(away && { delegate: away.to }) };
      }),
    };
  }

  /** One open task. */
  @Get(':taskId')
  @Operation({ summary: 'One open review task', may: ['viewer'], answers: { 200: answers.review } })
  one(@Param('taskId') taskId: string, @Asker() asker: Asker): Promise<ReviewView> {
    return this.tasks.one(taskId, asker);
  }

  /** All that is needed to decide a task: its entity, the evidence, letters, notes and questions. */
  @Get(':taskId/case')
  @Operation({ summary: 'What a review task is decided by', may: ['viewer'], answers: { 200: work.reviewCase } })
  case(@Param('taskId') taskId: string, @Asker() asker: Asker): Promise<ReviewCase> {
    return this.cases.of(taskId, asker);
  }

  private async filterOf(query: ReviewFilterQuery, asker: Asker): Promise<ReviewFilter> {
    const readable = visible(asker, this.lifecycles, query.lifecycle);
    const { assignee, delegated } = query;
    const represented =
      assignee !== undefined && delegated === true ? await this.records.write((db) => representedBy(db, assignee)) : [];
    return reviewFilterOf(query, readable, represented);
  }
}
