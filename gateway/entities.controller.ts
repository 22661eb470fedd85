/** What the records know of one entity: what it is about, its journal, its submission. */
import { Controller, Get, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import type { JournalDetail } from '../client/console-views.js';
import { UnknownEntity } from '../client/errors.js';
import type { Explanation, SubmissionRecord } from '../client/views.js';
import { instant } from '../events/common.js';
import { publishedBy } from '../records/published.js';
import * as answers from './answers/entities.js';
import { explanation } from './answers/explanation.js';
import { Admissions } from './admissions.js';
import { Asker } from './asker.js';
import { Explainer } from './explainer.js';
import { journalDetail } from './journal-detail.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Records } from './records.js';
import { Valid } from './valid.pipe.js';

const JOURNAL_LIMIT = 1000;

const explainQuery = z.strictObject({
  at: instant
    .transform((text) => new Date(text))
    .refine((at) => at.getTime() <= Date.now(), 'a moment that has passed')
    .exactOptional(),
});

const journalQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0),
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

  /** State, since, why, what it waits for and what comes next; with `at`, as of a moment that has passed. */
  @Get(':lifecycle/:id')
  @Operation({
    summary: 'State, since, why, what it waits for and what comes next',
    may: ['viewer', 'service'],
    answers: { 200: explanation },
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

  /** Journal entries in order, from the one behind `after`, each with its envelope and the events that it told. */
  @Get(':lifecycle/:id/journal')
  @Operation({ summary: 'Its journal', may: ['viewer', 'service'], answers: { 200: answers.journal } })
  async journal(
    @Param('lifecycle') lifecycle: string,
    @Param('id') id: string,
    @Query(new Valid(journalQuery, 'query')) query: z.infer<typeof journalQuery>,
    @Asker() { audience }: Asker,
  ): Promise<{ readonly items: readonly JournalDetail[] }> {
    this.lifecycles.get(lifecycle);
    const lines = await this.records.read((reader) => reader.journal(lifecycle, id, query));
    const [first, last] = [lines.at(0), lines.at(-1)];
    if (!first && query.after === 0) throw new UnknownEntity(lifecycle, id);
    const events =
      first && last
        ? await this.records.write((db) => publishedBy(db, lifecycle, id, first.sequence, last.sequence))
        : new Map<number, never>();
    return { items: lines.map((line) => journalDetail(line, events.get(line.sequence) ?? [], audience)) };
  }

  /** What a repeated submission is compared with. */
  @Get(':lifecycle/:id/submission')
  @Operation({
    summary: 'What a repeated submission is compared with',
    may: ['viewer', 'service'],
    answers: { 200: answers.submissionRecord },
  })
  async submission(@Param('lifecycle') lifecycle: string, @Param('id') id: string): Promise<SubmissionRecord> {
    this.lifecycles.get(lifecycle);
    const found = await this.admissions.lookUp(lifecycle, id);
    if (!found) throw new UnknownEntity(lifecycle, id);
    const { contentHash, firstRunId, waiting, closed } = found;
    return { contentHash, closed, ...(firstRunId !== undefined && { firstRunId }), ...(waiting && { waiting }) };
  }
}
