/** Findings, for those who decide on them. */
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import type { FindingView } from '../client/findings.js';
import type { Role } from '../client/roles.js';
import type { Page } from '../client/views.js';
import { actor, code, reference } from '../events/common.js';
import { cutValue } from '../records/audience.js';
import { findFinding, isFindingId, resolveFinding } from '../records/findings.js';
import * as answers from './answers/entities.js';
import { lacking } from './access/guard.js';
import { actorOf } from './access/senders.js';
import { within } from './access/within.js';
import { Asker } from './asker.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { Valid } from './valid.pipe.js';

/** Who says that a finding has been seen to. */
const RESOLVERS: readonly Role[] = ['supervisor', 'admin'];

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
  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** One page, the newest first; those that have ended only when asked for. */
  @Get()
  @Operation({ summary: 'A page of findings', audit: 'search', may: ['viewer'], answers: { 200: answers.findingPage } })
  async list(
    @Query(new Valid(query, 'query')) given: z.infer<typeof query>,
    @Asker() asker: Asker,
  ): Promise<Page<FindingView>> {
    const { kind, pair, lifecycle, id, all, cursor, limit } = given;
    const items = await this.records.read((reader) =>
      reader.findings({
        ...(kind !== undefined && { kind }),
        ...(pair !== undefined && { pair }),
        ...within(asker, this.lifecycles.names, lifecycle),
        ...(id !== undefined && { id }),
        ...(all === true && { includeResolved: all }),
        ...(cursor !== undefined && { before: cursor }),
        limit,
      }),
    );
    const last = items.length === limit ? items.at(-1) : undefined;
    return { items: items.map((found) => shown(found, asker)), ...(last && { cursor: last.findingId }) };
  }

  @Get(':findingId')
  @Operation({ summary: 'One finding', may: ['viewer'], answers: { 200: answers.finding } })
  async one(@Param('findingId') findingId: string, @Asker() asker: Asker): Promise<FindingView> {
    const found = await this.records.write((db) => findFinding(db, findingId));
    // Whoever may not read its lifecycle does not learn that there is one.
    if (found && asker.readable([found.lifecycle]).length > 0) return shown(found, asker);
    const id = JSON.stringify(findingId.slice(0, 32));
    throw new Problem(404, 'UnknownFinding', `there is no finding ${id}; the list of findings shows their ids`);
  }

  /** Somebody has put it right, or says that it is right as it is. 200 also where it had ended already. */
  @Post(':findingId/resolve')
  @Operation({
    summary: 'Say that a finding has been seen to',
    may: RESOLVERS,
    scope: 'some',
    answers: { 200: answers.findingResolved },
  })
  @HttpCode(200)
  async resolve(
    @Param('findingId') findingId: string,
    @Body(new Valid(decision, 'decision')) body: z.infer<typeof decision>,
    @Asker() asker: Asker,
  ): Promise<{ readonly changed: boolean; readonly finding: FindingView }> {
    const { reason, note, actor: given } = body;
    const { lifecycle } = await this.one(findingId, asker);
    if (!RESOLVERS.some((role) => asker.may(role, lifecycle))) throw lacking(asker, RESOLVERS, lifecycle);
    const by = actorOf(asker, given, lifecycle);
    const changed = await this.records.write((db) =>
      resolveFinding(db, findingId, { actor: by, reason: { code: reason, ...(note !== undefined && { note }) } }),
    );
    return { changed, finding: await this.one(findingId, asker) };
  }
}

const shown = (found: FindingView, asker: Asker): FindingView => ({
  ...found,
  evidence: cutValue(asker.audienceOf(found.lifecycle), found.evidence),
});
