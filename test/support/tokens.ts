/** Tokens for requests to a gateway under test. */
import { inject } from 'vitest';
import { developmentToken, EVERY_ROLE } from '../../client/development-token.js';
import type { Identity } from '../../gateway/access/identity.js';

/** What a gateway under test believes. */
export const testIdentity = (): Identity => ({ kind: 'development', keyFile: inject('developmentKey') });

/** A token of the test's issuer. @param roles default: every one */
export const tokenFor = (subject = 'tester', roles: readonly string[] = EVERY_ROLE): Promise<string> =>
  developmentToken(inject('developmentKey'), { subject, roles });

/** The header that goes with it. */
export async function bearer(subject?: string, roles?: readonly string[]): Promise<{ readonly authorization: string }> {
  return { authorization: `Bearer ${await tokenFor(subject, roles)}` };
}
