/** What a route takes: the very schemas that its parameters are checked by. */
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import type { Route } from '../access/described.js';
import { idempotencyKey } from '../idempotency.js';
import type { ServedLifecycle } from '../lifecycles.js';
import { Valid } from '../valid.pipe.js';
import { contents } from './contents.js';

/** One parameter of a handler, as NestJS keeps it. */
interface Argument {
  /** Name of the parameter, where the decorator names one. */
  readonly data?: unknown;
  readonly pipes?: readonly unknown[];
}

/** The request's part of an operation. */
export function requestOf(
  { spec, method, path, controller, handler }: Route,
  lifecycles: readonly ServedLifecycle[],
): Pick<ZodOpenApiOperationObject, 'requestParams' | 'requestBody'> {
  const schemaOf = (kind: RouteParamtypes, name?: string) => checkedBy(argumentsOf(controller, handler), kind, name);
  const parameters = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const pathSchema = z.object(
    Object.fromEntries(
      parameters.map((name) => [name, schemaOf(RouteParamtypes.PARAM, name) ?? plain(name, lifecycles)]),
    ),
  );
  const query = spec.query ?? schemaOf(RouteParamtypes.QUERY);
  const body = spec.body ?? schemaOf(RouteParamtypes.BODY);
  const writes = method !== 'GET' && spec.may !== 'anyone';
  return {
    requestParams: {
      ...(parameters.length > 0 && { path: (spec.params as z.ZodObject | undefined) ?? pathSchema }),
      ...(query && { query: query as z.ZodObject }),
      ...(writes && { header: z.object({ 'idempotency-key': idempotencyKey }) }),
    },
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: withContents(path, body, lifecycles) } },
      },
    }),
  };
}

/** What is checked at the door is the frame; what it holds is checked by the lifecycle's own schemas. */
function withContents(path: string, body: z.ZodType, lifecycles: readonly ServedLifecycle[]): z.ZodType {
  if (!(body instanceof z.ZodObject) || !path.startsWith('/api/entities/:lifecycle')) return body;
  const notices = path === '/api/entities/:lifecycle';
  const schemas = Object.entries(contents(lifecycles)).filter(([name]) => name.endsWith('.notice') === notices);
  const data = z.union(schemas.map(([, schema]) => schema) as [z.ZodType, z.ZodType, ...z.ZodType[]]);
  return 'data' in body.shape ? body.safeExtend({ data }) : body;
}

const plain = (name: string, lifecycles: readonly ServedLifecycle[]): z.ZodType =>
  name === 'lifecycle'
    ? z.enum(lifecycles.map(({ table }) => table.name) as [string, ...string[]])
    : z.string().min(1).max(256);

function argumentsOf(controller: object, handler: string): ReadonlyMap<string, Argument> {
  const found = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) ?? {}) as Record<string, Argument>;
  return new Map(Object.entries(found));
}

function checkedBy(found: ReadonlyMap<string, Argument>, kind: RouteParamtypes, name?: string): z.ZodType | undefined {
  for (const [key, { data, pipes = [] }] of found) {
    // Keys are `<kind>:<index>`.
    if (key.split(':')[0] !== String(kind) || (name !== undefined && data !== name)) continue;
    const pipe = pipes.find((candidate) => candidate instanceof Valid);
    if (pipe) return pipe.schema;
  }
  return undefined;
}
