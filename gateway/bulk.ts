/** One order for many review tasks: shown before, repeatable, accounted for one by one. */
import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { bulkMessageId, shifted } from '../client/bulk.js';
import { MessageRefused, ThroughlineError } from '../client/errors.js';
import type { BulkAction, BulkOrder, BulkPreview, BulkReport, BulkTarget } from '../client/work-views.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { ReviewFilter, ReviewTaskRecord } from '../records/review-list.js';
import { maySend, sourceOf } from './access/senders.js';
import type { Asker } from './asker.js';
import { Lifecycles } from './lifecycles.js';
import { Messenger } from './messenger.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { Subjects } from './subjects.js';

/** Tasks of one order. */
export const MOST_TASKS = 500;
/** Messages under way at once. */
const AT_ONCE = 8;

/** What is done with every task of an order. */
export type Orders = Pick<BulkOrder, 'action' | 'reasonCode' | 'reference' | 'note'>;

/** One message of an order, or why there is none. */
type Planned = { readonly target: BulkTarget } & (
  { readonly name: string; readonly data: Readonly<Record<string, unknown>> } | { readonly name?: never }
);

@Injectable()
export class Bulk {
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
    private readonly messenger: Messenger,
    private readonly subjects: Subjects,
  ) {}

  /** What the order would do now. @throws Problem 422 `TooManyTasks` */
  async preview(orders: Orders, filter: ReviewFilter, asker: Asker): Promise<BulkPreview> {
    const planned = await this.planned(orders, filter, asker);
    const targets = planned.map(({ target }) => target);
    const affected = targets.filter(({ skipped }) => skipped === undefined);
    const { amounts } = await this.records.read((reader) =>
      reader.reviewTotals({ taskIds: affected.map(({ taskId }) => taskId), includeParked: true }),
    );
    return {
      order: orderId(
        orders,
        targets.map(({ taskId }) => taskId),
      ),
      targets,
      affected: affected.length,
      amounts,
    };
  }

  /**
   * Carries the order out on exactly the tasks that were shown. Repeating it does nothing twice.
   * @param order of the preview
   * @throws Problem 409 `OrderChanged`
   */
  async run(orders: Orders, tasks: readonly string[], order: string, asker: Asker): Promise<BulkReport> {
    if (orderId(orders, tasks) !== order) {
      throw new Problem(
        409,
        'OrderChanged',
        'this is not what the preview showed: ask for a preview, and send its order and tasks',
      );
    }
    const planned = await this.planned(orders, { taskIds: tasks, includeParked: true }, asker);
    const note =
      orders.note === undefined ? undefined : await this.subjects.put({ text: orders.note }, `note/${order}`);
    const limit = pLimit(AT_ONCE);
    const refused: BulkReport['refused'][number][] = [];
    let done = 0;
    await Promise.all(
      planned.map((plan) =>
        limit(async () => {
          const refusal = await this.send(plan, order, note?.ref, asker);
          if (refusal) refused.push({ taskId: plan.target.taskId, ...refusal });
          else done += 1;
        }),
      ),
    );
    return { done, refused };
  }

  private async planned(orders: Orders, filter: ReviewFilter, asker: Asker): Promise<Planned[]> {
    const lifecycles = asker.readable(this.lifecycles.names);
    const wanted = { ...filter, lifecycles: filter.lifecycles ?? lifecycles };
    const { tasks, next } = await this.records.read((reader) => reader.reviewTasks(wanted, { limit: MOST_TASKS }));
    if (next !== undefined) {
      throw new Problem(422, 'TooManyTasks', `more than ${MOST_TASKS} tasks fit; narrow the filter, or name the tasks`);
    }
    const entities = await this.entitiesOf(tasks);
    return tasks.map((task) => this.plan(orders, task, entities.get(`${task.lifecycle}/${task.id}`), asker));
  }

  private plan(
    { action, reasonCode, reference }: Orders,
    task: ReviewTaskRecord,
    entity: EntityRecord | undefined,
    asker: Asker,
  ): Planned {
    const { taskId, lifecycle, id, assignee, dueAt } = task;
    const target = {
      ...{ taskId, lifecycle, id, state: entity?.state ?? '' },
      ...(assignee !== undefined && { assignee }),
      ...(dueAt !== undefined && { dueAt }),
    };
    const clock = task.ofState ? entity?.clocks['state'] : undefined;
    const newDueAt = action.kind === 'extend' && clock ? shifted(clock.dueAt, action.byDays) : undefined;
    const skipped = skippedBy(action, { assignee, newDueAt }) ?? this.forbidden(action, lifecycle, asker);
    if (skipped !== undefined) return { target: { ...target, skipped } };
    return {
      target: { ...target, ...(newDueAt !== undefined && { newDueAt }) },
      ...messageOf(action, { taskId, reasonCode, reference, newDueAt }),
    };
  }

  private forbidden(action: BulkAction, lifecycle: string, asker: Asker): string | undefined {
    try {
      const { table } = this.lifecycles.get(lifecycle);
      maySend(asker, table, NAMES[action.kind], action.kind === 'assign' ? { assignee: action.assignee } : {});
      return undefined;
    } catch (err) {
      if (err instanceof Problem) return err.code;
      throw err;
    }
  }

  /** The refusal, where there was one. */
  private async send(
    plan: Planned,
    order: string,
    note: string | undefined,
    asker: Asker,
  ): Promise<{ readonly code: string; readonly sentence: string } | undefined> {
    const { lifecycle, id, taskId, skipped } = plan.target;
    // A task that has what was ordered was given it by this order's first run, or needs nothing.
    if (skipped === 'alreadyDone') return undefined;
    if (plan.name === undefined) return { code: skipped ?? 'refused', sentence: 'it was left out; see the preview' };
    const messageId = `${order}:${taskId.slice(taskId.lastIndexOf('#') + 1)}`;
    try {
      await this.one(plan.target, plan.name, withNote(plan, note), messageId, asker);
      // The other messages hold the note themselves.
      if (note !== undefined && !('reasonCode' in plan.data)) {
        await this.one(plan.target, 'noteReview', { taskId, note }, `${messageId}:note`, asker);
      }
      return undefined;
    } catch (err) {
      if (!(err instanceof ThroughlineError) && !(err instanceof Problem)) throw err;
      const code = err instanceof MessageRefused || err instanceof Problem ? err.code : err.type;
      if (code === 'messageIdReused' && (await this.wasApplied(lifecycle, id, messageId))) return undefined;
      return { code, sentence: err.message };
    }
  }

  private async one(
    { lifecycle, id }: BulkTarget,
    name: string,
    data: unknown,
    messageId: string,
    asker: Asker,
  ): Promise<void> {
    const { actor } = asker;
    const occurredAt = new Date().toISOString();
    const envelope = { entityId: id, messageId, occurredAt, source: sourceOf(asker), actor, schemaVersion: 1 };
    await this.messenger.send({ served: this.lifecycles.get(lifecycle), id, name, message: { envelope, data } });
  }

  /** Only this order has this id; where its content differs now, what its first message did counts. */
  private async wasApplied(lifecycle: string, id: string, messageId: string): Promise<boolean> {
    const first = await this.records.read((reader) => reader.findMessage(lifecycle, id, messageId));
    return first?.entry.message?.outcome === 'applied';
  }

  private async entitiesOf(tasks: readonly ReviewTaskRecord[]): Promise<ReadonlyMap<string, EntityRecord>> {
    const entities = new Map<string, EntityRecord>();
    for (const lifecycle of new Set(tasks.map((task) => task.lifecycle))) {
      const ids = tasks.filter((task) => task.lifecycle === lifecycle).map(({ id }) => id);
      const found = await this.records.read((reader) => reader.entitySummaries(lifecycle, [...new Set(ids)]));
      for (const entity of found) entities.set(`${lifecycle}/${entity.id}`, entity);
    }
    return entities;
  }
}

