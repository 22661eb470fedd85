/** Keeps personal data and secrets out of what is logged, whatever a line is given. */
import { PERSONAL_FIELDS } from '../events/personal.js';

/** What stands in a log where something was left out. */
export const LEFT_OUT = '[left out]';

/** Credentials, by the names of headers, variables and settings. */
const SECRET = /authorization|cookie|password|secret|token|signature|api-?key|database_?url/i;
/** Deeper than anything that we log; what lies below is left out as a whole. */
const DEEPEST = 8;

/** The fields of a line without what is personal or secret. */
export function discreet(fields: Record<string, unknown>): Record<string, unknown> {
  // The name beside the text is that of a process or a service.
  const { name, ...rest } = fields;
  return { ...(name !== undefined && { name: within(name, 1) }), ...(within(rest, 0) as Record<string, unknown>) };
}

function within(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth > DEEPEST) return LEFT_OUT;
  if (value instanceof Error) return told(value, depth);
  if (Array.isArray(value)) return value.map((item) => within(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      PERSONAL_FIELDS.has(name) || SECRET.test(name) ? LEFT_OUT : within(inner, depth + 1),
    ]),
  );
}

/** Libraries put more on an error than it says: a database the row that it refused, Temporal the arguments of a failure. */
function told(error: Error, depth: number): Record<string, unknown> {
  const { code, cause, errors } = error as {
    readonly code?: unknown;
    readonly cause?: unknown;
    readonly errors?: unknown;
  };
  return {
    type: error.constructor.name,
    message: error.message,
    stack: error.stack,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause !== undefined && { cause: within(cause, depth + 1) }),
    ...(Array.isArray(errors) && { errors: within(errors, depth + 1) }),
  };
}
