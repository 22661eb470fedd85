/** One order for many review tasks. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { z } from 'zod';
import type { BulkPreview, BulkReport } from '../client/work-views.js';
import { code, instant, reference } from '../events/common.js';
import { representedBy } from '../records/delegations.js';
import type { ReviewFilter } from '../records/review-list.js';
import { bulkPreview, bulkReport } from './answers/console.js';
import { visible } from './access/within.js';
import { Asker } from './asker.js';
import { Bulk, MOST_TASKS, type Orders } from './bulk.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Records } from './records.js';
import { reviewFilterOf, reviewFilterQuery } from './review-query.js';
import { Valid } from './valid.pipe.js';

const MOST_DAYS = 365;

const action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('assign'), assignee: reference }),
  z.strictObject({ kind: z.literal('release') }),
  z.strictObject({ kind: z.literal('park'), until: instant }),
  z.strictObject({ kind: z.literal('extend'), byDays: z.int().min(-MOST_DAYS).max(MOST_DAYS) }),
]);
const tasks = z.array(z.string().min(1).max(300)).min(1).max(MOST_TASKS);
const orders = z.strictObject({
  action,
  reasonCode: code,
  reference: reference.exactOptional(),
  note: z
    .string()
    .trim()
    .min(1)
    .max(4_000)
    .regex(/^[^\0]*$/, 'text without zero characters')
    .exactOptional(),
});
const flag = z.boolean().optional();
/** As in the address bar, with flags as JSON has them. */
const filter = reviewFilterQuery.extend({ delegated: flag, unassigned: flag, overdue: flag, parked: flag });

const EXTENDS_BY = { path: ['reference'], message: 'say what allows it: a bulletin, an agreement' };
const allowed = ({ action: { kind }, reference: allows }: Orders) => kind !== 'extend' || allows !== undefined;

const previewed = orders
  .extend({ tasks: tasks.exactOptional(), filter: filter.exactOptional() })
  .refine((given) => (given.tasks === undefined) !== (given.filter === undefined), {
    path: ['tasks'],
    message: 'give either tasks or a filter',
  })
  .refine(allowed, EXTENDS_BY);
const carriedOut = orders.extend({ tasks, order: z.string().max(64) }).refine(allowed, EXTENDS_BY);

@Controller('api/reviews/bulk')
export class ReviewBulkController {
  constructor(
    private readonly bulk: Bulk,
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** What the order would do; nothing is changed. */
  @Post('preview')
  @Operation({
    summary: 'What an order for many tasks would do',
    may: ['supervisor'],
    scope: 'some',
    answers: { 200: bulkPreview },
  })
  @HttpCode(200)
  async preview(
    @Body(new Valid(previewed, 'order')) { tasks: named, filter: given, ...order }: z.infer<typeof previewed>,
    @Asker() asker: Asker,
  ): Promise<BulkPreview> {
    return this.bulk.preview(order, await this.filterOf(named, given, asker), asker);
  }

  /** Carries out what the preview showed; 200 also where some were refused, each with its reason. */
  @Post()
  @Operation({
    summary: 'Carry out an order for many tasks',
    may: ['supervisor'],
    scope: 'some',
    answers: { 200: bulkReport },
  })
  @HttpCode(200)
  run(
    @Body(new Valid(carriedOut, 'order')) { tasks: named, order, ...rest }: z.infer<typeof carriedOut>,
    @Asker() asker: Asker,
  ): Promise<BulkReport> {
    return this.bulk.run(rest, named, order, asker);
  }

  private async filterOf(
    named: readonly string[] | undefined,
    given: z.infer<typeof reviewFilterQuery> | undefined,
    asker: Asker,
  ): Promise<ReviewFilter> {
    if (named) return { taskIds: named, includeParked: true };
    const { lifecycle, assignee, delegated } = given ?? {};
    const readable = visible(asker, this.lifecycles, lifecycle);
    const represented =
      assignee !== undefined && delegated === true ? await this.records.write((db) => representedBy(db, assignee)) : [];
    return reviewFilterOf(given ?? {}, readable, represented);
  }
}
