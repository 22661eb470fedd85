/** What the roles of whoever is signed in allow. Only for what is shown: the gateway decides by itself. */
import { gives, grantOf, type Role } from '../../client/roles.js';

/** Of `GET /api/me`. `roles` as granted: `supervisor` for all lifecycles, `operator:claim` for one. */
export interface Me {
  readonly id: string;
  readonly name?: string;
  readonly roles: readonly string[];
}

/**
 * Whether the roles granted give a role.
 * @param lifecycle without it: for any lifecycle at all
 */
export function holds(granted: readonly string[], role: Role, lifecycle?: string): boolean {
  return granted
    .flatMap((text) => grantOf(text) ?? [])
    .some(
      (grant) =>
        gives(grant, role) &&
        (lifecycle === undefined || grant.lifecycle === undefined || grant.lifecycle === lifecycle),
    );
}
