/** Signing in at the organisation's OpenID provider: authorisation code with PKCE, loaded only where there is one. */
import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import { RETURN_PATH, type Provider } from './provider.js';
import { session } from './session.js';

function manager({ issuer, clientId, scope }: Provider): UserManager {
  return new UserManager({
    authority: issuer,
    client_id: clientId,
    scope,
    redirect_uri: `${window.location.origin}${RETURN_PATH}`,
    response_type: 'code',
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  });
}

/** Leaves the page for the provider's. */
export async function leaveForProvider(provider: Provider, returnTo: string): Promise<void> {
  await manager(provider).signinRedirect({ state: returnTo });
}

/** Back from the provider: exchanges the code for the token. @returns where the person wanted to go */
export async function backFromProvider(provider: Provider): Promise<string> {
  const user = await manager(provider).signinRedirectCallback();
  const expiresAt = new Date((user.expires_at ?? Date.now() / 1000) * 1000);
  session.begin(user.access_token, expiresAt.toISOString());
  return typeof user.state === 'string' && user.state.startsWith('/') ? user.state : '/';
}
