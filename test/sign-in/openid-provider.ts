/** A certified OpenID provider on this machine, with a form of its own to sign in and people who hold roles. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';

export const CLIENT_ID = 'throughline-console';
export const SCOPE = 'openid profile';
/** What the gateway believes in `aud`, and the console asks a token for. */
export const RESOURCE = 'https://throughline.example.org';
export const ROLES_CLAIM = 'realm_access.roles';

/** Who can sign in, under which name, with which roles. The first is given no refresh tokens. */
const PEOPLE = {
  'u-ned': ['supervisor'],
  'u-sue': ['supervisor'],
  'u-vic': ['viewer:claim', 'offline_access'],
  'u-nil': [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type PersonName = keyof typeof PEOPLE;

/** Of everything that no test waits for. */
const DAY_S = 86_400;
const INTERACTION = /^\/interaction\//;

/** The provider; what is public may be changed while it runs. */
export class OpenIdProvider {
  /** How long the tokens hold that it gives from now on, in seconds. */
  lifetimeS = 3_600;
  /** For whom its tokens are, whatever was asked for. */
  audience = RESOURCE;
  private readonly provider: Provider;
  private readonly server: Server;

  private constructor(
    readonly url: string,
    console: string,
    key: object,
  ) {
    this.provider = new Provider(url, {
      clients: [
        {
          client_id: CLIENT_ID,
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', 'refresh_token'],
          redirect_uris: [`${console}/signed-in`],
          post_logout_redirect_uris: [`${console}/`],
        },
      ],
      jwks: { keys: [key] },
      cookies: { keys: ['of a test'] },
      ttl: { Grant: DAY_S, IdToken: DAY_S, Interaction: DAY_S, RefreshToken: DAY_S, Session: DAY_S },
      clientBasedCORS: (_context, origin) => origin === console,
      findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
      extraTokenClaims: (_context, token) => ({
        realm_access: { roles: 'accountId' in token ? PEOPLE[token.accountId as PersonName] : [] },
      }),
      issueRefreshToken: (_context, _client, { accountId }) => accountId !== 'u-ned',
      loadExistingGrant: everything,
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: () => ({
            scope: '',
            audience: this.audience,
            accessTokenFormat: 'jwt',
            accessTokenTTL: this.lifetimeS,
          }),
        },
        revocation: { enabled: true },
        rpInitiatedLogout: { enabled: true, logoutSource: askToSignOut },
      },
    });
    const answer = this.provider.callback();
    this.server = createServer((request, response) => {
      if (INTERACTION.test(request.url ?? '')) {
        this.interact(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
      } else void answer(request, response);
    });
  }

  /** Starts it. @param console origin of the page that it signs people in for */
  static async open(port: number, console: string): Promise<OpenIdProvider> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: 'k-1', alg: 'RS256', use: 'sig' };
    const provider = new OpenIdProvider(`http://127.0.0.1:${port}`, console, key);
    provider.server.listen(port, '127.0.0.1');
    await once(provider.server, 'listening');
    return provider;
  }

  /** Nobody answers any more. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async interact(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'text/html').end(FORM);
      return;
    }
    const given = new URLSearchParams(await text(request));
    const result =
      given.get('do') === 'cancel'
        ? { error: 'access_denied', error_description: 'the person went away' }
        : { login: { accountId: given.get('name') ?? '' } };
    await this.provider.interactionFinished(request, response, result);
  }
}

const FORM = `<!doctype html><html lang="en"><title>Provider</title><h1>Provider</h1><form method="post">
  <label>Name <input name="name"></label>
  <button name="do" value="in">Let me in</button> <button name="do" value="cancel">Cancel</button>
</form></html>`;

/** Nobody is asked for consent to what the organisation's own page asks. */
async function everything({ oidc }: KoaContextWithOIDC) {
  const { clientId } = oidc.client ?? {};
  const { accountId } = oidc.session ?? {};
  if (clientId === undefined || accountId === undefined) return undefined;
  const grant = new oidc.provider.Grant({ clientId, accountId });
  grant.addOIDCScope(SCOPE);
  await grant.save();
  return grant;
}

function askToSignOut(context: KoaContextWithOIDC, form: string): void {
  context.body = `<!doctype html><html lang="en"><title>Provider</title>${form}
    <button type="submit" form="op.logoutForm" value="yes" name="logout">Sign me out</button></html>`;
}
