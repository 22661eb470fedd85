/** Verification of bearer tokens. */
import { Injectable } from '@nestjs/common';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { z } from 'zod';
import {
  DEVELOPMENT_ALGORITHM,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  readDevelopmentKey,
} from '../../client/development-token.js';
import { grantOf, type Grant } from '../../client/roles.js';
import { reference } from '../../events/common.js';
import { VerifiedAsker } from '../asker.js';
import { Problem } from '../problem.js';
import { GatewaySettings } from '../settings.js';
import type { OidcIdentity } from './identity.js';

/** By public key alone: whoever can verify a token could sign one under a shared secret. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** By how much the clocks of issuer and gateway may differ, in seconds. */
const CLOCK_TOLERANCE_S = 30;
/** How long the provider may take to say where its keys are, in milliseconds. */
const DISCOVERY_TIMEOUT_MS = 5_000;
/** An unknown key id makes the keys be read again, but no more often than this, in milliseconds. */
const KEYS_COOLDOWN_MS = 5_000;

/** As much of a provider's configuration as is used. */
const configuration = z.object({ issuer: z.string(), jwks_uri: z.url() });

/** How tokens are verified: under which keys, and what they must say. */
interface Trust {
  readonly keys: JWTVerifyGetKey;
  readonly options: JWTVerifyOptions;
  readonly rolesClaim: string;
}

/** Says whom a token names. The keys are fetched with the first one, and again when a token names a key that is not known. */
@Injectable()
export class Tokens {
  private trust: Promise<Trust> | undefined;

  constructor(private readonly settings: GatewaySettings) {}

  /** @throws Problem 401 `InvalidToken`; 503 `IssuerUnreachable` where its keys cannot be had */
  async verify(token: string): Promise<VerifiedAsker> {
    const { keys, options, rolesClaim } = await this.trusted();
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, keys, options));
    } catch (err) {
      throw refusal(err);
    }
    const subject = reference.safeParse(payload.sub);
    if (!subject.success)
      throw invalid('its sub is not an id of letters, digits and punctuation, at most 128 characters');
    return new VerifiedAsker(subject.data, grantsIn(payload, rolesClaim), new Date((payload.exp ?? 0) * 1000));
  }

  private trusted(): Promise<Trust> {
    this.trust ??= this.settle();
    this.trust.catch(() => (this.trust = undefined));
    return this.trust;
  }

  private async settle(): Promise<Trust> {
    const { identity } = this.settings;
    if (identity.kind === 'oidc') return trustOf(identity);
    const { d: _private, ...key } = await readDevelopmentKey(identity.keyFile);
    return {
      keys: createLocalJWKSet({ keys: [key] }),
      options: expecting(DEVELOPMENT_ISSUER, DEVELOPMENT_AUDIENCE, [DEVELOPMENT_ALGORITHM]),
      rolesClaim: 'roles',
    };
  }
}

async function trustOf({ issuer, audience, rolesClaim }: OidcIdentity): Promise<Trust> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  let said: z.infer<typeof configuration>;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS) });
    said = configuration.parse(await response.json());
  } catch (err) {
    throw unreachable(err);
  }
  if (said.issuer !== issuer) {
    throw unreachable(new Error(`${url} names the issuer ${said.issuer}: set THROUGHLINE_OIDC_ISSUER to that`));
  }
  return {
    keys: createRemoteJWKSet(new URL(said.jwks_uri), { cooldownDuration: KEYS_COOLDOWN_MS }),
    options: expecting(issuer, audience, ALGORITHMS),
    rolesClaim,
  };
}

const expecting = (issuer: string, audience: string, algorithms: string[]): JWTVerifyOptions => ({
  issuer,
  audience,
  algorithms,
  clockTolerance: CLOCK_TOLERANCE_S,
  requiredClaims: ['sub', 'exp'],
});

/** Roles that are not ours are none of our business. */
function grantsIn(payload: JWTPayload, claim: string): Grant[] {
  const value = payload[claim] ?? claim.split('.').reduce<unknown>(member, payload);
  const texts = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return texts.flatMap((text) => (typeof text === 'string' ? (grantOf(text) ?? []) : []));
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** jose's errors, as what the caller can do about them. */
function refusal(err: unknown): Problem {
  if (err instanceof errors.JWTExpired) return invalid('it has expired; get a new one');
  if (err instanceof errors.JWTClaimValidationFailed)
    return invalid(`its ${err.claim} is not what this gateway expects`);
  if (err instanceof errors.JWKSTimeout) return unreachable(err);
  if (err instanceof errors.JOSEError && err.code !== 'ERR_JOSE_GENERIC') {
    return invalid('it is not signed by a key of the issuer that this gateway believes');
  }
  return unreachable(err);
}

function invalid(why: string): Problem {
  return new Problem(401, 'InvalidToken', `the bearer token is refused: ${why}`);
}

function unreachable(err: unknown): Problem {
  const problem = new Problem(
    503,
    'IssuerUnreachable',
    'the keys of the OpenID provider cannot be had, so nobody can be recognised; ask again in a moment',
  );
  problem.cause = err;
  return problem;
}
