/** Tells the reference services what they would know or find out about the claims. */
import type { Seeds } from './submit.js';

/** The services have answered, and they do not take the seeds: a repeat cannot mend it. `type` is constant. */
export class SeedRefused extends Error {
  readonly type = 'SeedRefused';
}

/** How long one call may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Puts seeds to the services at `servicesUrl` (no slash at its end). Idempotent.
 * @throws SeedRefused on a 4xx answer; a plain Error, which a repeat may mend, where they cannot be reached or serve now
 */
export async function putSeeds(
  servicesUrl: string,
  seeds: Partial<Seeds> | Record<string, readonly unknown[]>,
): Promise<void> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${servicesUrl}/seed`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(seeds),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    text = await response.text();
  } catch (error) {
    throw new Error(`the services cannot be reached at ${servicesUrl} (${reasonOf(error)})`, { cause: error });
  }
  if (response.ok) return;
  const said = detailOf(text) ?? `status ${response.status}`;
  if (response.status >= 500 || response.status === 408 || response.status === 429) {
    throw new Error(`the services cannot take seeds now: ${said}`);
  }
  const remedy = response.status === 403 ? '; only services started with THROUGHLINE_SEED=1 take them' : '';
  throw new SeedRefused(`the services at ${servicesUrl} refuse the intake's seeds: ${said}${remedy}`);
}

/** `detail` of a problem document (RFC 9457). */
function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : error.message;
}
