/** Review tasks with what their entities and tables say of them, cut to what the asker may see. */
import { Injectable } from '@nestjs/common';
import { UnknownTask } from '../client/errors.js';
import type { ReviewView } from '../client/views.js';
import type { EntityRecord } from '../records/entity-record.js';
import { openQuestions } from '../records/questions.js';
import type { ReviewTaskRecord } from '../records/review-list.js';
import type { Asker } from './asker.js';
import { amountsOf } from './entity-summary.js';
import { cutRecord } from './explain-audience.js';
import { Lifecycles } from './lifecycles.js';
import { Records } from './records.js';

@Injectable()
export class ReviewTasks {
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** In the same order; those whose entity knows them no more are left out. */
  async views(tasks: readonly ReviewTaskRecord[], asker: Asker): Promise<ReviewView[]> {
    const now = new Date().toISOString();
    const [entities, questions] = await Promise.all([
      this.entitiesOf(tasks, asker),
      this.records.write((db) =>
        openQuestions(
          db,
          tasks.map(({ taskId }) => taskId),
        ),
      ),
    ]);
    return tasks.flatMap((task) => {
      const entity = entities.get(`${task.lifecycle}/${task.id}`);
      // Of a lifecycle that is no longer served, or resolved between the two readings: nobody could work on it here.
      const open = entity?.reviews[task.taskId];
      if (!entity || !open) return [];
      const asked = questions.get(task.taskId);
      const shown = view({ ...task, reason: open.reason }, this.decidedBy(task, entity), entity, now);
      return [{ ...shown, ...(asked !== undefined && { openQuestions: asked }) }];
    });
  }

  /** @throws UnknownTask */
  async one(taskId: string, asker: Asker): Promise<ReviewView> {
    const { served, id } = this.lifecycles.entityOf(taskId.replace(/#\d+$/, ''));
    const filter = { lifecycles: [served.table.name], id, taskIds: [taskId], includeParked: true };
    const { tasks } = await this.records.read((reader) => reader.reviewTasks(filter, { limit: 1 }));
    const [found] = await this.views(tasks, asker);
    if (found) return found;
    throw new UnknownTask(taskId);
  }

  private async entitiesOf(
    tasks: readonly ReviewTaskRecord[],
    asker: Asker,
  ): Promise<ReadonlyMap<string, EntityRecord>> {
    const entities = new Map<string, EntityRecord>();
    for (const lifecycle of this.lifecycles.names) {
      const ids = tasks.filter((task) => task.lifecycle === lifecycle).map(({ id }) => id);
      const found = await this.records.read((reader) => reader.entitySummaries(lifecycle, [...new Set(ids)]));
      for (const entity of found) {
        entities.set(`${lifecycle}/${entity.id}`, cutRecord(asker.audienceOf(lifecycle), entity));
      }
    }
    return entities;
  }

  private decidedBy({ lifecycle, ofState }: ReviewTaskRecord, { state }: EntityRecord): readonly string[] {
    const review = ofState ? this.lifecycles.get(lifecycle).table.states[state]?.review : undefined;
    return review?.decidedBy ?? [];
  }
}

function view(task: ReviewTaskRecord, decidedBy: readonly string[], entity: EntityRecord, now: string): ReviewView {
  const { taskId, lifecycle, id, queue, reason, priority, level, dueAt } = task;
  const { escalatesAt, assignee, parkedUntil, about, proposal } = task;
  const amounts = amountsOf(entity);
  return {
    taskId,
    lifecycle,
    id,
    state: entity.state,
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
    ...(amounts && { amounts }),
  };
}
