/** Lists of entities: pages, totals, look-ups, saved views, export. */
import { Body, Controller, Get, HttpCode, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { SavedView } from '../client/console-views.js';
import type { EntitySummary, Page, TotalsView } from '../client/views.js';
import type { EntityQuery } from '../records/entity-list.js';
import { visible } from './access/within.js';
import { savedViews } from './answers/console.js';
import * as answers from './answers/entities.js';
import { Asker, type AskedRequest } from './asker.js';
import { noteRows } from './audit/audit.js';
import { csvLines } from './csv.js';
import { CSV_COLUMNS } from './entity-columns.js';
import { filterOf, filterQuery } from './entity-query.js';
import { summary } from './entity-summary.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Records } from './records.js';
import { SavedViews } from './saved-views.js';
import { Valid } from './valid.pipe.js';

/** Most entities of one page, and of one look-up. */
const PAGE_LIMIT = 500;

const sortedQuery = filterQuery.extend({ sort: z.enum(['age', 'deadline', 'amount', 'updated']).default('age') });

const listQuery = sortedQuery.extend({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(100),
});

const lookup = z.strictObject({
  lifecycle: z.string(),
  ids: z.array(z.string().min(1).max(128)).max(PAGE_LIMIT),
});

const viewsQuery = z.strictObject({ lifecycle: z.string().optional() });

@Controller('api')
export class EntityListController {
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
    private readonly savedViews: SavedViews,
  ) {}

  /** One page, by default those first that are longest in their state. */
  @Get('entities')
  @Operation({ summary: 'A page of entities', audit: 'search', may: ['viewer'], answers: { 200: answers.entityPage } })
  async list(
    @Asker() asker: Asker,
    @Query(new Valid(listQuery, 'query')) query: z.infer<typeof listQuery>,
  ): Promise<Page<EntitySummary>> {
    const { cursor, limit, sort, ...filter } = query;
    const readable = visible(asker, this.lifecycles, filter.lifecycle);
    return this.page(asker, {
      ...filterOf(filter, readable, this.lifecycles),
      ...{ order: sort, limit },
      ...(cursor !== undefined && { cursor }),
    });
  }

  /** How many the filter finds on all its pages, and what they come to. */
  @Get('entities/totals')
  @Operation({
    summary: 'How many a filter finds, and what they come to',
    audit: 'search',
    may: ['viewer'],
    answers: { 200: answers.totals },
  })
  totals(
    @Asker() asker: Asker,
    @Query(new Valid(filterQuery, 'query')) query: z.infer<typeof filterQuery>,
  ): Promise<TotalsView> {
    const filter = filterOf(query, visible(asker, this.lifecycles, query.lifecycle), this.lifecycles);
    return this.records.read((reader) => reader.entityTotals(filter));
  }

  /** All that the filter finds, page by page as it is read: what changes its place meanwhile may be missing or come twice. */
  @Get('entities.csv')
  @Operation({
    summary: 'What a filter finds, as CSV (RFC 4180)',
    audit: 'export',
    may: ['viewer'],
    tag: 'entities',
    answers: { 200: 'text/csv' },
  })
  async export(
    @Asker() asker: Asker,
    @Req() request: AskedRequest,
    @Query(new Valid(sortedQuery, 'query')) { sort, ...query }: z.infer<typeof sortedQuery>,
  ): Promise<StreamableFile> {
    const readable = visible(asker, this.lifecycles, query.lifecycle);
    const filter = filterOf(query, readable, this.lifecycles);
    // On record before it begins: as many as there are now.
    noteRows(request, (await this.records.read((reader) => reader.entityTotals(filter))).entities);
    // The audit log has the row before the first line leaves.
    const { entities } = await this.records.read((reader) => reader.entityTotals(filter));
    noteRows(request, entities);
    const rows = this.everyOne(asker, { ...filter, order: sort, limit: PAGE_LIMIT });
    return new StreamableFile(Readable.from(csvLines(CSV_COLUMNS, rows)), {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="${query.lifecycle ?? 'entities'}-${new Date().toISOString().slice(0, 10)}.csv"`,
    });
  }

  /** Summaries of many at once; those that do not exist are left out. */
  @Post('entities/lookup')
  @Operation({
    summary: 'Summaries of many',
    audit: 'search',
    may: ['viewer', 'service'],
    scope: 'some',
    answers: { 200: answers.entityPage },
  })
  @HttpCode(200)
  async lookup(
    @Asker() asker: Asker,
    @Body(new Valid(lookup)) { lifecycle, ids }: z.infer<typeof lookup>,
  ): Promise<Page<EntitySummary>> {
    visible(asker, this.lifecycles, lifecycle);
    const found = await this.records.read((reader) => reader.entitySummaries(lifecycle, ids));
    return { items: found.map((record) => summary(record, asker)) };
  }

  /** Lists worth a name, with how many are in them now. */
  @Get('views')
  @Operation({ summary: 'Saved views with their counts', may: ['viewer'], answers: { 200: savedViews } })
  async views(
    @Asker() asker: Asker,
    @Query(new Valid(viewsQuery, 'query')) { lifecycle }: z.infer<typeof viewsQuery>,
  ): Promise<{ readonly items: readonly SavedView[] }> {
    return { items: await this.savedViews.of(visible(asker, this.lifecycles, lifecycle)) };
  }

  private async page(asker: Asker, query: EntityQuery): Promise<Page<EntitySummary>> {
    const { entities, next } = await this.records.read((reader) => reader.listEntities(query));
    return {
      items: entities.map((record) => summary(record, asker)),
      ...(next === undefined ? {} : { cursor: next }),
    };
  }

  private async *everyOne(asker: Asker, query: EntityQuery): AsyncGenerator<EntitySummary> {
    for (let cursor: string | undefined; ;) {
      const page: Page<EntitySummary> = await this.page(asker, { ...query, ...(cursor !== undefined && { cursor }) });
      yield* page.items;
      if (page.cursor === undefined) return;
      cursor = page.cursor;
    }
  }
}
