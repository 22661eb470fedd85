/**
 * The tables of schema `throughline` as Kysely sees them. Column meanings stand beside their definition in `migrations/`; instants
 * come back as `Date`, jsonb as parsed values, bytea as `Buffer`.
 */
import type { ColumnType, Generated, Selectable } from 'kysely';
import type {
  Actor,
  Clock,
  EntityState,
  Entry,
  Expectation,
  MessageOutcome,
  PartState,
  Proposal,
  Reason,
} from '../workflows/lifecycle/entry.js';

/** The schema that holds every table of the records. */
export const RECORDS_SCHEMA = 'throughline';

/** An instant: `Date` when read, ISO-8601 text or `Date` when written. */
type Timestamp = ColumnType<Date, Date | string, Date | string>;
type NullableTimestamp = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
/** jsonb: a parsed value when read, JSON text when written. */
type Json<T> = ColumnType<T, string, string>;
/** Filled by the database from other columns. */
type Derived<T> = ColumnType<T, never, never>;

export interface JournalTable {
  lifecycle: string;
  entity_id: string;
  sequence: number;
  stage: number;
  first_run_id: string;
  run_id: string;
  recorded_at: Timestamp;
  correlation_id: string;
  entry: Json<Entry>;
  kernel_version: number;
  lifecycle_version: number;
  content_hash: Buffer;
  prev_hash: Buffer;
  hash: Buffer;
  written_at: Generated<Date>;
  kind: Derived<Entry['kind']>;
  from_state: Derived<string | null>;
  to_state: Derived<string | null>;
  causation_id: Derived<string>;
  actor: Derived<Actor>;
  message_name: Derived<string | null>;
  message_id: Derived<string | null>;
  message_outcome: Derived<MessageOutcome | null>;
}

export interface EntityTable {
  lifecycle: string;
  entity_id: string;
  state: string;
  since: Timestamp;
  sequence: number;
  entered_by: number;
  started_at: Timestamp;
  visits: Json<EntityState['visits']>;
  parts: Json<Record<string, PartState>>;
  clocks: Json<Record<string, Clock>>;
  expectations: Json<Record<string, Expectation>>;
  holds: Json<EntityState['holds']>;
  deferrals: Json<EntityState['deferrals']>;
  reviews: Json<EntityState['reviews']>;
  decisions: Json<EntityState['decisions']>;
  compensations: Json<NonNullable<EntityState['compensations']>> | null;
  facts: Json<Record<string, unknown>>;
  profile: string | null;
  reason: Json<Reason> | null;
  attention: string | null;
  outcome: string | null;
  deadline_at: NullableTimestamp;
  deadline_leads_to: string | null;
  closed: boolean;
  stage: number;
  first_run_id: string;
  run_id: string;
  correlation_id: string;
  content_hash: string;
  kernel_version: number;
  lifecycle_version: number;
  last_hash: Buffer;
  retention_class: Generated<string>;
  retain_until: NullableTimestamp;
  legal_hold: Generated<boolean>;
  authority: Generated<'own' | 'mirrored'>;
  catastrophe: Derived<string | null>;
  loss_on: Derived<string | null>;
  zip: Derived<string | null>;
  adjuster: Derived<string | null>;
  inspected: Derived<boolean>;
  amounts: Derived<unknown>;
  /** Absent where only some may see it. */
  reason_code: Derived<string | null>;
  currency: Derived<string | null>;
  /** In minor units; bigint comes back as text. */
  reserved: Derived<string | null>;
  approved: Derived<string | null>;
  paid: Derived<string | null>;
  unpaid: Derived<string | null>;
  updated_at: Generated<Date>;
}

export interface StrayMessageTable {
  id: Generated<string>;
  lifecycle: string | null;
  entity_id: string | null;
  message_name: string | null;
  message_id: string;
  source: string;
  reason: string;
  digest: string;
  data: Json<unknown> | null;
  received_at: Timestamp;
  written_at: Generated<Date>;
}

export interface OutboxTable {
  position: Generated<string>;
  id: string;
  type: string;
  source: string;
  subject: string;
  time: Timestamp;
  correlationid: string;
  causationid: string;
  sequence: number;
  data: Json<unknown>;
  published_at: NullableTimestamp;
  key: Derived<string>;
  partition: Derived<number>;
  written_at: Generated<Date>;
  failures: Generated<number>;
  due_at: NullableTimestamp;
  parked_at: NullableTimestamp;
  reason: string | null;
  traceparent: string | null;
}

export interface ReviewTaskTable {
  task_id: string;
  lifecycle: string;
  entity_id: string;
  queue: string;
  reason: string;
  priority: number;
  opened_at: Timestamp;
  due_at: NullableTimestamp;
  assignee: string | null;
  level: number;
  escalates_at: NullableTimestamp;
  parked_until: NullableTimestamp;
  of_state: boolean;
  about: number | null;
  proposal: Json<Proposal> | null;
  contributors: Json<string[]>;
  resolved_at: NullableTimestamp;
  resolved_by: Json<Actor> | null;
  decision: string | null;
  updated_at: Generated<Date>;
}

