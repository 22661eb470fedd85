/** The gateway's HTTP API, as the client uses it. */
import type { Answer, Message } from '../workflows/lifecycle/message.js';
import { KnownCatastrophes, type OpenCatastrophe } from './catastrophe-routing.js';
import { developmentTokens, EVERY_ROLE } from './development-token.js';
import {
  ConflictingSubmission,
  EntityClosed,
  EntityStopped,
  GatewayRefused,
  InvalidMessage,
  MessageRefused,
  NoAnswer,
  UnknownEntity,
  UnknownTask,
  Unreachable,
} from './errors.js';
import type { SubmissionFrame, Submitted } from './submit.js';
import type { FieldIssue } from './validate.js';
import type {
  EntitySummary,
  Explanation,
  JournalLine,
  ListFilter,
  Page,
  ReviewFilter,
  ReviewView,
  StatusView,
  SubmissionRecord,
  TotalsView,
} from './views.js';

/** How long a request may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;

/** A problem document (RFC 9457) of the gateway; `type` ends with the problem's name. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Names what is wrong and what to do about it. */
  readonly detail: string;
  readonly issues?: readonly FieldIssue[];
  /** With `EntityClosed`: what the rule for late messages did. */
  readonly late?: 'record' | 'reject';
  readonly outcome?: string;
  readonly reopenableUntil?: string;
  /** With `EntityStopped`: what ended it. */
  readonly how?: string;
  /** With `NoAnswer`: under which id to repeat, and how long was waited, in milliseconds. */
  readonly messageId?: string;
  readonly waitedMs?: number;
  /** With `MessageRefused`: why, and in which state. */
  readonly code?: string;
  readonly state?: string;
}

/** What every problem's `type` begins with. */
export const PROBLEM_PREFIX = 'urn:throughline:problem:';

/** What the gateway says to a message that Temporal took: the answer of an update, or that a signal was passed on. */
export type Delivery = Answer | { readonly outcome: 'accepted' };

/** A bearer token, or what gives one whenever it is needed. */
export type Token = string | (() => string | Promise<string>);

/** Talks to one gateway. Every method throws {@link Unreachable} when there is no answer. */
export class GatewayClient {
  /** The catastrophes that new claims tie to. */
  readonly catastrophes = new KnownCatastrophes(async () => {
    const { items } = await this.request<{ items: OpenCatastrophe[] }>('GET', '/api/catastrophes?open=true');
    return items;
  });

  /**
   * @param url without a slash at its end, e.g. `http://127.0.0.1:7230`
   * @param token of whoever asks; default: {@link tokenFromEnvironment}
   */
  constructor(
    readonly url: string,
    private readonly token: Token | undefined = tokenFromEnvironment(),
  ) {}

