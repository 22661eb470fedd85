/** What the records know of entities: lists, single ones explained, their journals. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { InvalidMessage, UnknownEntity } from '../client/errors.js';
import type {
  AmountsView,
  EntitySummary,
  Explanation,
  JournalLine,
  Page,
  SubmissionRecord,
  TotalsView,
} from '../client/views.js';
import { instant } from '../events/common.js';
import type { EntityFilter } from '../records/entity-list.js';
import type { EntityRecord } from '../records/entity-record.js';
import { mustRead, within } from './access/within.js';
import { Admissions } from './admissions.js';
import { Asker } from './asker.js';
import { cutRecord } from './explain-audience.js';
import { journalLine } from './explain.js';
import { Explainer } from './explainer.js';
import { Lifecycles, type ServedLifecycle } from './lifecycles.js';
import { Operation } from './operation.js';
import { Records } from './records.js';
import { Valid } from './valid.pipe.js';

/** Most entities of one page, and of one look-up. */
const PAGE_LIMIT = 500;
const JOURNAL_LIMIT = 1000;

const flag = z.stringbool({ error: 'true or false' }).optional();

const filterQuery = z.strictObject({
  lifecycle: z.string().optional(),
  state: z.string().optional(),
  overdue: flag,
  attention: flag,
  closed: flag,
  catastrophe: z.string().optional(),
});

const listQuery = filterQuery.extend({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(100),
});

const lookup = z.strictObject({
  lifecycle: z.string(),
  ids: z.array(z.string().min(1).max(128)).max(PAGE_LIMIT),
});

/** The account that a lifecycle may keep in the fact `amounts`. */
const amountsView = z.object({
  currency: z.string(),
  reserved: z.number(),
  approved: z.number(),
  paid: z.number(),
  open: z.number(),
}) satisfies z.ZodType<AmountsView>;

const explainQuery = z.strictObject({
  at: instant
    .transform((text) => new Date(text))
    .refine((at) => at.getTime() <= Date.now(), 'a moment that has passed')
    .exactOptional(),
});

const journalQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(JOURNAL_LIMIT).default(JOURNAL_LIMIT),
});

