/** Why signing in at a provider did not work, and what to do about it. */
import { ErrorResponse, ErrorTimeout } from 'oidc-client-ts';
import { RequestFailed } from '../http/problem.js';
import type { Provider } from './provider.js';

/** Refusals of a provider that pass by themselves (RFC 6749, 4.1.2.1). */
const PASSING: readonly (string | null)[] = ['server_error', 'temporarily_unavailable'];

/** What the library throws, in words. `status` 401: the person has to sign in; 0: it may work later. */
export function signInFailure(error: unknown, { issuer }: Pick<Provider, 'issuer'>): RequestFailed {
  if (error instanceof ErrorResponse) {
    const said = [error.error, error.error_description].filter(Boolean).join(': ');
    return new RequestFailed({
      title: 'The sign-in service refuses',
      status: PASSING.includes(error.error) ? 0 : 401,
      detail: `${issuer} says ${said}. Sign in again; if it refuses again, tell those who give access to this page.`,
    });
  }
  // The browser tells no more of a request that failed.
  if (error instanceof ErrorTimeout || error instanceof TypeError) {
    return new RequestFailed({
      title: 'The sign-in service does not answer',
      status: 0,
      detail:
        `${issuer} cannot be reached, or does not let this page ask it. Check the connection and try again; ` +
        'if it stays, tell those who run the sign-in service.',
    });
  }
  const said = error instanceof Error ? error.message : String(error);
  if (/state (found|in)/.test(said)) {
    return new RequestFailed({
      title: 'This sign-in cannot be finished',
      status: 401,
      detail: 'Its answer was used already, or it was begun in another browser. Sign in again from here.',
    });
  }
  if (/disposed window/.test(said)) {
    return new RequestFailed({
      title: 'The browser opens no window',
      status: 401,
      detail: 'Allow this page to open windows, and try again.',
    });
  }
  return new RequestFailed({
    title: 'Signing in did not work',
    status: 0,
    detail: `${issuer}: ${said}. Try again; if it stays, tell those who run the sign-in service.`,
  });
}
