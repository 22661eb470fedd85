/**
 * How activities call a domain service: one request per attempt, with the call's Idempotency-Key, a time-out inside the attempt's
 * own, and every answer turned into a result or into a failure that says whether another attempt makes sense.
 */
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { z } from 'zod';
import type { Found } from './found.js';

/** No call waits longer for its answer, whatever the activity's own time-out. */
const LONGEST_CALL_MS = 15_000;
/** Share of the start-to-close time-out that the call may use; the rest is for reporting the failure. */
const SHARE_OF_ATTEMPT = 0.9;
/** 4xx answers that say "not now": request time-out, key in progress or lock held, too early, too many requests. */
const NOT_NOW = new Set([408, 425, 429]);

/** A service that needs longer to say that it is ready is not. */
const LONGEST_PROBE_MS = 2_000;

/** What `GET /health/ready` answers, as far as it is looked at. */
const readiness = z.object({ services: z.array(z.string()).optional() }).catch({});

/** What `GET /<service>/requests/:key` answers. */
const onRecord = z.object({ status: z.int(), body: z.unknown() });

const problem = z.object({
  type: z.string().default('about:blank'),
  detail: z.string().default(''),
});

/** Client of the domain services; calls need an activity's context. */
export class ServiceClient {
  readonly #urlOf: (service: string) => string;

  /**
   * @param baseUrl where the domain services are, e.g. `http://127.0.0.1:7231`
   * @param elsewhere where a service is that is not there
   */
  constructor(baseUrl: string, elsewhere: (service: string) => string | undefined = () => undefined) {
    this.#urlOf = (service) => (elsewhere(service) || baseUrl).replace(/\/+$/, '');
  }

  /**
   * Posts `body` to a service and returns its answer.
   * @param service name of the service, for failures, and first part of the path
   * @param path after the service's name, without a slash at its start
   * @param key Idempotency-Key: the same for every attempt of the call
   * @param answer schema of the 2xx body
   * @throws ApplicationFailure non-retryable, its type the problem's name (`PolicyNotFound`), where the service refuses (4xx)
   * @throws ApplicationFailure non-retryable `UnexpectedAnswer`, where a 2xx body is not what the contract says
   * @throws ApplicationFailure retryable `ServiceUnavailable` for 408, 425, 429, a key in progress, 5xx and no answer; a
   *   Retry-After sets the next attempt
   * @throws CancelledFailure where the activity is cancelled
   */
  async post<T>(service: string, path: string, key: string, body: object, answer: z.ZodType<T>): Promise<T> {
    const response = await this.#send(service, path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw failure(service, response);
    return agreed(service, path, response, answer);
  }

  /**
   * Reads from a service; nothing changes there, so that no Idempotency-Key is needed.
   * @param path after the service's name, with its query
   * @param answer schema of the 2xx body
   * @throws ApplicationFailure, CancelledFailure as {@link post}
   */
  async get<T>(service: string, path: string, answer: z.ZodType<T>): Promise<T> {
    const response = await this.#send(service, path, { method: 'GET' });
    if (!response.ok) throw failure(service, response);
    return agreed(service, path, response, answer);
  }

  /**
   * What became of the call under an Idempotency-Key, whose answer was lost.
   * @param answer schema of what was answered, where it took effect
   * @throws ApplicationFailure, CancelledFailure as {@link post}
   */
  async lookUp<T>(service: string, key: string, answer: z.ZodType<T>): Promise<Found<T>> {
    const path = `requests/${encodeURIComponent(key)}`;
    const response = await this.#send(service, path, { method: 'GET' });
    if (response.status === 404 && nameOf(response.body) === 'RequestNotFound') return { outcome: 'none' };
    if (!response.ok) throw failure(service, response);
    const recorded = agreed(service, path, response, onRecord);
    if (recorded.status >= 400) return { outcome: 'refused', code: refusalName(recorded.body) };
    return { outcome: 'done', answer: agreed(service, path, recorded, answer) };
  }

