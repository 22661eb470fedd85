/** What signing in at an OpenID provider needs to know. Apart from the library, which is loaded on demand. */

/** What `GET /session` tells about the provider. */
export interface Provider {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  /** What a token is asked for, where the provider wants to be told (RFC 8707). */
  readonly resource?: string;
}

/** Where the provider sends people back to. */
export const RETURN_PATH = '/signed-in';
