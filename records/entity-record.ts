/** An entity as readers see it: the row, joined with what its definition says of the state it is in. */
import type { EntityState, Instant } from '../workflows/lifecycle/entry.js';
import type { Definitions } from './definitions.js';
import { stateOf } from './entity-row.js';
import type { EntityRow } from './schema.js';

export interface EntityRecord extends EntityState {
  readonly lifecycle: string;
  readonly id: string;
  readonly closed: boolean;
  /** Who acts next, as the table says. Absent where the version's table is not on record. */
  readonly owner?: string;
  /** What the state waits for, as the table says. */
  readonly waitsFor?: string;
  /** The states that the table allows next. */
  readonly next: readonly string[];
  /** The clock that strikes first, of those that run and have not struck. */
  readonly deadline: { readonly at: Instant; readonly leadsTo: string } | null;
  readonly stage: number;
  readonly firstRunId: string;
  /** The run that wrote last. */
  readonly runId: string;
  readonly correlationId: string;
  /** Digest of the submission's content. */
  readonly contentHash: string;
  readonly kernelVersion: number;
  readonly lifecycleVersion: number;
  readonly catastrophe?: string;
  /** `mirrored`: another system decides, this record follows it. */
  readonly authority: 'own' | 'mirrored';
  readonly retention: { readonly class: string; readonly until?: Instant; readonly legalHold: boolean };
  /** Hash of the last journal entry, hex. */
  readonly lastHash: string;
  /** The database's time of the last write: how fresh this record is. */
  readonly updatedAt: Instant;
}

/** Makes a record of a row. */
export async function entityRecord(row: EntityRow, definitions: Definitions): Promise<EntityRecord> {
  const definition = await definitions.find(row.lifecycle, row.lifecycle_version);
  const state = definition?.states[row.state];
  return {
    ...stateOf(row),
    lifecycle: row.lifecycle,
    id: row.entity_id,
    closed: row.closed,
    ...(state && { owner: state.owner }),
    ...(state?.waitsFor !== undefined && { waitsFor: state.waitsFor }),
    next: state?.to ?? [],
    deadline:
      row.deadline_at === null ? null : { at: row.deadline_at.toISOString(), leadsTo: row.deadline_leads_to ?? '' },
    stage: row.stage,
    firstRunId: row.first_run_id,
    runId: row.run_id,
    correlationId: row.correlation_id,
    contentHash: row.content_hash,
    kernelVersion: row.kernel_version,
    lifecycleVersion: row.lifecycle_version,
    ...(row.catastrophe !== null && { catastrophe: row.catastrophe }),
    authority: row.authority,
    retention: {
      class: row.retention_class,
      ...(row.retain_until && { until: row.retain_until.toISOString() }),
      legalHold: row.legal_hold,
    },
    lastHash: row.last_hash.toString('hex'),
    updatedAt: row.updated_at.toISOString(),
  };
}
