/** Every request to the gateway: with the token of whoever is signed in, and refusals as {@link RequestFailed}. */
import { session } from '../session/session.js';
import { RequestFailed } from './problem.js';
import { send, type RequestOptions } from './send.js';

/**
 * The JSON answer; undefined where there is none (204).
 * @throws RequestFailed. Where the session has ended it waits until the same person has signed in again.
 */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await answered(path, options);
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** A file that the gateway writes, under the name that it gives it. @throws RequestFailed */
export async function download(path: string, fallbackName: string): Promise<void> {
  const response = await answered(path, { accept: 'text/csv' });
  const given = /filename="?([^";]+)"?/.exec(response.headers.get('content-disposition') ?? '')?.[1];
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = given ?? fallbackName;
  link.click();
  URL.revokeObjectURL(url);
}

/** The answer, once it is a success. What the gateway did not take for its token alone was not carried out, and is sent once more. */
async function answered(path: string, options: RequestOptions): Promise<Response> {
  // How to sign in is told to everybody.
  if (!path.startsWith('/api/')) return send(path, options);
  const once: RequestOptions = { idempotencyKey: crypto.randomUUID(), ...options };
  const token = await session.token();
  try {
    return await send(path, once, token);
  } catch (error) {
    if (!isUnrecognised(error)) throw error;
    const another = await session.insteadOf(token, error);
    return send(path, once, another).catch((again: unknown) => {
      if (isUnrecognised(again)) session.lapse(again);
      throw again;
    });
  }
}

const isUnrecognised = (error: unknown): error is RequestFailed =>
  error instanceof RequestFailed && error.status === 401;

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