const NAMES = { assign: 'assignReview', release: 'releaseReview', park: 'parkReview', extend: 'moveClock' } as const;

const orderId = ({ action, reasonCode, reference, note }: Orders, tasks: readonly string[]): string =>
  bulkMessageId({ ...{ action, reasonCode, reference, note }, tasks: [...tasks].sort() });

/** Why a task would be left out, as far as the record tells. */
function skippedBy(
  action: BulkAction,
  { assignee, newDueAt }: { readonly assignee: string | undefined; readonly newDueAt: string | undefined },
): string | undefined {
  switch (action.kind) {
    case 'assign':
      return assignee === action.assignee ? 'alreadyDone' : undefined;
    case 'release':
      return assignee === undefined ? 'alreadyDone' : undefined;
    case 'park':
      return Date.parse(action.until) <= Date.now() ? 'notInFuture' : undefined;
    case 'extend':
      if (newDueAt === undefined) return 'unknownClock';
      return Date.parse(newDueAt) <= Date.now() ? 'notInFuture' : undefined;
  }
}

function messageOf(
  action: BulkAction,
  { taskId, reasonCode, reference, newDueAt }: Readonly<Record<string, string | undefined>>,
): { readonly name: string; readonly data: Readonly<Record<string, unknown>> } {
  const name = NAMES[action.kind];
  switch (action.kind) {
    case 'assign':
      return { name, data: { taskId, assignee: action.assignee } };
    case 'release':
      return { name, data: { taskId } };
    case 'park':
      return { name, data: { taskId, until: action.until, reasonCode } };
    case 'extend':
      return { name, data: { clock: 'state', dueAt: newDueAt, reference, reasonCode } };
  }
}

const withNote = ({ data }: { readonly data: Readonly<Record<string, unknown>> }, note: string | undefined) =>
  note !== undefined && 'reasonCode' in data ? { ...data, note } : data;
