import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StreamEvents } from '../../client/console-views.js';
import { LiveClient } from '../../gateway/live/client.js';
import { eventually } from '../support/eventually.js';
import { bearer } from '../support/tokens.js';
import { setStage, submitted, withdrawnJournal, type Stage } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

interface Heard {
  readonly id: string;
  readonly event: keyof StreamEvents;
  readonly data: Record<string, unknown>;
}

/** A browser that listens. */
async function listen(path: string, headers: Record<string, string> = {}, roles?: readonly string[]) {
  const stop = new AbortController();
  const response = await fetch(`${stage.gatewayUrl}${path}`, {
    headers: { ...(await bearer('vera', roles)), ...headers },
    signal: stop.signal,
  });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const heard: Heard[] = [];
  let text = '';
  const reading = (async () => {
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
        if (id !== undefined && data !== undefined) {
          heard.push({ id, event: event as keyof StreamEvents, data: JSON.parse(data) as Record<string, unknown> });
        }
        text = text.slice(end + 2);
      }
    }
  })().catch(() => undefined);
  return {
    heard,
    async close() {
      stop.abort();
      await reading;
    },
  };
}

const of = (heard: readonly Heard[], event: keyof StreamEvents, id: string) =>
  heard.filter((one) => one.event === event && one.data['id'] === id);

it('tells of each change soon, once, with ids alone, to those who may see it', async () => {
  const [vera, other, one] = await Promise.all([
    listen('/api/stream'),
    listen('/api/stream', {}, ['viewer:order']),
    listen('/api/stream?lifecycle=claim&id=CLM-S-2'),
  ]);
  for (const id of ['CLM-S-1', 'CLM-S-2']) await stage.record({ id }, [submitted()]);
  await eventually(
    () => Promise.resolve(of(vera.heard, 'entity', 'CLM-S-2')),
    (events) => events.length === 1,
  );
  const [event] = of(vera.heard, 'entity', 'CLM-S-1');
  expect(event?.data).toEqual({ lifecycle: 'claim', id: 'CLM-S-1', state: 'Submitted', sequence: 1, closed: false });
  expect(vera.heard.some((heard) => heard.event === 'overview')).toBe(true);
  await stage.query(
    `INSERT INTO throughline.finding (kind, lifecycle, entity_id, key, evidence) VALUES ('run-gone', 'claim', 'CLM-S-2', '1', '{}')`,
  );
  await eventually(
    () => Promise.resolve(of(one.heard, 'finding', 'CLM-S-2')),
    (events) => events.length === 1,
  );
  await eventually(
    () => Promise.resolve(of(vera.heard, 'finding', 'CLM-S-2')),
    (events) => events.length === 1,
  );
  expect(of(vera.heard, 'entity', 'CLM-S-1')).toHaveLength(1);
  expect(of(one.heard, 'entity', 'CLM-S-1')).toEqual([]);
  expect(other.heard.filter(({ event: name }) => name === 'entity' || name === 'finding')).toEqual([]);
  await Promise.all([vera.close(), other.close(), one.close()]);

  // What happened while nobody listened is told to whoever comes back.
  await stage.record({ id: 'CLM-S-1' }, withdrawnJournal({ messageId: 'w', digest: 'd' }));
  const back = await listen('/api/stream', { 'last-event-id': vera.heard.at(-1)?.id ?? '' });
  await eventually(
    () => Promise.resolve(of(back.heard, 'entity', 'CLM-S-1')),
    (events) => events.some(({ data }) => data['closed'] === true),
  );
  await back.close();
  const late = await listen('/api/stream', { 'last-event-id': '2012-10-29T00:00:00.000000Z' });
  await eventually(
    () => Promise.resolve(late.heard),
    (events) => events.some(({ event: name }) => name === 'missed'),
  );
  await late.close();
});

it('a reader that does not read is told once that it missed something', () => {
  const client = new LiveClient({ lifecycles: ['claim'] });
  const changes = Array.from({ length: 5000 }, (_, n) => ({
    kind: 'entity' as const,
    key: String(n),
    version: '1',
    data: { lifecycle: 'claim', id: `CLM-${n}`, state: 'Submitted', sequence: 1, closed: false },
  }));
  client.tell({ asOf: '2012-10-29T00:00:00.000000Z', changes, missed: false });
  expect(client.stream.readableLength).toBeLessThan(80_000);
  const first = String(client.stream.read());
  expect(first).not.toContain('event: missed');
  client.drained();
  expect(String(client.stream.read())).toContain('event: missed');
});
