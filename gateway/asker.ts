/** Who asks, and what that one may do: what a verified token says. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { gives, grantText, type Grant, type Role } from '../client/roles.js';
import type { Audience as AnyAudience } from '../records/audience.js';
import type { Actor } from '../workflows/lifecycle/entry.js';
import { Problem } from './problem.js';

/** Customers do not ask the gateway: a system with the role `service` does, and tells them what is theirs. */
export type Audience = Exclude<AnyAudience, 'customer'>;

/** Who asks. */
export interface Asker {
  /** The token's subject. */
  readonly id: string;
  /** A system where it was granted the role `service` and none that people have. */
  readonly kind: 'staff' | 'service';
  /** As granted: `role` or `role:lifecycle`. */
  readonly roles: readonly string[];
  /** The end of the token. */
  readonly until: Date;
  /** For the lifecycle of the route's path; on a route that names none, for every lifecycle. Lists ask {@link audienceOf}. */
  readonly audience: Audience;
  /** Whether a role was granted: for this lifecycle; without one, for any. */
  may(role: Role, lifecycle?: string): boolean;
  /** Whether a role was granted for every lifecycle at once. */
  mayEverywhere(role: Role): boolean;
  /** What of a lifecycle's reasons may be shown: all to its supervisors, to others what is general. */
  audienceOf(lifecycle: string): Audience;
  /** Of these lifecycles, the ones that the asker may read. */
  readable(lifecycles: readonly string[]): readonly string[];
  /** The asker as messages and records name whoever acts. */
  readonly actor: Actor;
}

/** An asker whose token was verified. */
export class VerifiedAsker implements Asker {
  readonly kind: 'staff' | 'service';
  readonly roles: readonly string[];
  readonly actor: Actor;

  /** @param lifecycle of the route's path */
  constructor(
    readonly id: string,
    private readonly grants: readonly Grant[],
    readonly until: Date,
    private readonly lifecycle?: string,
  ) {
    this.kind = grants.length > 0 && grants.every(({ role }) => role === 'service') ? 'service' : 'staff';
    this.roles = grants.map(grantText);
    this.actor = { kind: this.kind, id, authenticated: 'token' };
  }

  /** The same asker on a route that names a lifecycle. */
  at(lifecycle: string | undefined): VerifiedAsker {
    return new VerifiedAsker(this.id, this.grants, this.until, lifecycle);
  }

  get audience(): Audience {
    const all =
      this.lifecycle === undefined ? this.mayEverywhere('supervisor') : this.may('supervisor', this.lifecycle);
    return all ? 'restricted' : 'staff';
  }

  may(role: Role, lifecycle?: string): boolean {
    return this.grants.some(
      (grant) =>
        gives(grant, role) &&
        (lifecycle === undefined || grant.lifecycle === undefined || grant.lifecycle === lifecycle),
    );
  }

  mayEverywhere(role: Role): boolean {
    return this.grants.some((grant) => grant.lifecycle === undefined && gives(grant, role));
  }

  audienceOf(lifecycle: string): Audience {
    return this.may('supervisor', lifecycle) ? 'restricted' : 'staff';
  }

  readable(lifecycles: readonly string[]): readonly string[] {
    return lifecycles.filter((lifecycle) => this.may('viewer', lifecycle) || this.may('service', lifecycle));
  }
}

/** A request, and who was found to make it. */
export interface AskedRequest extends FastifyRequest {
  asker?: Asker;
}

/**
 * The asker, as a handler's parameter. A route that anybody may use has none.
 * @throws Problem 401 on such a route
 */
export const Asker = createParamDecorator((_: unknown, context: ExecutionContext): Asker => {
  const { asker } = context.switchToHttp().getRequest<AskedRequest>();
  if (asker) return asker;
  throw new Problem(401, 'Unauthenticated', 'say who you are: send Authorization: Bearer <token>');
});
