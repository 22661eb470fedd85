/** What reconciliation compares, and how it is asked to: names and shapes that workers, client and command line share. */
import type { Instant } from '../lifecycle/entry.js';

export const RECONCILIATION_TASK_QUEUE = 'throughline-reconciliation';

/** The two sides that a run compares: the records, and what somebody else says. */
export const PAIRS = [
  'claims-payments',
  'orders-payments',
  'orders-inventory',
  'orders-shipping',
  'tickets-followUps',
  'records-temporal',
] as const;

export type Pair = (typeof PAIRS)[number];

/** Workflow type of a run, and of what the schedule of a pair starts. */
export const RECONCILE = 'reconcile';
export const RECONCILE_ON_SCHEDULE = 'reconcileOnSchedule';

/** Query of a run: its {@link Counts} up to now. */
export const PROGRESS = 'progress';

/** Id of the schedule of a pair. */
export const scheduleId = (pair: Pair): string => `reconcile/${pair}`;

/** Workflow id of a run: of one pair there is at most one at a time. A dry run changes nothing, and may go on beside one that does. */
export const runWorkflowId = (pair: Pair, dryRun: boolean): string => `reconcile/${pair}/${dryRun ? 'dry-run' : 'run'}`;

/** What a run is to do. */
export interface RunRequest {
  readonly pair: Pair;
  /** Nothing is put on record, and no entity told. Default: false. */
  readonly dryRun?: boolean;
  /** How long two sides may disagree before it is a finding, in milliseconds, instead of what the workers are set to. */
  readonly graceMs?: number;
}

/** What a run has seen up to now. */
export interface Counts {
  /** Entities, and what only the other side has an entity for. */
  readonly checked: number;
  /** Disagreements older than the grace period, known from earlier runs or not. */
  readonly found: number;
  /** Entities that were told what they had missed. */
  readonly told: number;
  /** The found ones by kind. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** What a run came to. */
export interface RunResult extends Counts {
  readonly pair: Pair;
  readonly dryRun: boolean;
  readonly startedAt: Instant;
  /** Findings that are true no more since the run began, because their entities were told. */
  readonly healed: number;
  /** Findings of the pair that have not ended when the run has, from whatever run. */
  readonly open: number;
}

export const NOTHING: Counts = { checked: 0, found: 0, told: 0, kinds: {} };

/** Two counts together. */
export function together(a: Counts, b: Counts): Counts {
  const kinds = { ...a.kinds };
  for (const [kind, count] of Object.entries(b.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count;
  return { checked: a.checked + b.checked, found: a.found + b.found, told: a.told + b.told, kinds };
}
