/** What every broker keeps, whichever it is. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventRefused, NotNow, type Broker, type Consumption, type Handler } from '../../events/broker/broker.js';
import { MAX_EVENT_BYTES, type BrokerEvent } from '../../events/broker/event.js';
import { eventually } from '../support/eventually.js';
import { event, STAGES, type Stage } from './stages.js';

const TYPES = ['com.throughline.parcel.Moved.v1'];
const idsOf = (events: readonly BrokerEvent[]): string[] => events.map(({ id }) => id);

describe.each(['postgres', 'nats'] as const)('the broker on %s', (kind) => {
  let stage: Stage;
  let broker: Broker;
  const consumptions: Consumption[] = [];
  let subscriptions = 0;
  let keys = 0;

  const newKey = (): string => `parcel/${kind}-${++keys}`;
  const newName = (): string => `reader-${++subscriptions}`;

  async function subscribed(
    handle: Handler,
    { name = newName(), from = 'now', on = broker }: { name?: string; from?: 'now' | 'beginning'; on?: Broker } = {},
  ) {
    const consumption = await on.subscribe({ name, types: TYPES, from }, handle);
    consumptions.push(consumption);
    return { name, consumption };
  }

  /** A subscription that notes what it gets. */
  async function listening(options: Parameters<typeof subscribed>[1] = {}) {
    const heard: BrokerEvent[] = [];
    return { heard, ...(await subscribed(async (one) => void heard.push(one), options)) };
  }

  beforeAll(async () => {
    stage = await STAGES[kind]();
    broker = await stage.open();
  });
  afterEach(async () => {
    for (const consumption of consumptions.splice(0)) await consumption.close();
  });
  afterAll(() => stage.close());

  it('delivers to every subscription, in the order of each key, and each event once however often it is published', async () => {
    const [a, b] = [await listening(), await listening()];
    const [x, y] = [newKey(), newKey()];
    const told = [event(x, 1), event(y, 1), event(x, 2), event(x, 3), event(y, 2)];
    const other = event(x, 4, { type: 'com.throughline.parcel.Weighed.v1' });
    await broker.publish(told.slice(0, 3));
    await broker.publish([...told, other]);
    expect(await broker.publish(told)).toEqual({ accepted: expect.arrayContaining(idsOf(told)), refused: [] });
    for (const { heard } of [a, b]) {
      await eventually(() => heard.length >= told.length);
      for (const key of [x, y]) {
        const its = (events: readonly BrokerEvent[]) => events.filter(({ partitionkey }) => partitionkey === key);
        expect(its(heard)).toEqual(its(told));
      }
    }
    const last = event(x, 5);
    await broker.publish([last]);
    await eventually(() => a.heard.at(-1)?.id === last.id);
    expect(a.heard).toHaveLength(told.length + 1);
  });

  it('begins with the oldest event, or with the next one, and goes on where the name left off', async () => {
    const key = newKey();
    const [first, second, third] = [event(key, 1), event(key, 2), event(key, 3)];
    await broker.publish([first]);
    const all = await listening({ from: 'beginning' });
    const next = await listening({ from: 'now' });
    await broker.publish([second]);
    await eventually(() => next.heard.length > 0);
    await eventually(() => all.heard.at(-1)?.id === second.id);
    expect(idsOf(next.heard)).toEqual([second.id]);
    expect(idsOf(all.heard)).toContain(first.id);
    await next.consumption.close();
    await broker.publish([third]);
    const again = await listening({ name: next.name });
    await eventually(() => again.heard.length > 0);
    expect(idsOf(again.heard)).toEqual([third.id]);
  });

  it('holds back the key of an event that fails, and no other, until it succeeds', async () => {
    const [bad, good] = [newKey(), newKey()];
    const [first, second, other] = [event(bad, 1), event(bad, 2), event(good, 1)];
    const tries: string[] = [];
    let mended = false;
    await subscribed(async ({ id }) => {
      tries.push(id);
      if (id === first.id && !mended) throw new NotNow('the ledger is away');
    });
    await broker.publish([first, second, other]);
    await eventually(() => tries.includes(other.id) && tries.filter((id) => id === first.id).length > 7);
    expect(tries).not.toContain(second.id);
    expect(await broker.parked(10)).toEqual([]);
    mended = true;
    await eventually(() => tries.includes(second.id));
    expect(tries.at(-2)).toBe(first.id);
  });

  it('parks what fails too often, or what no repeat would help, shows it, and delivers it again when asked', async () => {
    const [key, other] = [newKey(), newKey()];
    const [broken, behind, refused] = [event(key, 1), event(key, 2), event(other, 1)];
    const heard: string[] = [];
    const tries = new Map<string, number>();
    let mended = false;
    const { name } = await subscribed(async ({ id }) => {
      tries.set(id, (tries.get(id) ?? 0) + 1);
      if (!mended && id === broken.id) throw new Error('cannot be read');
      if (!mended && id === refused.id) throw new EventRefused('no such parcel');
      heard.push(id);
    });
    await broker.publish([broken, behind, refused]);
    const parked = await eventually(
      () => broker.parked(10),
      (found) => found.length === 2 && heard.includes(behind.id),
    );
    expect(parked).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          subscription: name,
          id: broken.id,
          key,
          attempts: 5,
          reason: 'Error: cannot be read',
        }),
        expect.objectContaining({ id: refused.id, attempts: 1, reason: 'EventRefused: no such parcel' }),
      ]),
    );
    expect(tries.get(refused.id)).toBe(1);
    await eventually(
      () => lagOf(name),
      (lag) => lag?.waiting === 0 && lag.parked === 2,
    );
    mended = true;
    expect(await broker.retry(name, refused.id)).toBe(1);
    await eventually(() => heard.includes(refused.id));
    expect(await broker.retry(name)).toBe(1);
    await eventually(() => heard.includes(broken.id));
    expect(heard).toHaveLength(3);
    expect(await broker.parked(10)).toEqual([]);
  });

  it('refuses what it can never carry, and leaves alone what stands behind it', async () => {
    const [bad, good] = [newKey(), newKey()];
    const large = event(bad, 1, { data: { text: 'x'.repeat(MAX_EVENT_BYTES) } });
    const [behind, sound] = [event(bad, 2), event(good, 1)];
    const { accepted, refused } = await broker.publish([large, behind, sound]);
    expect(accepted).toEqual([sound.id]);
    expect(refused).toEqual([
      { id: large.id, reason: expect.stringMatching(/bytes, more than .*reference/) as string },
    ]);
    const shapeless = event(bad, 3, { time: 'yesterday' });
    expect((await broker.publish([shapeless])).refused).toEqual([
      { id: shapeless.id, reason: expect.stringContaining('attribute time') as string },
    ]);
  });

  it('lets no publisher add behind what another has added meanwhile', async () => {
    const key = newKey();
    const { heard } = await listening();
    const [first, second, third, fourth] = [event(key, 1), event(key, 2), event(key, 3), event(key, 4)];
    const lost = new Error('the lock is lost');
    await expect(broker.publish([first], () => Promise.reject(lost))).rejects.toThrow(lost);
    // The one that is late passed the question, and only then the other published all that it wanted to, and more.
    const quicker = await stage.open();
    await broker
      .publish([first, second], async () => void (await quicker.publish([first, second, third])))
      .catch(() => undefined);
    await quicker.publish([fourth]);
    await eventually(() => heard.some(({ id }) => id === fourth.id));
    expect(idsOf(heard)).toEqual(idsOf([first, second, third, fourth]));
  });

  it('keeps the order of each key over several processes of a subscription, also when one leaves', async () => {
    const all = Array.from({ length: 20 }, newKey);
    const log: BrokerEvent[] = [];
    const seen = new Set<string>();
    // As a subscriber does it: an effect once per event, whoever has it.
    const handle = async (one: BrokerEvent) => {
      await pause(1);
      if (!seen.has(one.id)) log.push(one);
      seen.add(one.id);
    };
    const name = newName();
    const left = await subscribed(handle, { name });
    await subscribed(handle, { name, on: await stage.open() });
    const told: BrokerEvent[] = [];
    for (let sequence = 1; sequence <= 10; sequence++) {
      const events = all.map((key) => event(key, sequence));
      told.push(...events);
      await broker.publish(events);
      if (sequence === 5) await left.consumption.close();
    }
    await eventually(() => seen.size === told.length);
    for (const key of all) {
      const its = log.filter(({ partitionkey }) => partitionkey === key).map(({ sequence }) => Number(sequence));
      expect(its).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });

  it('goes on when its connections are cut', async () => {
    const key = newKey();
    const { heard, name } = await listening();
    await broker.publish([event(key, 1)]);
    await eventually(() => heard.length === 1);
    await stage.cut();
    const after = event(key, 2);
    await eventually(async () => (await broker.publish([after])).accepted.length === 1);
    await eventually(() => heard.some(({ id }) => id === after.id));
    await eventually(
      () => lagOf(name),
      (lag) => lag?.waiting === 0,
    );
  });

  it('says how far each subscription is behind', async () => {
    const key = newKey();
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const { name } = await subscribed(() => gate);
    await broker.publish([event(key, 1), event(key, 2), event(newKey(), 1)]);
    const lag = await eventually(
      () => lagOf(name),
      (found) => found?.waiting === 3,
    );
    expect(lag?.oldestSeconds).toBeGreaterThanOrEqual(0);
    const { version, figures } = await broker.about();
    expect(version).toMatch(/^\d+[.]\d+/);
    expect(figures['sizeBytes']).toBeGreaterThan(0);
    open();
    await eventually(
      () => lagOf(name),
      (found) => found?.waiting === 0,
    );
  });

  const lagOf = async (name: string) => (await broker.lag()).find(({ subscription }) => subscription === name);
});
