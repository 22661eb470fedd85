/** An OpenID provider with as much as a resource server asks of it: one that really answers, with keys that change. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

export class OpenIdProvider {
  /** How often its keys were read. */
  reads = 0;
  private keys: JWK[] = [];
  private readonly server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: this.url, jwks_uri: `${this.url}/keys` }));
    } else {
      this.reads++;
      response.end(JSON.stringify({ keys: this.keys }));
    }
  });

  /** @param claims what its tokens say of somebody, beside who issued them, for whom and until when */
  constructor(
    private readonly audience: string,
    private readonly claims: JWTPayload,
  ) {}

  async open(port = 0): Promise<void> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Makes a key; only the newest is told. */
  async newKey(kid: string): Promise<CryptoKey> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    this.keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }];
    return privateKey;
  }

  token(key: CryptoKey, kid: string): Promise<string> {
    return new SignJWT(this.claims)
      .setProtectedHeader({ alg: 'RS256', kid })
      .setIssuer(this.url)
      .setAudience(this.audience)
      .setExpirationTime('5m')
      .sign(key);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
