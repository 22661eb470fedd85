/** The API as an OpenAPI 3.1 document, from what its routes say of themselves and the schemas that check their requests. */
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { version } from '../../client/version.js';
import type { Route } from '../access/described.js';
import { scopeOf } from '../access/scope.js';
import type { ServedLifecycle } from '../lifecycles.js';
import { problem } from '../answers/problem.js';
import { contents } from './contents.js';
import { requestOf } from './request.js';

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** Whom a route is for, beside its roles. */
const SCOPES = {
  entity: 'for the lifecycle in its path',
  some: 'for any lifecycle: the answer holds what the asker may see',
  fleet: 'for every lifecycle',
} as const;

const DESCRIPTION = `What is happening to this claim, order, ticket or application right now, why, since when, and what happens next.

Send \`Authorization: Bearer <token>\`; where the gateway's own development issuer signs people in, \`throughline token --role viewer\` gives
one. Every refusal is a problem document (RFC 9457) that says what is wrong and what to do about it. A write may carry an
\`Idempotency-Key\`: the same request under the same key gets the first answer again.`;

/** @param routes all of them @param lifecycles whose notices and messages the document shows */
export function openApiDocument(
  routes: readonly Route[],
  lifecycles: readonly ServedLifecycle[],
): Record<string, unknown> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[route.method.toLowerCase()] = operationOf(route, lifecycles);
  }
  return createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Throughline',
      version,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Problem: problem, ...contents(lifecycles) },
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    security: [{ token: [] }],
  }) as unknown as Record<string, unknown>;
}

function operationOf(route: Route, lifecycles: readonly ServedLifecycle[]): ZodOpenApiOperationObject {
  const { spec, method, path, controller, handler } = route;
  const open = spec.may === 'anyone';
  const scope = scopeOf(spec, method, path);
  const who = open ? 'For anyone.' : `Takes the role ${spec.may.join(' or ')}, ${SCOPES[scope]}.`;
  const operationId = `${controller.name.replace(/Controller$/, '').replace(/^./, (first) => first.toLowerCase())}.${handler}`;
  return {
    operationId,
    summary: spec.summary,
    description: [spec.description, who].filter(Boolean).join('\n\n'),
    tags: [spec.tag ?? path.split('/')[2] ?? 'gateway'],
    ...requestOf(route, lifecycles),
    responses: { ...answersOf(route), default: problems },
    ...(open && { security: [] }),
    ...(!open && { 'x-roles': [...spec.may], 'x-scope': scope }),
  };
}

const problems = {
  description: 'Refused, or failed: what is wrong, and what to do about it',
  content: { [PROBLEM_TYPE]: { schema: problem } },
};

function answersOf({ spec }: Route): ZodOpenApiResponsesObject {
  return Object.fromEntries(
    Object.entries(spec.answers).map(([status, answer]) => [
      status as '200',
      typeof answer === 'string'
        ? { description: answer }
        : { description: answer.description ?? DONE[status] ?? 'Done', content: { [JSON_TYPE]: { schema: answer } } },
    ]),
  );
}

const DONE: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Taken: it is on record, and what it leads to comes later',
};
