/**
 * Tokens of the development issuer. Whoever can read the key of a fleet on this machine may be anybody: such a key belongs to one
 * machine, in a file that its owner alone can read, and a gateway that others can reach refuses it.
 */
import { readFile } from 'node:fs/promises';
import { decodeJwt, importJWK, SignJWT, type JWK } from 'jose';
import { ROLES } from './roles.js';

/** What the development issuer's tokens say of their origin and of whom they are for. */
export const DEVELOPMENT_ISSUER = 'urn:throughline:development';
export const DEVELOPMENT_AUDIENCE = 'throughline';
/** The key's only algorithm. */
export const DEVELOPMENT_ALGORITHM = 'ES256';

/** How long a token lasts unless somebody says otherwise, in seconds. */
const DEVELOPMENT_TTL_S = 12 * 60 * 60;
/** A token that ends sooner is made anew, in milliseconds. */
const RENEW_BEFORE_MS = 60_000;

/** Whom a token names, and what it lets them do. */
export interface DevelopmentClaims {
  /** The person's or system's id: never a name or an address. */
  readonly subject: string;
  /** `role` or `role:lifecycle` each. */
  readonly roles: readonly string[];
  /** In seconds; default {@link DEVELOPMENT_TTL_S}. */
  readonly ttlSeconds?: number;
}

/** Every role for every lifecycle, for the programs of the one who owns the machine. */
export const EVERY_ROLE: readonly string[] = ROLES;

/**
 * The private key in a file, as a JSON Web Key.
 * @throws Error that names the file where it cannot be read, or holds no such key
 */
export async function readDevelopmentKey(file: string): Promise<JWK> {
  const remedy = 'let `npm start` make it, or unset THROUGHLINE_DEVELOPMENT_KEY';
  let key: JWK;
  try {
    key = JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (err) {
    throw new Error(`the key of the development issuer cannot be read from ${file}; ${remedy}`, { cause: err });
  }
  if (key.kty === 'EC' && key.crv === 'P-256' && key.d !== undefined && key.kid !== undefined) return key;
  throw new Error(`${file} holds no private P-256 key with a key id; ${remedy}`);
}

/** Signs a token. @throws Error as {@link readDevelopmentKey} */
export async function developmentToken(keyFile: string, claims: DevelopmentClaims): Promise<string> {
  const key = await readDevelopmentKey(keyFile);
  const { subject, roles, ttlSeconds = DEVELOPMENT_TTL_S } = claims;
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ roles: [...roles] })
    .setProtectedHeader({ alg: DEVELOPMENT_ALGORITHM, typ: 'JWT', kid: String(key.kid) })
    .setIssuer(DEVELOPMENT_ISSUER)
    .setAudience(DEVELOPMENT_AUDIENCE)
    .setSubject(subject)
    .setIssuedAt(now)
    .setExpirationTime(now + ttlSeconds)
    .sign(await importJWK(key, DEVELOPMENT_ALGORITHM));
}

/** A source of tokens for one subject, which makes the next one when the last is about to end. */
export function developmentTokens(keyFile: string, claims: DevelopmentClaims): () => Promise<string> {
  let made: { readonly token: Promise<string>; readonly until: number } | undefined;
  const { ttlSeconds = DEVELOPMENT_TTL_S } = claims;
  return () => {
    if (!made || made.until < Date.now() + RENEW_BEFORE_MS) {
      const token = developmentToken(keyFile, claims);
      made = { token, until: Date.now() + ttlSeconds * 1000 };
      // What failed is tried again with the next request.
      token.catch(() => (made = undefined));
    }
    return made.token;
  };
}

/** When a token ends, as ISO-8601. Read, not verified: for showing. */
export function endOf(token: string): string {
  return new Date((decodeJwt(token).exp ?? 0) * 1000).toISOString();
}
