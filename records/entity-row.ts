/** An entity's state as columns of `entity`, and back. */
import type { Clock, EntityRef, EntityState, Instant } from '../workflows/lifecycle/entry.js';
import type { EntityRow } from './schema.js';

/** The columns that hold the fold of the journal and what follows from it. JSON-safe; instants as text. */
export interface FoldedColumns {
  readonly state: string;
  readonly since: Instant;
  readonly sequence: number;
  readonly entered_by: number;
  readonly started_at: Instant;
  readonly visits: EntityState['visits'];
  readonly parts: EntityState['parts'];
  readonly clocks: EntityState['clocks'];
  readonly expectations: EntityState['expectations'];
  readonly holds: EntityState['holds'];
  readonly deferrals: EntityState['deferrals'];
  readonly reviews: EntityState['reviews'];
  readonly decisions: EntityState['decisions'];
  readonly compensations: EntityState['compensations'] | null;
  readonly facts: EntityState['facts'];
  readonly profile: string | null;
  readonly reason: EntityState['reason'] | null;
  readonly attention: string | null;
  readonly outcome: string | null;
  readonly deadline_at: Instant | null;
  readonly deadline_leads_to: string | null;
  readonly closed: boolean;
}

/** The columns that say which run speaks for the entity. */
export interface RunColumns {
  readonly lifecycle: string;
  readonly entity_id: string;
  readonly stage: number;
  readonly first_run_id: string;
  readonly run_id: string;
  readonly correlation_id: string;
  readonly content_hash: string;
  readonly kernel_version: number;
  readonly lifecycle_version: number;
}

/** Every column that a write sets, with its SQL type. */
export const WRITTEN_COLUMNS = {
  lifecycle: 'text',
  entity_id: 'text',
  state: 'text',
  since: 'timestamptz',
  sequence: 'integer',
  entered_by: 'integer',
  started_at: 'timestamptz',
  visits: 'jsonb',
  parts: 'jsonb',
  clocks: 'jsonb',
  expectations: 'jsonb',
  holds: 'jsonb',
  deferrals: 'jsonb',
  reviews: 'jsonb',
  decisions: 'jsonb',
  compensations: 'jsonb',
  facts: 'jsonb',
  profile: 'text',
  reason: 'jsonb',
  attention: 'text',
  outcome: 'text',
  deadline_at: 'timestamptz',
  deadline_leads_to: 'text',
  closed: 'boolean',
  stage: 'integer',
  first_run_id: 'text',
  run_id: 'text',
  correlation_id: 'text',
  content_hash: 'text',
  kernel_version: 'integer',
  lifecycle_version: 'integer',
  last_hash: 'bytea',
} as const satisfies Record<keyof FoldedColumns | keyof RunColumns | 'last_hash', string>;

/** The columns of a state. `closed` is the definition's to say, so the caller brings it. */
export function foldedColumns(state: EntityState, closed: boolean): FoldedColumns {
  const deadline = earliestClock(state.clocks);
  return {
    state: state.state,
    since: state.since,
    sequence: state.sequence,
    entered_by: state.enteredBy,
    started_at: state.startedAt,
    visits: state.visits,
    parts: state.parts,
    clocks: state.clocks,
    expectations: state.expectations,
    holds: state.holds,
    deferrals: state.deferrals,
    reviews: state.reviews,
    decisions: state.decisions,
    compensations: state.compensations ?? null,
    facts: state.facts,
    profile: state.profile ?? null,
    reason: state.reason ?? null,
    attention: state.attention ?? null,
    outcome: state.outcome ?? null,
    deadline_at: deadline?.dueAt ?? null,
    deadline_leads_to: deadline?.leadsTo ?? null,
    closed,
  };
}

/** The columns of a run. */
export function runColumns(entity: EntityRef, runId: string): RunColumns {
  return {
    lifecycle: entity.lifecycle,
    entity_id: entity.id,
    stage: entity.stage,
    first_run_id: entity.firstRunId,
    run_id: runId,
    correlation_id: entity.correlationId,
    content_hash: entity.contentHash,
    kernel_version: entity.kernelVersion,
    lifecycle_version: entity.lifecycleVersion,
  };
}

/** The columns that {@link stateOf} reads. */
export type StateColumns = Pick<
  EntityRow,
  Exclude<keyof FoldedColumns, 'deadline_at' | 'deadline_leads_to' | 'closed'>
>;

/** The state that a row holds. */
export function stateOf(row: StateColumns): EntityState {
  return {
    state: row.state,
    since: row.since.toISOString(),
    sequence: row.sequence,
    enteredBy: row.entered_by,
    startedAt: row.started_at.toISOString(),
    visits: row.visits,
    parts: row.parts,
    clocks: row.clocks,
    expectations: row.expectations,
    holds: row.holds,
    deferrals: row.deferrals,
    reviews: row.reviews,
    decisions: row.decisions,
    ...(row.compensations !== null && { compensations: row.compensations }),
    facts: row.facts,
    ...(row.profile !== null && { profile: row.profile }),
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.attention !== null && { attention: row.attention }),
    ...(row.outcome !== null && { outcome: row.outcome }),
  };
}

/** The clock that strikes first, of those that run and have not struck; of two at the same instant the first by name. */
function earliestClock(clocks: EntityState['clocks']): Clock | undefined {
  return Object.entries(clocks)
    .filter(([, { pausedAt, breachedAt }]) => pausedAt === undefined && breachedAt === undefined)
    .sort(([a, { dueAt: dueA }], [b, { dueAt: dueB }]) => Date.parse(dueA) - Date.parse(dueB) || (a < b ? -1 : 1))
    .map(([, clock]) => clock)[0];
}
