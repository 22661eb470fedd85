/** The audit log, for those who look after the fleet. */
import { Controller, Get, Query } from '@nestjs/common';
import { z } from 'zod';
import type { AuditView } from '../../client/audit.js';
import type { Page } from '../../client/views.js';
import { instant } from '../../events/common.js';
import { auditLog, isAuditId } from '../../records/audit.js';
import { at, page } from '../answers/common.js';
import { Operation } from '../operation.js';
import { Records } from '../records.js';
import { Valid } from '../valid.pipe.js';

/** Most rows of one page. */
const PAGE_LIMIT = 500;

const action = z.enum(['write', 'view', 'search', 'export']);
const decision = z.enum(['allowed', 'refused']);

const query = z.strictObject({
  actor: z.string().optional(),
  lifecycle: z.string().optional(),
  id: z.string().optional(),
  action: action.optional(),
  decision: decision.optional(),
  since: instant.optional(),
  cursor: z.string().refine(isAuditId, 'the cursor of the page before').optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(100),
});

const auditView = z
  .object({
    auditId: z.string(),
    at,
    actor: z.string().exactOptional(),
    roles: z.array(z.string()).readonly(),
    action,
    method: z.string(),
    route: z.string(),
    lifecycle: z.string().exactOptional(),
    entityId: z.string().exactOptional(),
    target: z.string().exactOptional(),
    decision,
    problem: z.string().exactOptional(),
    status: z.int(),
    filter: z.record(z.string(), z.unknown()).readonly().exactOptional(),
    rows: z.int().min(0).exactOptional(),
    requestId: z.string(),
    correlationId: z.string().exactOptional(),
  })
  .meta({ id: 'AuditEntry' }) satisfies z.ZodType<AuditView>;

@Controller('api/audit')
export class AuditController {
  constructor(private readonly records: Records) {}

  /** One page, the newest first. Looking at it is on record too. */
  @Get()
  @Operation({
    summary: 'Who asked for what, and whether they were let',
    may: ['admin'],
    scope: 'fleet',
    audit: 'search',
    answers: { 200: page(auditView) },
  })
  async list(@Query(new Valid(query, 'query')) given: z.infer<typeof query>): Promise<Page<AuditView>> {
    const { cursor, limit, ...wanted } = given;
    const filter = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));
    const items = await this.records.write((db) =>
      auditLog(db, { ...filter, limit, ...(cursor !== undefined && { before: cursor }) }),
    );
    const last = items.length === limit ? items.at(-1) : undefined;
    return { items, ...(last && { cursor: last.auditId }) };
  }
}
