/** Keeps what is shown current: the gateway's stream says what has changed, and that is read again. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useState, type ReactNode } from 'react';
import type { StreamEvents } from '../../client/console-views.js';
import { session } from '../session/session.js';
import { follow } from './stream.js';
import type { ServerEvent } from './events.js';

/** Lists and figures are read again at most so often, in milliseconds, however much changes. */
const GATHER_MS = 1_500;

/** Where the stream does not come through, what is shown is read again so often, in milliseconds. */
const WITHOUT_STREAM_MS = 10_000;

/** Whether changes arrive. */
export type LiveState = 'connecting' | 'open';

const Context = createContext<LiveState>('connecting');

/** Follows the stream for all pages below. */
export function WithLive({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  useEffect(() => {
    const ended = new AbortController();
    const changes = new Changes(client);
    let broken = false;
    const onState = (now: LiveState): void => {
      // What happened meanwhile may be lost; after a break everything that is shown is read again.
      if (now === 'open' && broken) void client.invalidateQueries({ queryKey: ['read'] });
      broken = now === 'connecting';
      setState(now);
    };
    void follow(() => session.token(), { onEvent: (event) => changes.note(event), onState }, ended.signal);
    return () => {
      ended.abort();
      changes.stop();
    };
  }, [client]);
  useEffect(() => {
    if (state === 'open') return;
    const timer = window.setInterval(() => void client.invalidateQueries({ queryKey: ['read'] }), WITHOUT_STREAM_MS);
    return () => window.clearInterval(timer);
  }, [client, state]);
  return <Context value={state}>{children}</Context>;
}

/** Whether changes arrive now. */
export const useLive = (): LiveState => useContext(Context);

/** What an event makes old: beginnings of keys. Single things at once, lists and figures gathered. */
interface Stale {
  readonly atOnce: ReadonlyArray<readonly string[]>;
  readonly gathered: readonly string[];
}

const HANDLERS: { readonly [Name in keyof StreamEvents]: (data: StreamEvents[Name]) => Stale } = {
  entity: ({ lifecycle, id }) => ({
    atOnce: [['entities', lifecycle, id]],
    gathered: ['entities', 'views', 'overview', 'catastrophes', 'reviews'],
  }),
  review: ({ lifecycle, id }) => ({
    atOnce: [['entities', lifecycle, id]],
    gathered: ['reviews', 'questions', 'views', 'overview'],
  }),
  finding: ({ lifecycle, id }) => ({ atOnce: [['entities', lifecycle, id]], gathered: ['findings', 'overview'] }),
  dependency: () => ({ atOnce: [['dependencies']], gathered: ['overview', 'entities'] }),
  overview: () => ({ atOnce: [], gathered: ['overview', 'views'] }),
  missed: () => ({ atOnce: [[]], gathered: [] }),
};

/** Tells the cache what is old. */
class Changes {
  private readonly gathered = new Set<string>();
  private timer: number | undefined;

  constructor(private readonly client: QueryClient) {}

  note({ name, data }: ServerEvent): void {
    const handler = (HANDLERS as Readonly<Record<string, ((data: never) => Stale) | undefined>>)[name];
    if (!handler) return;
    const { atOnce, gathered } = handler(JSON.parse(data) as never);
    for (const key of atOnce) void this.client.invalidateQueries({ queryKey: ['read', ...key] });
    for (const topic of gathered) this.gathered.add(topic);
    if (this.gathered.size > 0) this.timer ??= window.setTimeout(() => this.flush(), GATHER_MS);
  }

  stop(): void {
    window.clearTimeout(this.timer);
  }

  private flush(): void {
    this.timer = undefined;
    const topics = new Set(this.gathered);
    this.gathered.clear();
    void this.client.invalidateQueries({
      // A single entity (`entities`, lifecycle, id) has an event of its own; what is open of others is still true.
      predicate: ({ queryKey: [root, topic, ...rest] }) =>
        root === 'read' && topics.has(String(topic)) && !(topic === 'entities' && isSingle(rest)),
    });
  }
}

const isSingle = ([, id]: readonly unknown[]): boolean =>
  typeof id === 'string' && id !== 'pages' && !id.startsWith('?');
