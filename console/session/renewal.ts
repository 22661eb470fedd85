/** The next token of whoever is signed in, without asking that one. */
import { enterAs } from './development.js';
import type { SignedIn } from './signed-in.js';

/** @throws RequestFailed: refused (4xx) where the person has to sign in again, else for a passing reason */
export async function renewed({ subject, from }: SignedIn): Promise<SignedIn> {
  if (from.kind === 'development') return enterAs(subject);
  const { renewedAtProvider } = await import('./oidc.js');
  return renewedAtProvider(from.provider);
}
