/** The fault switches of a services process, over HTTP. */
import { faultsView, type FaultSwitch, type FaultsView } from '../../events/faults.js';

/** How long one call may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;

/** Client of `/faults`. Every method throws an Error that says what to do, and returns the switches that there are then. */
export class FaultsClient {
  /** @param servicesUrl without a slash at its end */
  constructor(private readonly servicesUrl: string) {}

  list(): Promise<FaultsView> {
    return this.#ask('GET');
  }

  /** @param seed absent: it stays */
  set(faults: readonly FaultSwitch[], seed?: number): Promise<FaultsView> {
    return this.#ask('PUT', '', { faults, ...(seed !== undefined && { seed }) });
  }

  /** Clears the switches that fit; without anything named, all. */
  clear(which: Partial<Pick<FaultSwitch, 'service' | 'operation' | 'kind'>>): Promise<FaultsView> {
    return this.#ask('DELETE', `?${new URLSearchParams(which).toString()}`);
  }

  async #ask(method: string, query = '', body?: object): Promise<FaultsView> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${this.servicesUrl}/faults${query}`, {
        method,
        headers: { accept: 'application/json', ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      answer = JSON.parse(await response.text());
    } catch (error) {
      throw new Error(
        `the services do not answer as expected at ${this.servicesUrl} (${reasonOf(error)}); start them with npm start, or say where ` +
          'they are with THROUGHLINE_SERVICES_URL',
        { cause: error },
      );
    }
    if (response.ok) return faultsView.parse(answer);
    const { detail = `status ${response.status}` } = answer as { detail?: string };
    throw new Error(`the services refuse: ${detail}`);
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : error.message;
}
