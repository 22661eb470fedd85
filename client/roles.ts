/** What people and systems may do, as their tokens say it: a role, for every lifecycle or for one. */

/** By what they may do: see docs/security.md. */
export const ROLES = ['viewer', 'operator', 'supervisor', 'service', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that a role contains beside itself. */
const CONTAINS: Readonly<Record<Role, readonly Role[]>> = {
  viewer: [],
  operator: ['viewer'],
  supervisor: ['operator', 'viewer'],
  service: [],
  admin: ['viewer'],
};

/** A role for every lifecycle, or for the one that is named. */
export interface Grant {
  readonly role: Role;
  readonly lifecycle?: string;
}

/** Reads `role` or `role:lifecycle`; undefined where it is no role of ours, since a token may hold those of others too. */
export function grantOf(text: string): Grant | undefined {
  const [name, lifecycle, ...more] = text.split(':');
  const role = ROLES.find((known) => known === name);
  if (!role || more.length > 0 || lifecycle === '') return undefined;
  return { role, ...(lifecycle !== undefined && { lifecycle }) };
}

/** The opposite of {@link grantOf}. */
export const grantText = ({ role, lifecycle }: Grant): string =>
  lifecycle === undefined ? role : `${role}:${lifecycle}`;

/** Whether a grant gives a role, by itself or as part of another. */
export const gives = (grant: Grant, role: Role): boolean => grant.role === role || CONTAINS[grant.role].includes(role);