@Controller('api/entities')
export class EntitiesController {
  constructor(
    private readonly records: Records,
    private readonly explainer: Explainer,
    private readonly admissions: Admissions,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** One page, those first that are longest in their state. */
  @Get()
  @Operation({ summary: 'A page of entities', may: ['viewer'], answers: { 200: 'found' } })
  async list(
    @Query(new Valid(listQuery, 'query')) query: z.infer<typeof listQuery>,
    @Asker() asker: Asker,
  ): Promise<Page<EntitySummary>> {
    const { cursor, limit, ...filter } = query;
    const checked = this.filterOf(filter, asker);
    const page = await this.records.read((reader) =>
      reader.listEntities({ limit, ...checked, ...(cursor !== undefined && { cursor }) }),
    );
    return {
      items: page.entities.map((record) => summary(record, asker)),
      ...(page.next === undefined ? {} : { cursor: page.next }),
    };
  }

  /** How many the filter finds on all its pages, and what they come to. */
  @Get('totals')
  @Operation({ summary: 'How many a filter finds, and what they come to', may: ['viewer'], answers: { 200: 'found' } })
  totals(
    @Query(new Valid(filterQuery, 'query')) query: z.infer<typeof filterQuery>,
    @Asker() asker: Asker,
  ): Promise<TotalsView> {
    const checked = this.filterOf(query, asker);
    return this.records.read((reader) => reader.entityTotals(checked));
  }

  /** Summaries of many at once; those that do not exist are left out. */
  @Post('lookup')
  @Operation({ summary: 'Summaries of many', may: ['viewer', 'service'], scope: 'some', answers: { 200: 'found' } })
  @HttpCode(200)
  async lookup(
    @Body(new Valid(lookup)) body: z.infer<typeof lookup>,
    @Asker() asker: Asker,
  ): Promise<Page<EntitySummary>> {
    this.lifecycles.get(body.lifecycle);
    mustRead(asker, body.lifecycle);
    const found = await this.records.read((reader) => reader.entitySummaries(body.lifecycle, body.ids));
    return { items: found.map((record) => summary(record, asker)) };
  }

  /** State, since, why, what it waits for and what comes next; with `at`, as of a moment that has passed. */
  @Get(':lifecycle/:id')
  @Operation({
    summary: 'State, since, why, what it waits for and what comes next',
    may: ['viewer', 'service'],
    answers: { 200: 'found' },
  })
  explain(
    @Param('lifecycle') lifecycle: string,
    @Param('id') id: string,
    @Query(new Valid(explainQuery, 'query')) { at }: z.infer<typeof explainQuery>,
    @Asker() { audience }: Asker,
  ): Promise<Explanation> {
    const served = this.lifecycles.get(lifecycle);
    return at === undefined
      ? this.explainer.explain(served, id, audience)
      : this.explainer.explainAsOf(served, id, at, audience);
  }

  /** Journal entries in order, from the one behind `after`. */
  @Get(':lifecycle/:id/journal')
  @Operation({ summary: 'Its journal', may: ['viewer', 'service'], answers: { 200: 'found' } })
  async journal(
    @Param('lifecycle') lifecycle: string,
    @Param('id') id: string,
    @Query(new Valid(journalQuery, 'query')) query: z.infer<typeof journalQuery>,
    @Asker() { audience }: Asker,
  ): Promise<{ readonly items: readonly JournalLine[] }> {
    this.lifecycles.get(lifecycle);
    const lines = await this.records.read((reader) => reader.journal(lifecycle, id, query));
    if (lines.length === 0 && query.after === 0) throw new UnknownEntity(lifecycle, id);
    return { items: lines.map(({ entry }) => journalLine(entry, audience)) };
  }

  /** What a repeated submission is compared with. */
  @Get(':lifecycle/:id/submission')
  @Operation({
    summary: 'What a repeated submission is compared with',
    may: ['viewer', 'service'],
    answers: { 200: 'found' },
  })
  async submission(@Param('lifecycle') lifecycle: string, @Param('id') id: string): Promise<SubmissionRecord> {
    this.lifecycles.get(lifecycle);
    const found = await this.admissions.lookUp(lifecycle, id);
    if (!found) throw new UnknownEntity(lifecycle, id);
    const { contentHash, firstRunId, waiting, closed } = found;
    return { contentHash, closed, ...(firstRunId !== undefined && { firstRunId }), ...(waiting && { waiting }) };
  }

  /** @throws InvalidMessage where the lifecycle has no such state */
  private filterOf(query: z.infer<typeof filterQuery>, asker: Asker): EntityFilter {
    const { lifecycle, state, overdue, attention, closed, catastrophe } = query;
    if (lifecycle !== undefined) checkState(this.lifecycles.get(lifecycle), state);
    return {
      ...within(asker, this.lifecycles.names, lifecycle),
      ...(state !== undefined && { state }),
      ...(overdue === true && { overdueAt: new Date().toISOString() }),
      ...(attention === true && { attention }),
      ...(closed !== undefined && { closed }),
      ...(catastrophe !== undefined && { catastrophe }),
    };
  }
}

function amountsOf({ facts }: EntityRecord): AmountsView | undefined {
  const parsed = amountsView.safeParse(facts['amounts']);
  return parsed.success ? parsed.data : undefined;
}

function checkState({ table }: ServedLifecycle, state: string | undefined): void {
  const known = Object.keys(table.states);
  if (state === undefined || known.includes(state)) return;
  throw new InvalidMessage('query', [{ field: 'state', value: state, remedy: `use one of ${known.join(', ')}` }]);
}

function summary(whole: EntityRecord, asker: Asker): EntitySummary {
  const record = cutRecord(asker.audienceOf(whole.lifecycle), whole);
  const { lifecycle, id, state, since, waitsFor, owner, next, deadline, closed, outcome, reason, attention } = record;
  const amounts = amountsOf(record);
  return {
    lifecycle,
    id,
    state,
    since,
    next,
    deadline,
    closed,
    parts: record.parts,
    facts: record.facts,
    ...(amounts && { amounts }),
    clocks: record.clocks,
    stage: record.stage,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    ...(owner === undefined ? {} : { owner }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(reason && { reason: reason.code }),
    ...(attention === undefined ? {} : { attention }),
  };
}