  /**
   * Whether the process that serves `service` says that it can take calls: `GET /health/ready` answers 2xx and, where it lists the
   * services that it runs, names this one. Never throws: not to know is not to be ready.
   * @param signal ends the question early
   */
  async ready(service: string, signal: AbortSignal): Promise<boolean> {
    try {
      const response = await fetch(`${this.#urlOf(service)}/health/ready`, {
        headers: { accept: 'application/json' },
        signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_PROBE_MS)]),
      });
      const { services } = readiness.parse(json(await response.text()));
      return response.ok && (services?.includes(service) ?? true);
    } catch {
      return false;
    }
  }

  async #send(service: string, path: string, request: RequestInit): Promise<Received> {
    const { info, cancellationSignal } = Context.current();
    const timeoutMs = Math.min(
      LONGEST_CALL_MS,
      Math.floor(info.startToCloseTimeoutMs * SHARE_OF_ATTEMPT) || LONGEST_CALL_MS,
    );
    try {
      const response = await fetch(`${this.#urlOf(service)}/${service}/${path}`, {
        ...request,
        headers: { accept: 'application/json', ...request.headers },
        signal: AbortSignal.any([cancellationSignal, AbortSignal.timeout(timeoutMs)]),
      });
      const text = await response.text();
      const retryAfter = response.headers.get('retry-after');
      return { ok: response.ok, status: response.status, body: json(text), retryAfter };
    } catch (error) {
      if (cancellationSignal.aborted) throw cancellation(cancellationSignal.reason);
      throw unavailable(service, cause(error, timeoutMs));
    }
  }
}

interface Received {
  readonly ok: boolean;
  readonly status: number;
  /** Parsed JSON; undefined where the body is none. */
  readonly body: unknown;
  readonly retryAfter: string | null;
}

/** What was answered, where it is as agreed. @throws ApplicationFailure `UnexpectedAnswer` */
function agreed<T>(
  service: string,
  path: string,
  { status, body }: { readonly status: number; readonly body?: unknown },
  answer: z.ZodType<T>,
): T {
  const parsed = answer.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw ApplicationFailure.nonRetryable(
    `the ${service} service answered ${status} to /${service}/${path}, but field ` +
      `${issue?.path.join('.') || 'body'} is not as agreed: ${issue?.message ?? ''}; correct the service`,
    'UnexpectedAnswer',
  );
}

/** The name that a problem's type ends with; empty where the body is none. */
const nameOf = (body: unknown): string => problemOf(body).type.split(':').at(-1) ?? '';

/** As a failure's type. */
function refusalName(body: unknown): string {
  const name = nameOf(body);
  return /^[A-Za-z]+$/.test(name) && name !== 'blank' ? name : 'ServiceRefused';
}

const problemOf = (body: unknown): z.infer<typeof problem> =>
  problem.catch({ type: 'about:blank', detail: '' }).parse(body);

function failure(service: string, { status, body, retryAfter }: Received): ApplicationFailure {
  const { detail } = problemOf(body);
  const name = nameOf(body);
  const inProgress = status === 409 && /InProgress$/.test(name);
  if (status >= 500 || NOT_NOW.has(status) || inProgress) {
    return unavailable(service, `answered ${status}`, detail, retryAfterMs(retryAfter));
  }
  return ApplicationFailure.nonRetryable(
    `the ${service} service refused with ${status}: ${detail || 'no detail given'}`,
    refusalName(body),
  );
}

/** `said` is the service's own text; the detail holds ours alone, for those who must not repeat what others say. */
function unavailable(service: string, what: string, said = '', nextRetryDelay?: number): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'ServiceUnavailable',
    message: `the ${service} service ${what}${said && `: ${said}`}; the call is repeated under the same Idempotency-Key`,
    details: [{ what: `the ${service} service ${what}` }],
    ...(nextRetryDelay !== undefined && { nextRetryDelay }),
  });
}

function cancellation(reason: unknown): CancelledFailure {
  return reason instanceof CancelledFailure ? reason : new CancelledFailure('the activity was cancelled');
}

/** Why no answer came. Node hides the network's own code in the cause. */
function cause(error: unknown, timeoutMs: number): string {
  if ((error as Error).name === 'TimeoutError') return `did not answer within ${timeoutMs} ms`;
  const code = ((error as Error).cause as { code?: unknown } | undefined)?.code;
  return `cannot be reached (${typeof code === 'string' ? code : (error as Error).message})`;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Milliseconds that a Retry-After (seconds, or an HTTP date) asks for. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
