/** Health for supervisors, and what there is for people. */
import { Controller, Get } from '@nestjs/common';
import { sql } from 'kysely';
import { z } from 'zod';
import { version } from '../client/version.js';
import type { StatusView } from '../client/views.js';
import { status } from './answers/entities.js';
import { Asker } from './asker.js';
import { Lifecycles } from './lifecycles.js';
import { Operation } from './operation.js';
import { Records } from './records.js';
import { Temporal } from './temporal.js';

const healthy = z.object({ status: z.literal('ok') });

@Controller()
export class StatusController {
  constructor(
    private readonly temporal: Temporal,
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** 200 as long as the process answers. */
  @Get(['livez', 'health/live'])
  @Operation({ summary: 'The process answers', may: 'anyone', tag: 'health', answers: { 200: healthy } })
  live(): { readonly status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 when Temporal and the records answer; 503 names the one that does not. */
  @Get(['readyz', 'health/ready'])
  @Operation({ summary: 'Temporal and the records answer', may: 'anyone', tag: 'health', answers: { 200: healthy } })
  async ready(): Promise<{ readonly status: 'ok' }> {
    await Promise.all([this.temporal.serverVersion(), this.records.write((db) => sql`SELECT 1`.execute(db))]);
    return { status: 'ok' };
  }

  /** Entities by lifecycle and state, and versions. */
  @Get('api/status')
  @Operation({ summary: 'Entities by state, and versions', may: ['viewer'], answers: { 200: status } })
  async status(@Asker() asker: Asker): Promise<StatusView> {
    const [counts, temporal] = await Promise.all([
      this.records.read((reader) => reader.countByState()),
      this.temporal.serverVersion().catch(() => 'unreachable'),
    ]);
    const entities: Record<string, Record<string, number>> = {};
    for (const name of asker.readable(this.lifecycles.names)) entities[name] = {};
    for (const { lifecycle, state, count } of counts) {
      if (asker.may('viewer', lifecycle)) (entities[lifecycle] ??= {})[state] = count;
    }
    return { entities, versions: { throughline: version, temporal, node: process.versions.node } };
  }
}
