/** The gateway's stream of changes, for as long as the page is open: after a break it goes on from the last event. */
import { EventReader, type ServerEvent } from './events.js';
import { problemOf, unreachable } from './problem.js';

/** Pause before the stream is opened again, in milliseconds: doubled with every failure in a row. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** A stream that has lasted for so long, in milliseconds, and ends in peace is followed by the next one at once. */
const LASTING_MS = 1_000;
/** The gateway beats more often: a stream that is silent for longer is broken, in milliseconds. */
const SILENCE_MS = 45_000;

/** What a follower is told. */
export interface Follower {
  readonly onEvent: (event: ServerEvent) => void;
  /** `open` after a break: changes may have been missed where the gateway could not resume. */
  readonly onState: (state: 'connecting' | 'open') => void;
}

/**
 * Follows the stream until `signal` is aborted. The gateway ends it with the token, and now and then.
 * @param token asked anew for every connection
 */
export async function follow(token: () => Promise<string>, follower: Follower, signal: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  let lastId: string | undefined;
  while (!signal.aborted) {
    const since = Date.now();
    try {
      await connection(await token(), lastId, signal, {
        onState: (state) => {
          pauseMs = FIRST_PAUSE_MS;
          follower.onState(state);
        },
        onEvent: (event) => {
          lastId = event.id ?? lastId;
          follower.onEvent(event);
        },
      });
      // The next one goes on from the last event, if there was one.
      if (lastId !== undefined && Date.now() - since > LASTING_MS) continue;
    } catch {
      // Whatever ended it, it is opened again; a token that is not taken any more shows with the next request.
    }
    if (signal.aborted) return;
    follower.onState('connecting');
    await pause(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
  }
}

/** One connection, to its end. @throws RequestFailed, or when it is silent for too long */
async function connection(
  bearer: string,
  lastId: string | undefined,
  signal: AbortSignal,
  follower: Follower,
): Promise<void> {
  const silence = new AbortController();
  const response = await fetch('/api/stream', {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${bearer}`,
      ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
    },
    signal: AbortSignal.any([signal, silence.signal]),
  });
  if (!response.ok) throw await problemOf(response);
  if (!response.body) throw unreachable();
  follower.onState('open');
  const reader = new EventReader();
  const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    const { done, value } = await text.read().finally(() => clearTimeout(timer));
    if (done) return;
    for (const event of reader.read(value)) follower.onEvent(event);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
