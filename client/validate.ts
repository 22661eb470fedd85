/** Validation at the sender's side, before anything leaves: each fault names its field, its value and the remedy. */
import type { z } from 'zod';
import { InvalidMessage } from './errors.js';

/** One fault of a message. */
export interface FieldIssue {
  /** Path of the field: `property.postalCode`, `findings[0].damage.minor`; `(whole)` for the message itself. */
  readonly field: string;
  /** What stood there; absent where nothing did, where it is not a short scalar, or where it may be personal. */
  readonly value?: string | number | boolean;
  readonly remedy: string;
}

/** Fields that a careless sender fills with personal data; their values are never repeated in an error. */
const MAY_BE_PERSONAL = /^(claimant|note|name|address|email|phone|postalCode|policyNumber|onBehalfOf|id)$/i;

/** Longest value that an error repeats. */
const VALUE_LIMIT = 64;

/**
 * Returns `value` typed, without change.
 * @throws InvalidMessage with every fault found.
 */
export function validated<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidMessage(what, issuesOf(result.error, value));
}

/** A zod error as faults that a sender can act on. `input` is the value that was parsed. */
export function issuesOf(error: z.ZodError, input: unknown): FieldIssue[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      // The value of a field that nobody declared may be anything: it is never repeated.
      return issue.keys.map((key) => ({
        field: say([...issue.path, key]),
        remedy: 'leave it out: the field is not known',
      }));
    }
    const value = at(input, issue.path);
    return [{ field: say(issue.path), ...shown(issue.path, value), remedy: remedyOf(issue, value) }];
  });
}

function remedyOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing: give it';
  switch (issue.code) {
    case 'invalid_value':
      return `use one of ${issue.values.map(String).sort().join(', ')}`;
    case 'invalid_type':
      return `use ${article(issue.expected)}`;
    case 'too_small':
      return `use at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `use at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'invalid_format':
      return issue.message.startsWith('Invalid')
        ? `use the format ${issue.pattern ?? issue.format}`
        : `use ${issue.message}`;
    case 'invalid_union':
      return 'use one of the declared kinds';
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' items' : '';
}

function article(expected: string): string {
  const noun = expected === 'int' ? 'integer' : expected;
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function shown(path: readonly PropertyKey[], value: unknown): { value?: string | number | boolean } {
  if (path.some((step) => MAY_BE_PERSONAL.test(String(step)))) return {};
  if (typeof value === 'number' || typeof value === 'boolean') return { value };
  return typeof value === 'string' && value.length <= VALUE_LIMIT ? { value } : {};
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[step],
    value,
  );
}

function say(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(whole)';
  return path
    .map((step) => (typeof step === 'string' && /^[\w-]+$/.test(step) ? `.${step}` : `[${quoted(step)}]`))
    .join('')
    .replace(/^\./, '');
}

const quoted = (step: PropertyKey): string => (typeof step === 'number' ? String(step) : JSON.stringify(String(step)));
