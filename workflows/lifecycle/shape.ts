/**
 * A small, dependency-free validator for message data inside the workflow. The shapes are generated from the zod schemas in
 * `events/` (see `events/generate.ts`), as the subset of JSON Schema below; zod itself stays out of the workflow bundle.
 */

/** The subset of JSON Schema that messages need. */
export interface Shape {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
  readonly enum?: readonly (string | number)[];
  readonly const?: string | number | boolean;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Shape;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly anyOf?: readonly Shape[];
}

/**
 * What is wrong with `value`, as sentences that name the field but never its content (which may be personal); empty when it
 * fits. `path` names the value itself.
 */
export function misfits(shape: Shape, value: unknown, path = 'data'): string[] {
  if (shape.anyOf) return misfitsOfUnion(shape.anyOf, value, path);
  if (shape.const !== undefined && value !== shape.const) return [`${path} must be ${JSON.stringify(shape.const)}`];
  if (shape.enum && !shape.enum.includes(value as string | number)) {
    return [`${path} must be one of ${shape.enum.join(', ')}`];
  }
  switch (shape.type) {
    case 'object':
      return misfitsOfObject(shape, value, path);
    case 'array':
      return misfitsOfArray(shape, value, path);
    case 'string':
      return misfitsOfString(shape, value, path);
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${path} must be true or false`];
    case 'integer':
    case 'number':
      return misfitsOfNumber(shape, value, path);
    default:
      return [];
  }
}

/** The branch whose constants fit explains the misfit; without one, all branches are at fault. */
function misfitsOfUnion(branches: readonly Shape[], value: unknown, path: string): string[] {
  const tried = branches.map((branch) => ({ branch, faults: misfits(branch, value, path) }));
  if (tried.some(({ faults }) => faults.length === 0)) return [];
  const meant = tried.find(({ branch }) => discriminatorsFit(branch, value));
  if (meant) return meant.faults;
  const tags = branches.flatMap((branch) =>
    Object.entries(branch.properties ?? {}).flatMap(([name, shape]) =>
      shape.const === undefined ? [] : [`${name}: ${JSON.stringify(shape.const)}`],
    ),
  );
  return [`${path} must be one of the known kinds${tags.length > 0 ? ` (${tags.join(', ')})` : ''}`];
}

function discriminatorsFit(branch: Shape, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const constants = Object.entries(branch.properties ?? {}).filter(([, shape]) => shape.const !== undefined);
  return (
    constants.length > 0 && constants.every(([name, shape]) => (value as Record<string, unknown>)[name] === shape.const)
  );
}

function misfitsOfObject(shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} must be an object`];
  const object = value as Record<string, unknown>;
  const faults: string[] = [];
  for (const name of shape.required ?? []) {
    if (!Object.hasOwn(object, name) || object[name] === undefined) faults.push(`${path}.${name} is missing`);
  }
  for (const [name, member] of Object.entries(object)) {
    const expected = shape.properties && Object.hasOwn(shape.properties, name) ? shape.properties[name] : undefined;
    if (expected) {
      if (member !== undefined) faults.push(...misfits(expected, member, `${path}.${name}`));
    } else if (shape.additionalProperties === false) {
      faults.push(`${path}.${name} is not known`);
    }
  }
  return faults;
}

function misfitsOfArray(shape: Shape, value: unknown, path: string): string[] {
  if (!Array.isArray(value)) return [`${path} must be a list`];
  if (shape.minItems !== undefined && value.length < shape.minItems) {
    return [`${path} must have at least ${shape.minItems} items`];
  }
  if (shape.maxItems !== undefined && value.length > shape.maxItems) {
    return [`${path} must have at most ${shape.maxItems} items`];
  }
  const { items } = shape;
  return items ? value.flatMap((item, i) => misfits(items, item, `${path}[${i}]`)) : [];
}

function misfitsOfString(shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'string') return [`${path} must be a string`];
  if (shape.minLength !== undefined && value.length < shape.minLength) {
    return [`${path} must have at least ${shape.minLength} characters`];
  }
  if (shape.maxLength !== undefined && value.length > shape.maxLength) {
    return [`${path} must have at most ${shape.maxLength} characters`];
  }
  if (shape.pattern !== undefined && !new RegExp(shape.pattern, 'u').test(value)) {
    return [`${path} must match ${shape.pattern}`];
  }
  return [];
}

function misfitsOfNumber(shape: Shape, value: unknown, path: string): string[] {
  if (typeof value !== 'number' || !Number.isFinite(value)) return [`${path} must be a number`];
  if (shape.type === 'integer' && !Number.isSafeInteger(value)) return [`${path} must be an integer`];
  if (shape.minimum !== undefined && value < shape.minimum) return [`${path} must be at least ${shape.minimum}`];
  if (shape.maximum !== undefined && value > shape.maximum) return [`${path} must be at most ${shape.maximum}`];
  return [];
}
