/** Writes the audit log: refusals and writes always, and who looked at what. */
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { recordAudit, type AuditEntry } from '../../records/audit.js';
import type { AskedRequest } from '../asker.js';
import { Routes, type Route } from '../access/described.js';
import { Records } from '../records.js';

/** Most characters of a filter that are kept. */
const FILTER_LIMIT = 2_000;

/** A request with what is to be told of it. */
export interface AuditedRequest extends AskedRequest {
  /** Name of the problem that it was answered with. */
  problem?: string;
  /** How many rows it was given. */
  rows?: number;
}

/** How many rows an answer gives, where its handler writes them by itself. */
export function noteRows(request: AskedRequest, rows: number): void {
  (request as AuditedRequest).rows = rows;
}

@Injectable()
export class Audit {
  private readonly log = new Logger('audit');
  private byRoute: ReadonlyMap<string, Route> | undefined;

  constructor(
    private readonly routes: Routes,
    private readonly records: Records,
  ) {}

  /** Before an answer leaves it is on record. Where that fails the log of the gateway has the row: what was done is done. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onSend', async (request, reply, payload) => {
      const entry = this.entryOf(request, reply);
      if (entry) {
        await this.records
          .write((db) => recordAudit(db, entry))
          .catch((err: unknown) => this.log.error({ err, entry }, 'the audit log could not be written'));
      }
      return payload;
    });
  }

  private entryOf(request: AuditedRequest, reply: FastifyReply): AuditEntry | undefined {
    const path = request.routeOptions.url;
    const route = path === undefined ? undefined : this.routeOf(request.method, path);
    if (!route) return undefined;
    const { asker, problem, rows } = request;
    const { statusCode: status } = reply;
    const refused = status === 401 || status === 403;
    const action = actionOf(route);
    if (!refused && (action === 'none' || (route.spec.may === 'anyone' && action !== 'write'))) return undefined;
    const { lifecycle, id, ...others } = (request.params ?? {}) as Record<string, string>;
    const target = Object.values(others).join('/');
    return {
      ...(asker && { actor: asker.id }),
      roles: asker?.roles ?? [],
      action: action === 'none' ? (request.method === 'GET' ? 'view' : 'write') : action,
      method: request.method,
      route: route.path,
      ...(lifecycle !== undefined && { lifecycle: short(lifecycle) }),
      ...(id !== undefined && { entityId: short(id) }),
      ...(target !== '' && { target: short(target) }),
      decision: refused ? 'refused' : 'allowed',
      ...(problem !== undefined && { problem }),
      status,
      ...((action === 'search' || action === 'export') && { filter: filterOf(request.query) }),
      ...(rows !== undefined && { rows }),
      requestId: request.id,
      ...correlation(request.body),
    };
  }

  private routeOf(method: string, path: string): Route | undefined {
    this.byRoute ??= new Map(this.routes.all().map((route) => [`${route.method} ${route.path}`, route]));
    return this.byRoute.get(`${method} ${path}`);
  }
}

/** What a route is to the log: what it says itself, else what follows from its path and method. */
function actionOf({ spec, method, path }: Route): NonNullable<Route['spec']['audit']> {
  if (spec.audit) return spec.audit;
  if (spec.may === 'anyone') return 'none';
  if (method !== 'GET') return 'write';
  return path.includes('/:') ? 'view' : 'none';
}

const short = (text: string): string => text.slice(0, 256);

function filterOf(query: unknown): Readonly<Record<string, unknown>> {
  const text = JSON.stringify(query ?? {});
  return text.length <= FILTER_LIMIT ? (query as Record<string, unknown>) : { cut: text.slice(0, FILTER_LIMIT) };
}

/** Only where the request is well formed enough to name one. */
function correlation(body: unknown): { readonly correlationId?: string } {
  const { envelope } = (body ?? {}) as { readonly envelope?: { readonly correlationId?: unknown } };
  const id = envelope?.correlationId;
  return typeof id === 'string' && id.length <= 128 ? { correlationId: id } : {};
}
