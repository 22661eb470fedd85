/** From zod to the small JSON Schema subset that the workflow's own validator understands. */
import { z } from 'zod';
import type { Shape } from '../workflows/lifecycle/shape.js';

/** What the validator checks. Everything else that JSON Schema says must be in {@link ANNOTATIONS}, or be refused. */
const CHECKED = [
  'type',
  'required',
  'enum',
  'const',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const satisfies readonly (keyof Shape)[];

/** Says nothing that a check could use: `format` always comes with a `pattern`. */
const ANNOTATIONS: readonly string[] = ['$schema', 'description', 'title', 'format'];

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The shape of what a schema accepts.
 * @throws TypeError where the schema says something that the workflow's validator cannot check: the two must not disagree.
 */
export function shapeOf(schema: z.ZodType): Shape {
  return reduce(jsonSchemaOf(schema), 'data');
}

/** The schema as JSON Schema (draft 2020-12) of what a sender writes, with enumerations in order. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // An object's integer-like keys come first in JavaScript, which puts "10" before "01".
      jsonSchema.enum?.sort();
    },
  });
}

function reduce(json: JsonSchema, path: string): Shape {
  const shape: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(json)) {
    if ((CHECKED as readonly string[]).includes(keyword)) {
      shape[keyword] = value;
    } else if (keyword === 'properties') {
      shape['properties'] = Object.fromEntries(
        Object.entries(value as Record<string, JsonSchema>).map(([name, member]) => [
          name,
          reduce(member, `${path}.${name}`),
        ]),
      );
    } else if (keyword === 'items') {
      shape['items'] = reduce(value as JsonSchema, `${path}[]`);
    } else if (keyword === 'anyOf' || keyword === 'oneOf') {
      shape['anyOf'] = (value as JsonSchema[]).map((branch, i) => reduce(branch, `${path}<${i}>`));
    } else if (keyword === 'additionalProperties' && value === false) {
      shape['additionalProperties'] = false;
    } else if (!ANNOTATIONS.includes(keyword)) {
      throw new TypeError(`${path} uses "${keyword}", which the workflow's validator (shape.ts) cannot check`);
    }
  }
  return shape;
}
