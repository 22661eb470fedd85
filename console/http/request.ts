/** Every request to the gateway: with the token of whoever is signed in, and refusals as {@link RequestFailed}. */
import { session } from '../session/session.js';
import { problemOf, unreachable } from './problem.js';

/** What a request may carry. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** A repeat under the same key is recognised. Default: a new one for each write. */
  readonly idempotencyKey?: string;
}

/**
 * The JSON answer; undefined where there is none (204).
 * @throws RequestFailed. A 401 also ends the session: the page asks to sign in again.
 */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(path, 'application/json', options);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** A file that the gateway writes, under the name that it gives it. @throws RequestFailed */
export async function download(path: string, fallbackName: string): Promise<void> {
  const response = await send(path, 'text/csv', {});
  const given = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = given ?? fallbackName;
  link.click();
  URL.revokeObjectURL(url);
}

/** The answer, once it is a success. @throws RequestFailed */
async function send(path: string, accept: string, options: RequestOptions): Promise<Response> {
  const { method = 'GET', body, signal, idempotencyKey = crypto.randomUUID() } = options;
  const token = session.token();
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'GET' ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && token !== undefined) session.expired();
  throw problem;
}

/** Query parameters without those that are not set. Lists repeat the name. */
export function query(
  parameters: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined || value === '') continue;
    for (const one of Array.isArray(value) ? (value as readonly string[]) : [value]) search.append(name, String(one));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
