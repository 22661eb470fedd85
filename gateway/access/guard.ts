/** The door of every route: who asks, and whether that one may. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Role } from '../../client/roles.js';
import type { AskedRequest, Asker, VerifiedAsker } from '../asker.js';
import { Limits } from '../limits.js';
import { OPERATION, type OperationSpec } from '../operation.js';
import { Problem } from '../problem.js';
import { scopeOf } from './scope.js';
import { Tokens } from './tokens.js';

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: Tokens,
    private readonly limits: Limits,
  ) {}

  /** @throws Problem 401 `Unauthenticated`, `InvalidToken`; 403 `Forbidden`; 503 `IssuerUnreachable` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const spec = this.reflector.get<OperationSpec>(OPERATION, context.getHandler());
    if (spec.may === 'anyone') return true;
    const request = context.switchToHttp().getRequest<AskedRequest>();
    const lifecycle = lifecycleIn(request.params);
    const asker = (await this.verified(request)).at(lifecycle);
    request.asker = asker;
    await this.limits.count(request);
    const scope = scopeOf(spec, request.method, request.routeOptions.url ?? '');
    const may = (role: Role) => (scope === 'fleet' ? asker.mayEverywhere(role) : asker.may(role, lifecycle));
    if (spec.may.some(may)) return true;
    throw lacking(asker, spec.may, scope === 'fleet' ? 'every lifecycle' : (lifecycle ?? 'a lifecycle'));
  }

  /** Whoever tries tokens in a row is slowed down. */
  private async verified(request: AskedRequest): Promise<VerifiedAsker> {
    try {
      return await this.tokens.verify(bearer(request.headers.authorization));
    } catch (err) {
      await this.limits.count(request);
      throw err;
    }
  }
}

/** @throws Problem 401 `Unauthenticated` */
function bearer(header: string | undefined): string {
  const [, token] = /^Bearer +([\w.~+/-]+=*) *$/i.exec(header ?? '') ?? [];
  if (token !== undefined) return token;
  throw new Problem(
    401,
    'Unauthenticated',
    header === undefined
      ? 'send the header Authorization: Bearer <token>; on a fleet of your own, `throughline token` gives one'
      : 'the header Authorization holds no bearer token; send Authorization: Bearer <token>',
  );
}

/** The lifecycle that a path is about: it names it, or a task of one of its entities. */
function lifecycleIn(params: unknown): string | undefined {
  const { lifecycle, taskId } = (params ?? {}) as { lifecycle?: string; taskId?: string };
  return lifecycle ?? taskId?.split('/')[0];
}

/** @throws never; gives the refusal that names the role which lacks */
export function lacking({ id, roles }: Pick<Asker, 'id' | 'roles'>, needed: readonly Role[], where: string): Problem {
  return new Problem(
    403,
    'Forbidden',
    `this takes the role ${needed.join(' or ')} for ${where}, and ${id} has ${roles.join(', ') || 'none'}; ` +
      'ask those who grant roles for it',
  );
}
