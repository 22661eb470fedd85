/** Which failures say nothing about what was asked. */

/** SQLSTATE classes that say "not now": connection, deadlock, resources, operator intervention, system. */
const TRANSIENT_CLASSES = ['08', '40', '53', '57', '58'];

/** Whether PostgreSQL was away, gone in the middle, or too busy. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string') return TRANSIENT_CLASSES.includes(code.slice(0, 2)) || /^E[A-Z]+$/.test(code);
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  return /connection (terminated|timeout|error)|timeout exceeded|query read timeout|not queryable/i.test(error.message);
}
