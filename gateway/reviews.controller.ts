/** Open review tasks, for the people who work on them. What they do goes to the entities, as messages. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { UnknownTask } from '../client/errors.js';
import type { Page, ReviewView } from '../client/views.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { RecordsReader } from '../records/reader.js';
import type { ReviewTaskRecord } from '../records/review-list.js';
import { within } from './access/within.js';
import { Asker } from './asker.js';
import { cutRecord } from './explain-audience.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Records } from './records.js';
import { Valid } from './valid.pipe.js';

/** Most tasks of one page. */
const PAGE_LIMIT = 500;

const flag = z.stringbool({ error: 'true or false' }).optional();

const reviewQuery = z.strictObject({
  lifecycle: z.string().optional(),
  queue: z.string().optional(),
  assignee: z.string().optional(),
  overdue: flag,
  parked: flag,
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(100),
});

@Controller('api/reviews')
export class ReviewsController {
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** One page, the most urgent first, then by their due. Parked ones only when asked for. */
  @Get()
  @Operation({ summary: 'A page of open review tasks', may: ['viewer'], answers: { 200: 'found' } })
  async list(
    @Query(new Valid(reviewQuery, 'query')) query: z.infer<typeof reviewQuery>,
    @Asker() asker: Asker,
  ): Promise<Page<ReviewView>> {
    const { lifecycle, queue, assignee, overdue, parked, cursor, limit } = query;
    if (lifecycle !== undefined) this.lifecycles.get(lifecycle);
    return this.records.read(async (reader) => {
      const page = await reader.reviewTasks(
        {
          ...within(asker, this.lifecycles.names, lifecycle),
          ...(queue !== undefined && { queue }),
          ...(assignee !== undefined && { assignee }),
          ...(overdue === true && { overdue }),
          ...(parked === true && { includeParked: parked }),
        },
        { limit, ...(cursor !== undefined && { cursor }) },
      );
      const items = await this.views(reader, page.tasks, asker);
      return { items, ...(page.next === undefined ? {} : { cursor: page.next }) };
    });
  }

  /** One open task. */
  @Get(':taskId')
  @Operation({ summary: 'One open review task', may: ['viewer'], answers: { 200: 'found' } })
  async one(@Param('taskId') taskId: string, @Asker() asker: Asker): Promise<ReviewView> {
    const { served, id } = this.lifecycles.entityOf(taskId.replace(/#\d+$/, ''));
    const view = await this.records.read(async (reader) => {
      const { tasks } = await reader.reviewTasks(
        { lifecycle: served.table.name, id, includeParked: true },
        { limit: PAGE_LIMIT },
      );
      const [found] = await this.views(
        reader,
        tasks.filter((task) => task.taskId === taskId),
        asker,
      );
      return found;
    });
    if (!view) throw new UnknownTask(taskId);
    return view;
  }

  /** Tasks with what their entities and tables say of them. */
  private async views(reader: RecordsReader, tasks: readonly ReviewTaskRecord[], asker: Asker): Promise<ReviewView[]> {
    const now = new Date().toISOString();
    const entities = new Map<string, EntityRecord>();
    for (const lifecycle of this.lifecycles.names) {
      const ids = tasks.filter((task) => task.lifecycle === lifecycle).map(({ id }) => id);
      for (const entity of await reader.entitySummaries(lifecycle, [...new Set(ids)])) {
        entities.set(`${lifecycle}/${entity.id}`, cutRecord(asker.audienceOf(lifecycle), entity));
      }
    }
    return tasks.flatMap((task) => {
      const entity = entities.get(`${task.lifecycle}/${task.id}`);
      // Of a lifecycle that is no longer served, or resolved between the two readings: nobody could work on it here.
      const open = entity?.reviews[task.taskId];
      return open ? [view({ ...task, reason: open.reason }, this.decidedBy(task, entity), entity, now)] : [];
    });
  }

  private decidedBy({ lifecycle, ofState }: ReviewTaskRecord, { state }: EntityRecord): readonly string[] {
    const review = ofState ? this.lifecycles.get(lifecycle).table.states[state]?.review : undefined;
    return review?.decidedBy ?? [];
  }
}

function view(task: ReviewTaskRecord, decidedBy: readonly string[], { state }: EntityRecord, now: string): ReviewView {
  const { taskId, lifecycle, id, queue, reason, priority, level, dueAt } = task;
  const { escalatesAt, assignee, parkedUntil, about, proposal } = task;
  return {
    taskId,
    lifecycle,
    id,
    state,
    queue,
    reason,
    priority,
    since: task.openedAt,
    overdue: dueAt !== undefined && dueAt < now,
    level,
    decidedBy,
    ...(dueAt === undefined ? {} : { dueAt }),
    ...(escalatesAt === undefined ? {} : { escalatesAt }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(parkedUntil === undefined ? {} : { parkedUntil }),
    ...(about === undefined ? {} : { about }),
    ...(proposal === undefined ? {} : { proposal }),
  };
}