  /**
   * @param at as it was at this moment, from the journal alone; an ISO-8601 instant in UTC. Default: now
   * @throws UnknownEntity; GatewayRefused `NotYetOnRecord` where it was not on record by then
   */
  explain(lifecycle: string, id: string, at?: string): Promise<Explanation> {
    const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`;
    return this.request('GET', entityPath(lifecycle, id) + query, { lifecycle, id });
  }

  /** Entries after `after` (default 0), oldest first. @throws UnknownEntity */
  journal(
    lifecycle: string,
    id: string,
    page: { after?: number; limit?: number } = {},
  ): Promise<{ items: JournalLine[] }> {
    return this.request('GET', `${entityPath(lifecycle, id)}/journal${query(page)}`, { lifecycle, id });
  }

  /** How many entities a filter finds, and what they come to. */
  totals(lifecycle: string, filter: ListFilter): Promise<TotalsView> {
    return this.request('GET', `/api/entities/totals${query({ lifecycle, ...filter })}`);
  }

  /** All entities that a filter finds, page by page. @param pageSize at most 500 */
  list(lifecycle: string, filter: ListFilter = {}, pageSize = 100): AsyncGenerator<EntitySummary, void, void> {
    return this.items('/api/entities', { lifecycle, ...filter }, pageSize);
  }

  /** Summaries of the ids that exist, in no particular order. At most 500 ids. */
  async lookup(lifecycle: string, ids: readonly string[]): Promise<readonly EntitySummary[]> {
    const page = await this.request<Page<EntitySummary>>('POST', '/api/entities/lookup', { body: { lifecycle, ids } });
    return page.items;
  }

  /** What the records know of a submission; undefined where they know nothing. */
  async submission(lifecycle: string, id: string): Promise<SubmissionRecord | undefined> {
    try {
      return await this.request('GET', `${entityPath(lifecycle, id)}/submission`, { lifecycle, id });
    } catch (err) {
      if (err instanceof UnknownEntity) return undefined;
      throw err;
    }
  }

  /** Submits through the gateway, which may keep it in line. @throws InvalidMessage, ConflictingSubmission */
  submit(lifecycle: string, id: string, notice: unknown, frame: SubmissionFrame): Promise<Submitted> {
    const path = `/api/entities/${encodeURIComponent(lifecycle)}`;
    return this.request('POST', path, { lifecycle, id, body: { data: notice, ...frame } });
  }

  /** Delivers a message through the gateway. @throws UnknownEntity, EntityClosed */
  message(lifecycle: string, id: string, name: string, message: Message<unknown>): Promise<Delivery> {
    const path = `${entityPath(lifecycle, id)}/messages/${encodeURIComponent(name)}`;
    return this.request('POST', path, { lifecycle, id, body: message });
  }

  /** Open review tasks, the most urgent first, then by their due, page by page. @param pageSize at most 500 */
  reviews(filter: ReviewFilter = {}, pageSize = 100): AsyncGenerator<ReviewView, void, void> {
    return this.items('/api/reviews', filter, pageSize);
  }

  /** One open review task. @throws UnknownTask */
  review(taskId: string): Promise<ReviewView> {
    return this.request('GET', `/api/reviews/${encodeURIComponent(taskId)}`, { id: taskId });
  }

  /**
   * Keeps personal data in the erasable store; `digest` is what a notice may carry, `ref` is what erases it.
   * @param key the same data under the same key is stored once and gets the first answer
   * @throws GatewayRefused `KeyReused` where the key stands for other data
   */
  putSubject(data: Readonly<Record<string, unknown>>, key?: string): Promise<{ ref: string; digest: string }> {
    return this.request('POST', '/api/subjects', { body: { data }, ...(key === undefined ? {} : { key }) });
  }

  /** Erases personal data; doing so twice is no error. */
  async eraseSubject(ref: string): Promise<void> {
    await this.request('DELETE', `/api/subjects/${encodeURIComponent(ref)}`);
  }

  status(): Promise<StatusView> {
    return this.request('GET', '/api/status');
  }

  /** The items of a list, page by page. @param filter as the list's query has it */
  async *items<Item>(path: string, filter: object, pageSize: number): AsyncGenerator<Item, void, void> {
    for (let cursor: string | undefined; ;) {
      const page = await this.request<Page<Item>>('GET', path + query({ ...filter, limit: pageSize, cursor }));
      yield* page.items;
      if (page.cursor === undefined) return;
      cursor = page.cursor;
    }
  }

  /** One request to the gateway, its refusals as errors. */
  async request<T>(
    method: string,
    path: string,
    about: { readonly lifecycle?: string; readonly id?: string; readonly body?: unknown; readonly key?: string } = {},
  ): Promise<T> {
    const token = typeof this.token === 'function' ? await this.token() : this.token;
    let response: Response;
    let text: string;
    try {
      response = await fetch(this.url + path, {
        method,
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        headers: {
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(about.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(about.key === undefined ? {} : { 'idempotency-key': about.key }),
        },
        ...(about.body === undefined ? {} : { body: JSON.stringify(about.body) }),
      });
      text = await response.text();
    } catch (err) {
      throw new Unreachable('gateway', `${this.url}: ${reasonOf(err)}`, { cause: err });
    }
    const body = parse(text);
    if (response.ok) return body as T;
    throw raised(response.status, body as Partial<Problem> | undefined, about, this.url);
  }
}

/**
 * The token in `THROUGHLINE_TOKEN`; else, on a machine with a fleet of its own, what the key in `THROUGHLINE_DEVELOPMENT_KEY` signs;
 * undefined where neither is set: the gateway then answers little.
 * @param subject whom the key's token names, with every role
 */
export function tokenFromEnvironment(subject = '/clients/typescript'): Token | undefined {
  const { THROUGHLINE_TOKEN: token, THROUGHLINE_DEVELOPMENT_KEY: keyFile } = process.env;
  if (token) return token;
  return keyFile ? developmentTokens(keyFile, { subject, roles: EVERY_ROLE }) : undefined;
}

const entityPath = (lifecycle: string, id: string): string =>
  `/api/entities/${encodeURIComponent(lifecycle)}/${encodeURIComponent(id)}`;

function query(parameters: object): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The error that a problem document stands for. */
function raised(
  status: number,
  problem: Partial<Problem> | undefined,
  about: { readonly lifecycle?: string; readonly id?: string },
  url: string,
): Error {
  const code = problem?.type?.startsWith(PROBLEM_PREFIX) ? problem.type.slice(PROBLEM_PREFIX.length) : `Http${status}`;
  const detail = problem?.detail ?? `the gateway answered ${status}`;
  const { lifecycle = 'entity', id = '' } = about;
  switch (code) {
    case 'UnknownEntity':
      return new UnknownEntity(lifecycle, id);
    case 'UnknownTask':
      return new UnknownTask(id);
    case 'EntityClosed':
      return new EntityClosed(lifecycle, id, problem?.late ?? 'reject', problem?.outcome, problem?.reopenableUntil);
    case 'ConflictingSubmission':
      return new ConflictingSubmission(lifecycle, id);
    case 'MessageRefused':
      return new MessageRefused(problem?.code ?? 'refused', detail, problem?.state);
    case 'NoAnswer':
      return new NoAnswer(problem?.messageId ?? '', problem?.waitedMs ?? 0);
    case 'EntityStopped':
      return new EntityStopped(lifecycle, id, problem?.how ?? detail);
    case 'InvalidMessage':
      return new InvalidMessage('request', problem?.issues ?? [{ field: '(whole)', remedy: detail }]);
    default:
      return status >= 500 ? new Unreachable('gateway', `${url}: ${detail}`) : new GatewayRefused(status, code, detail);
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(err: unknown): string {
  if (!(err instanceof Error)) return String(err);
  const cause = err.cause;
  if (cause instanceof Error) return (cause as NodeJS.ErrnoException).code ?? cause.message;
  return err.message;
}
