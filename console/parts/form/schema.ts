/** The part of JSON Schema in which the gateway describes the data of a message, and what a form makes of it. */
import type { JsonSchema } from '../../../client/lifecycle-views.js';

/** A schema as forms read it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What a schema asks for. */
export type Kind =
  | { readonly is: 'choice'; readonly options: readonly (string | number)[] }
  | { readonly is: 'variants'; readonly variants: readonly Schema[]; readonly by: string | undefined }
  | { readonly is: 'object' | 'money' | 'list' | 'text' | 'instant' | 'date' | 'number' | 'flag' | 'fixed' | 'other' };

/** A schema as it came from the gateway. */
export const asSchema = (schema: JsonSchema): Schema => schema;

/** What to ask for. */
export function kindOf(schema: Schema): Kind {
  if (schema.const !== undefined) return { is: 'fixed' };
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) {
    const constants = variants.map((variant) => variant.const);
    if (constants.every(isOption)) return { is: 'choice', options: constants };
    return { is: 'variants', variants, by: discriminator(variants) };
  }
  if (schema.enum) return { is: 'choice', options: schema.enum.filter(isOption) };
  if (schema.type === 'object') return { is: isMoney(schema) ? 'money' : 'object' };
  if (schema.type === 'array') return { is: 'list' };
  if (schema.type === 'integer' || schema.type === 'number') return { is: 'number' };
  if (schema.type === 'boolean') return { is: 'flag' };
  if (schema.type !== 'string') return { is: 'other' };
  if (schema.format === 'date-time') return { is: 'instant' };
  return { is: schema.format === 'date' ? 'date' : 'text' };
}

/** The value that a form begins with; undefined: it is to be entered. */
export function initialOf(schema: Schema): unknown {
  const kind = kindOf(schema);
  if (kind.is === 'fixed') return schema.const;
  if (kind.is === 'variants') return kind.variants[0] && initialOf(kind.variants[0]);
  if (kind.is === 'list') return [];
  if (kind.is === 'flag') return false;
  if (kind.is !== 'object') return undefined;
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([name]) => schema.required?.includes(name) === true)
      .map(([name, property]) => [name, initialOf(property)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** The schema without the alternative of nothing: what may be nothing is left empty. */
export function withoutNothing(schema: Schema): Schema {
  const { anyOf, ...rest } = schema;
  const [only, ...others] = anyOf?.filter(({ type }) => type !== 'null') ?? [];
  return only && others.length === 0 ? { ...only, ...rest } : schema;
}

/** The schema without the fields that are settled already; of variants, those that agree with what is settled. */
export function without(schema: Schema, settled: Readonly<Record<string, unknown>>): Schema {
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) {
    const left = variants.filter((variant) => agrees(variant, settled)).map((variant) => without(variant, settled));
    const [only] = left;
    if (left.length === 1 && only) return only;
    const { oneOf: _, ...rest } = schema;
    return { ...rest, anyOf: left };
  }
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => !(name in settled));
  return { ...schema, properties: Object.fromEntries(properties) };
}

function agrees({ properties = {} }: Schema, settled: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(settled).every(([name, value]) => {
    const constant = properties[name]?.const;
    return constant === undefined || constant === value;
  });
}

/** The property that tells variants apart. */
function discriminator(variants: readonly Schema[]): string | undefined {
  const names = Object.keys(variants[0]?.properties ?? {});
  return names.find((name) => variants.every(({ properties }) => properties?.[name]?.const !== undefined));
}

/** What can be chosen from a list. */
export const isOption = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const isMoney = ({ properties = {} }: Schema): boolean => Object.keys(properties).sort().join() === 'currency,minor';
