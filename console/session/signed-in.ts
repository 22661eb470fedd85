/** What signing in gives, wherever it was done. */
import type { Provider } from './provider.js';

/** A token, and what is needed for the next one. */
export interface SignedIn {
  readonly token: string;
  /** ISO-8601; the token is not used after it. */
  readonly expiresAt: string;
  /** Who it is, as the issuer names that one. */
  readonly subject: string;
  readonly from: Issuer;
}

/** Who gave the token. */
export type Issuer = { readonly kind: 'development' } | { readonly kind: 'oidc'; readonly provider: Provider };
