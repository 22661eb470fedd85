/** Which entities a list finds, as conditions that index `entity_list` answers by itself. */
import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';

/** Entities of a lifecycle: those in these states, or all. */
export interface Within {
  readonly lifecycle: string;
  readonly states?: readonly string[];
}

/** What to find; absent fields do not restrict. */
export interface EntityFilter {
  /** Entities of any of these; none: nothing is found. */
  readonly within?: readonly Within[];
  readonly closed?: boolean;
  /** In their state since before this instant. */
  readonly enteredBefore?: Instant;
  /** In their state since this instant or later. */
  readonly enteredSince?: Instant;
  /** Open entities whose earliest clock is due before this instant. */
  readonly dueBefore?: Instant;
  /** Something was recorded of them at this instant or later, by the database's clock. */
  readonly updatedSince?: Instant;
  /** See {@link LATE}. */
  readonly late?: true;
  /** A code, or `true` for any. */
  readonly attention?: string | true;
  readonly catastrophe?: string;
  /** Code of the last transition's reason; those that only some may see are not found. */
  readonly reason?: string;
  /** What makes them wait: `dependency:payments`, `hold:legal`, the name of a check. */
  readonly deferredBy?: string;
  /** The key's beginning, as it is given or in capitals. */
  readonly idPrefix?: string;
  /** Part of the business key, in any case. */
  readonly idContains?: string;
}

/** A part of a WHERE. */
export type Condition = RawBuilder<boolean>;

/**
 * Open, and a deadline has passed: the next one, or the one that brought it to a person, who has not decided since. What a passed deadline
 * leads to bears its name: `deadlineElapsed`, or that of a clock before `Elapsed`.
 */
export const LATE: Condition = sql<boolean>`(NOT closed AND (deadline_at < now() OR attention LIKE '%Elapsed'))`;

/** What narrows the entities of a lifecycle or state down further, beside `closed` and the time of entering. */
export function narrowing(filter: EntityFilter): Condition[] {
  const { late, attention, catastrophe, reason, dueBefore, updatedSince, deferredBy, idPrefix, idContains } = filter;
  return [
    ...(dueBefore === undefined ? [] : [sql<boolean>`NOT closed AND deadline_at < ${dueBefore}::timestamptz`]),
    ...(updatedSince === undefined ? [] : [sql<boolean>`updated_at >= ${updatedSince}::timestamptz`]),
    ...(late === true ? [LATE] : []),
    ...(attention === true ? [sql<boolean>`attention IS NOT NULL`] : []),
    ...(typeof attention === 'string' ? [sql<boolean>`attention = ${attention}`] : []),
    ...(catastrophe === undefined ? [] : [sql<boolean>`catastrophe = ${catastrophe}`]),
    ...(reason === undefined ? [] : [sql<boolean>`reason_code = ${reason}`]),
    // The partial index holds the few rows where anything is deferred at all.
    ...(deferredBy === undefined ? [] : [sql<boolean>`deferrals <> '{}' AND deferrals ? ${deferredBy}`]),
    ...(idPrefix === undefined ? [] : [beginning(idPrefix)]),
    ...(idContains === undefined ? [] : [sql<boolean>`entity_id ILIKE ${`%${literally(idContains)}%`}`]),
  ];
}

/** Conditions that an index walk in the order of entering takes in its stride. */
export function walkable({ closed, enteredBefore, enteredSince }: EntityFilter): Condition[] {
  return [
    ...(closed === undefined ? [] : [sql<boolean>`closed = ${closed}`]),
    ...(enteredBefore === undefined ? [] : [sql<boolean>`since < ${enteredBefore}::timestamptz`]),
    ...(enteredSince === undefined ? [] : [sql<boolean>`since >= ${enteredSince}::timestamptz`]),
  ];
}

/** All of a filter's conditions as one. */
export function conditionOf(filter: EntityFilter): Condition {
  const { within } = filter;
  return allOf([...(within ? [withinOf(within)] : []), ...walkable(filter), ...narrowing(filter)]);
}

/** All of the conditions; true where there is none. */
export const allOf = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` AND `)}`;

function withinOf(within: readonly Within[]): Condition {
  const whole = within.filter(({ states }) => !states).map(({ lifecycle }) => lifecycle);
  const some = within.flatMap(({ lifecycle, states }) =>
    states ? [sql`(lifecycle = ${lifecycle} AND state = any(${[...states]}::text[]))`] : [],
  );
  const either = [...(whole.length > 0 ? [sql`lifecycle = any(${whole}::text[])`] : []), ...some];
  return either.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(either, sql` OR `)})`;
}

/** Both are ranges of the primary key. */
function beginning(prefix: string): Condition {
  const patterns = [...new Set([prefix, prefix.toUpperCase()])].map(
    (text) => sql`entity_id LIKE ${`${literally(text)}%`}`,
  );
  return sql<boolean>`(${sql.join(patterns, sql` OR `)})`;
}

/** A text as a pattern that finds nothing but it. */
const literally = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
