/** Findings, for those who decide on them. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { FindingView } from '../client/findings.js';
import type { Page } from '../client/views.js';
import { actor, code, reference } from '../events/common.js';
import { findFinding, isFindingId, resolveFinding } from '../records/findings.js';
import type { Actor } from '../workflows/lifecycle/entry.js';
import { Operation } from './operation.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { Valid } from './valid.pipe.js';

/** Most findings of one page. */
const PAGE_LIMIT = 500;

const query = z.strictObject({
  kind: code.optional(),
  pair: code.optional(),
  lifecycle: z.string().optional(),
  id: z.string().optional(),
  all: z.stringbool({ error: 'true or false' }).optional(),
  cursor: z.string().refine(isFindingId, 'the cursor of the page before').optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(100),
});

const decision = z.strictObject({
  reason: code,
  note: reference.exactOptional(),
  actor: actor.partial({ authenticated: true }).exactOptional(),
});

@Controller('api/findings')
export class FindingsController {
  constructor(private readonly records: Records) {}

  /** One page, the newest first; those that have ended only when asked for. */
  @Get()
  @Operation({ summary: 'A page of findings', may: ['viewer'], answers: { 200: 'found' } })
  async list(@Query(new Valid(query, 'query')) given: z.infer<typeof query>): Promise<Page<FindingView>> {
    const { kind, pair, lifecycle, id, all, cursor, limit } = given;
    const items = await this.records.read((reader) =>
      reader.findings({
        ...(kind !== undefined && { kind }),
        ...(pair !== undefined && { pair }),
        ...(lifecycle !== undefined && { lifecycle }),
        ...(id !== undefined && { id }),
        ...(all === true && { includeResolved: all }),
        ...(cursor !== undefined && { before: cursor }),
        limit,
      }),
    );
    const last = items.length === limit ? items.at(-1) : undefined;
    return { items, ...(last && { cursor: last.findingId }) };
  }

  @Get(':findingId')
  @Operation({ summary: 'One finding', may: ['viewer'], answers: { 200: 'found' } })
  async one(@Param('findingId') findingId: string): Promise<FindingView> {
    const found = await this.records.write((db) => findFinding(db, findingId));
    if (found) return found;
    const shown = JSON.stringify(findingId.slice(0, 32));
    throw new Problem(404, 'UnknownFinding', `there is no finding ${shown}; the list of findings shows their ids`);
  }

  /** Somebody has put it right, or says that it is right as it is. 200 also where it had ended already. */
  @Post(':findingId/resolve')
  @Operation({
    summary: 'Say that a finding has been seen to',
    may: ['supervisor', 'admin'],
    scope: 'some',
    answers: { 200: 'resolved' },
  })
  @HttpCode(200)
  async resolve(
    @Param('findingId') findingId: string,
    @Body(new Valid(decision, 'decision')) body: z.infer<typeof decision>,
  ): Promise<{ readonly changed: boolean; readonly finding: FindingView }> {
    const { reason, note, actor: given = { kind: 'service', id: 'unidentified' } } = body;
    // What a caller says of itself, marked as what it is.
    const by: Actor = { ...given, authenticated: 'none' };
    const changed = await this.records.write((db) =>
      resolveFinding(db, findingId, { actor: by, reason: { code: reason, ...(note !== undefined && { note }) } }),
    );
    return { changed, finding: await this.one(findingId) };
  }
}
