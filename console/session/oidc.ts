/** Signing in at the organisation's OpenID provider: authorisation code with PKCE, loaded only where there is one. */
import { ErrorResponse, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { RequestFailed } from '../http/problem.js';
import { signInFailure } from './failure.js';
import { RETURN_PATH, type Provider } from './provider.js';
import type { SignedIn } from './signed-in.js';

const managers = new Map<string, UserManager>();

/** One for each provider: it keeps what it has read of its configuration. */
function managerOf(provider: Provider): UserManager {
  const { issuer, clientId, scope, resource } = provider;
  const manager =
    managers.get(issuer) ??
    new UserManager({
      authority: issuer,
      client_id: clientId,
      scope,
      redirect_uri: window.location.origin + RETURN_PATH,
      post_logout_redirect_uri: `${window.location.origin}/`,
      response_type: 'code',
      // The session of this page renews by itself, whoever the issuer is.
      automaticSilentRenew: false,
      userStore: new WebStorageStateStore({ store: window.sessionStorage }),
      // As providers name the type of an answer that is empty.
      revokeTokenAdditionalContentTypes: ['text/plain', 'text/html'],
      ...(resource === undefined ? {} : { resource, extraTokenParams: { resource } }),
    });
  managers.set(issuer, manager);
  return manager;
}

/** Leaves the page for the provider's. @throws RequestFailed */
export function leaveForProvider(provider: Provider, returnTo: string): Promise<void> {
  return told(provider, managerOf(provider).signinRedirect({ state: returnTo }));
}

/** Asks the provider in a window of its own, so that this page stays as it is. @throws RequestFailed */
export async function signInBeside(provider: Provider, signal: AbortSignal): Promise<SignedIn> {
  const user = await told(provider, managerOf(provider).signinPopup({ popupSignal: signal }));
  return signedIn(user, provider);
}

/** How it went, and where the person wanted to go. */
export interface Back {
  readonly returnTo: string;
  readonly outcome: SignedIn | RequestFailed;
}

/** Back from the provider: exchanges the code for the token. @returns undefined in a window that was opened for this alone */
export async function backFromProvider(provider: Provider): Promise<Back | undefined> {
  try {
    const user = await managerOf(provider).signinCallback();
    return user && { returnTo: pageOf(user.state), outcome: signedIn(user, provider) };
  } catch (error) {
    const state = error instanceof ErrorResponse ? error.state : undefined;
    return { returnTo: pageOf(state), outcome: signInFailure(error, provider) };
  }
}

/** By the refresh token. @throws RequestFailed, as a refusal where the provider has given none */
export async function renewedAtProvider(provider: Provider): Promise<SignedIn> {
  const manager = managerOf(provider);
  const { resource } = provider;
  const user = (await manager.getUser())?.refresh_token
    ? await told(provider, manager.signinSilent(resource === undefined ? {} : { resource }))
    : null;
  if (user) return signedIn(user, provider);
  throw new RequestFailed({ title: 'Signed out', status: 401, detail: 'The session has ended.' });
}

/** Signs out at the provider too, where it can be told, and comes back to the first page. @throws RequestFailed */
export async function leaveProvider(provider: Provider): Promise<void> {
  const manager = managerOf(provider);
  const { metadataService } = manager;
  try {
    // One that cannot be revoked ends with the session that is ended below.
    if (await metadataService.getRevocationEndpoint()) await manager.revokeTokens(['refresh_token']).catch(() => {});
    if (await metadataService.getEndSessionEndpoint()) await manager.signoutRedirect();
  } catch (error) {
    throw signInFailure(error, provider);
  } finally {
    await manager.removeUser();
  }
}

/** A page of ours, whatever came back. */
const pageOf = (state: unknown): string => (typeof state === 'string' && /^\/(?!\/)/.test(state) ? state : '/');

function signedIn({ access_token: token, expires_at: end, profile }: User, provider: Provider): SignedIn {
  const expiresAt = new Date((end ?? Date.now() / 1000) * 1000).toISOString();
  return { token, expiresAt, subject: profile.sub, from: { kind: 'oidc', provider } };
}

async function told<Answer>(provider: Provider, answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    throw signInFailure(error, provider);
  }
}
