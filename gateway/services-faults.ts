/** The fault switches of the reference services, whose process owns them: asked there, told here. */
import { Injectable } from '@nestjs/common';
import type { FaultsView } from '../client/faults.js';
import { PROBLEM_PREFIX } from '../client/gateway.js';
import {
  DEFAULT_FAULTS,
  faultsView,
  type FaultsQuery,
  type FaultsRequest,
  type FaultSwitch,
} from '../events/faults.js';
import { Problem } from './problem.js';
import { GatewaySettings } from './settings.js';

/** How long the services may take, in milliseconds. */
const PATIENCE_MS = 5_000;

/** What a system must bear, everywhere. */
const BAD_DAY: readonly FaultSwitch[] = DEFAULT_FAULTS.map((fault) => ({ service: '*', ...fault }));

/** No switches can be set here, or nobody wants them to be. */
class FaultsNotAllowed extends Problem {
  constructor(remedy: string) {
    super(409, 'FaultsNotAllowed', remedy);
  }
}

@Injectable()
export class ServicesFaults {
  constructor(private readonly settings: GatewaySettings) {}

  /** That none are allowed is an answer, too. @throws Problem 503 `ServicesUnreachable` */
  async list(): Promise<FaultsView> {
    try {
      return await this.ask('GET');
    } catch (err) {
      if (err instanceof FaultsNotAllowed) return { allowed: false, remedy: err.message, faults: [], badDay: [] };
      throw err;
    }
  }

  /** @throws Problem 409 `FaultsNotAllowed`; 422 `ServiceNotHere`, `OperationUnknown`; 503 `ServicesUnreachable` */
  set(request: FaultsRequest): Promise<FaultsView> {
    return this.ask('PUT', '', request);
  }

  /** @throws Problem 409 `FaultsNotAllowed`; 503 `ServicesUnreachable` */
  clear(query: FaultsQuery): Promise<FaultsView> {
    return this.ask('DELETE', `?${new URLSearchParams(query).toString()}`);
  }

  private async ask(method: string, query = '', body?: object): Promise<FaultsView> {
    const { servicesUrl } = this.settings;
    if (servicesUrl === undefined) {
      throw new FaultsNotAllowed(
        'this gateway knows no reference services: start it with THROUGHLINE_SERVICES_URL, and them with THROUGHLINE_FAULTS=allowed, ' +
          'never where real entities are',
      );
    }
    const { status, answer } = await told(`${servicesUrl}/faults${query}`, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (status < 300) return { allowed: true, ...faultsView.parse(answer), badDay: BAD_DAY };
    const { type = '', detail = `the services answered ${status}` } = answer as { type?: string; detail?: string };
    if (status === 403) throw new FaultsNotAllowed(detail);
    throw new Problem(status, type.startsWith(PROBLEM_PREFIX) ? type.slice(PROBLEM_PREFIX.length) : 'Refused', detail);
  }
}

/** What the services answer, short of failing. @throws Problem 503 `ServicesUnreachable` */
async function told(url: string, request: RequestInit): Promise<{ readonly status: number; readonly answer: unknown }> {
  try {
    const response = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
    const answer: unknown = await response.json();
    if (response.status < 500) return { status: response.status, answer };
    throw new Error(`status ${response.status}`);
  } catch (err) {
    const { message, cause } = err as Error;
    const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : message;
    throw new Problem(
      503,
      'ServicesUnreachable',
      `the reference services do not answer (${why}); start them, or correct THROUGHLINE_SERVICES_URL of the gateway`,
    );
  }
}