/** Something that one team asks another beside a task. */
export interface ReviewQuestionTable {
  question_id: Generated<string>;
  task_id: string;
  lifecycle: string;
  entity_id: string;
  queue: string;
  /** References into `subject`. */
  question: string;
  asked_by: string;
  asked_at: Generated<Date>;
  due_at: NullableTimestamp;
  answer: string | null;
  answered_by: string | null;
  answered_at: NullableTimestamp;
  withdrawn_by: string | null;
  withdrawn_at: NullableTimestamp;
}

/** Somebody stands in for somebody who is away. */
export interface DelegationTable {
  delegation_id: Generated<string>;
  person: string;
  delegate: string;
  since: Timestamp;
  until: Timestamp;
  granted_by: string;
  granted_at: Generated<Date>;
  ended_by: string | null;
  ended_at: NullableTimestamp;
}

/**
 * `open`: a person has to look. `healing`: the entity was told what it had missed. `healed`: and after that both sides agreed. `gone`:
 * they agreed by themselves. `resolved`: a person has decided.
 */
export type FindingState = 'open' | 'healing' | 'healed' | 'gone' | 'resolved';

export interface FindingTable {
  id: Generated<string>;
  kind: string;
  lifecycle: string;
  entity_id: string;
  key: string;
  evidence: Json<unknown>;
  found_at: Generated<Date>;
  resolved_at: NullableTimestamp;
  pair: string | null;
  state: ColumnType<FindingState, FindingState | undefined, FindingState>;
  queue: Generated<string>;
  due_at: Generated<Date>;
  since: Generated<Date>;
  seen_at: Generated<Date>;
  told_at: NullableTimestamp;
  told_times: Generated<number>;
  retell_at: NullableTimestamp;
  occurrence: Generated<number>;
  resolved_by: Json<Actor> | null;
  resolution: Json<Reason> | null;
  updated_at: Generated<Date>;
}

export interface OperationTable {
  signature: string;
  digest: string;
  answer: Json<unknown>;
  recorded_at: Generated<Date>;
}

export interface OperationLeaseTable {
  signature: string;
  holder: string;
  expires_at: Date;
}

export interface AuditTable {
  id: Generated<string>;
  at: Generated<Date>;
  actor: string | null;
  roles: string[];
  action: 'write' | 'view' | 'search' | 'export';
  method: string;
  route: string;
  lifecycle: string | null;
  entity_id: string | null;
  target: string | null;
  decision: 'allowed' | 'refused';
  problem: string | null;
  status: number;
  filter: Json<Readonly<Record<string, unknown>>> | null;
  rows: number | null;
  request_id: string;
  correlation_id: string | null;
}

export interface DefinitionTable {
  lifecycle: string;
  version: number;
  definition: Json<unknown>;
  first_seen: Generated<Date>;
}

export interface SubjectTable {
  ref: string;
  digest: string;
  salt: Buffer | null;
  data: Json<unknown> | null;
  created_at: Generated<Date>;
  erased_at: NullableTimestamp;
}

/** The failure of a call, without anything of its content. */
export interface DependencyFailure {
  /** Name of the error, e.g. `ServiceUnavailable`. */
  readonly type: string;
  readonly message: string;
}

export interface DependencyTable {
  name: string;
  status: 'up' | 'paused' | 'failing';
  reason: string;
  note: string | null;
  actor: Json<Actor>;
  since: Timestamp;
  last_failure: Json<DependencyFailure> | null;
  updated_at: Generated<Date>;
}

export interface DependencyEventTable {
  id: Generated<string>;
  name: string;
  status: 'up' | 'paused' | 'failing';
  reason: string;
  note: string | null;
  actor: Json<Actor>;
  at: Timestamp;
  last_failure: Json<DependencyFailure> | null;
}

export interface CatastropheTable {
  code: string;
  name: string;
  /** A calendar date, which node-postgres would read as an instant: select it as text. */
  loss_from: ColumnType<never, string, never>;
  loss_to: ColumnType<never, string, never>;
  states: string[];
  zips: string[];
  bulletin: string;
  rate: number | null;
  free_at: Generated<Date>;
  declared_by: Json<Actor>;
  declared_at: Generated<Date>;
  closed_by: Json<Actor> | null;
  closed_at: NullableTimestamp;
}

export interface AdmissionTable {
  position: Generated<string>;
  lifecycle: string;
  entity_id: string;
  catastrophe: string;
  content_hash: string;
  submission: Json<unknown> | null;
  received_at: Generated<Date>;
  admitted_at: NullableTimestamp;
  run_id: string | null;
  refused: string | null;
}

/** All tables by name. */
export interface Database {
  journal: JournalTable;
  entity: EntityTable;
  stray_message: StrayMessageTable;
  outbox: OutboxTable;
  review_task: ReviewTaskTable;
  review_question: ReviewQuestionTable;
  delegation: DelegationTable;
  finding: FindingTable;
  operation: OperationTable;
  operation_lease: OperationLeaseTable;
  definition: DefinitionTable;
  subject: SubjectTable;
  dependency: DependencyTable;
  dependency_event: DependencyEventTable;
  catastrophe: CatastropheTable;
  admission: AdmissionTable;
  audit: AuditTable;
}

/** One row of `journal` as read. */
export type JournalRow = Selectable<JournalTable>;
/** One row of `entity` as read. */
export type EntityRow = Selectable<EntityTable>;
