/** Whose tokens the gateway believes, as its environment says it. */
import { z } from 'zod';

/** An OpenID provider, or the development issuer of a fleet on one machine. */
export type Identity = OidcIdentity | DevelopmentIdentity;

/** Tokens of an OpenID provider. */
export interface OidcIdentity {
  readonly kind: 'oidc';
  /** The provider's URL; its keys are found through `/.well-known/openid-configuration`. */
  readonly issuer: string;
  readonly audience: string;
  /** The claim that holds the roles: its name, or its path with dots. */
  readonly rolesClaim: string;
  /** What the console signs in with. */
  readonly clientId: string;
  readonly scope: string;
  /** The API that the console asks tokens for (RFC 8707); absent: the provider knows by itself. */
  readonly resource?: string;
}

/** Tokens that anybody can sign who may read a file of this machine. */
export interface DevelopmentIdentity {
  readonly kind: 'development';
  /** File of the private key, as a JSON Web Key. */
  readonly keyFile: string;
}

/** Environment variables of the gateway that say whose tokens it believes. */
export const identityEnvironment = z.object({
  THROUGHLINE_OIDC_ISSUER: z
    .url({ protocol: /^https?$/, error: "the OpenID provider's URL, as its tokens have it in iss" })
    .optional(),
  THROUGHLINE_OIDC_AUDIENCE: z.string().min(1).optional(),
  THROUGHLINE_OIDC_ROLES_CLAIM: z.string().min(1).default('roles'),
  THROUGHLINE_OIDC_CLIENT_ID: z.string().min(1).default('throughline-console'),
  THROUGHLINE_OIDC_SCOPE: z.string().min(1).default('openid profile'),
  // Empty as absent: a composition names it without a value.
  THROUGHLINE_OIDC_RESOURCE: z
    .string()
    .refine((text) => text === '' || URL.canParse(text), {
      error: 'the URI under which the OpenID provider knows this API, as https://throughline.example.org',
    })
    .transform((text) => (text === '' ? undefined : text))
    .optional(),
  THROUGHLINE_DEVELOPMENT_KEY: z.string().min(1).optional(),
});

/** @throws Error that says what to set where nobody's tokens could be believed */
export function identityOf(env: z.infer<typeof identityEnvironment>): Identity {
  const { THROUGHLINE_OIDC_ISSUER: issuer, THROUGHLINE_OIDC_AUDIENCE: audience } = env;
  if (issuer !== undefined && audience !== undefined) {
    return {
      kind: 'oidc',
      issuer,
      audience,
      rolesClaim: env.THROUGHLINE_OIDC_ROLES_CLAIM,
      clientId: env.THROUGHLINE_OIDC_CLIENT_ID,
      scope: env.THROUGHLINE_OIDC_SCOPE,
      ...(env.THROUGHLINE_OIDC_RESOURCE !== undefined && { resource: env.THROUGHLINE_OIDC_RESOURCE }),
    };
  }
  if (issuer !== undefined || audience !== undefined) {
    const lacking = issuer === undefined ? 'THROUGHLINE_OIDC_ISSUER' : 'THROUGHLINE_OIDC_AUDIENCE';
    throw new Error(`the gateway cannot start: of the OpenID provider ${lacking} is not set; set both, or neither`);
  }
  if (env.THROUGHLINE_DEVELOPMENT_KEY !== undefined) {
    return { kind: 'development', keyFile: env.THROUGHLINE_DEVELOPMENT_KEY };
  }
  throw new Error(
    'the gateway cannot start: it knows nobody whose tokens it could believe. Set THROUGHLINE_OIDC_ISSUER and ' +
      'THROUGHLINE_OIDC_AUDIENCE, or on a machine of your own THROUGHLINE_DEVELOPMENT_KEY, as `npm start` does',
  );
}
