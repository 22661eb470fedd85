/** One request to the gateway, as it is: whoever is signed in is none of its business. */
import { problemOf, unreachable } from './problem.js';

/** What a request may carry. */
export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** A repeat under the same key is recognised. Default: a new one for each write. */
  readonly idempotencyKey?: string;
  /** The kind of answer that is taken. Default: JSON. */
  readonly accept?: string;
}

/** The answer, once it is a success. @throws RequestFailed */
export async function send(path: string, options: RequestOptions, token?: string): Promise<Response> {
  const { method = 'GET', body, signal, idempotencyKey = crypto.randomUUID(), accept = 'application/json' } = options;
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
  throw await problemOf(response);
}
