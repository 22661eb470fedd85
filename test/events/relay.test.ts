/** From the records' outbox to the broker: in order per entity, whatever happens on the way. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Broker, Consumption, Published } from '../../events/broker/broker.js';
import { MAX_EVENT_BYTES, type BrokerEvent } from '../../events/broker/event.js';
import { Outbox } from '../../events/relay/outbox.js';
import { Relay } from '../../events/relay/relay.js';
import { carrier, journey, ref } from '../records/fixtures.js';
import { openWorkbench, type Workbench } from '../records/workbench.js';
import { eventually } from '../support/eventually.js';
import { QUICK, STAGES, type Stage } from './stages.js';

const TYPES = ['Announced', 'Travelling', 'Delivered'].map((state) => `com.throughline.parcel.${state}.v1`);
const RUN = { runId: 'run-1' };

describe.each(['postgres', 'nats'] as const)('the relay, with the broker on %s', (kind) => {
  let bench: Workbench;
  let stage: Stage;
  let broker: Broker;
  let outbox: Outbox;
  let reading: Consumption;
  /** What a subscriber got, repeats left out. */
  const heard: BrokerEvent[] = [];
  const relays: Relay[] = [];

  beforeAll(async () => {
    [bench, stage] = await Promise.all([openWorkbench(), STAGES[kind]()]);
    broker = await stage.open();
    outbox = new Outbox(bench.pool, 'throughline.outbox');
    reading = await broker.subscribe({ name: 'reader', types: TYPES, from: 'beginning' }, async (event) => {
      if (!heard.some(({ id }) => id === event.id)) heard.push(event);
    });
  });
  afterEach(async () => {
    for (const relay of relays.splice(0)) await relay.close();
  });
  afterAll(async () => {
    await reading.close();
    await stage.close();
    await bench.close();
  });

  /** A relay of its own, as another process would have. */
  async function relayed(through?: (broker: Broker) => Broker): Promise<Relay> {
    const own = await stage.open();
    const relay = new Relay(bench.pool, outbox, through?.(own) ?? own, { refusals: QUICK, lookEveryMs: 20 });
    relays.push(relay);
    relay.start();
    return relay;
  }

  const of = (id: string): BrokerEvent[] => heard.filter(({ subject }) => subject === id);
  const types = (id: string): string[] => of(id).map(({ type }) => type.split('.')[3] ?? type);
  const WHOLE = ['Announced', 'Travelling', 'Delivered'];

  it('publishes every event once, in the order of its entity, however many relays there are', async () => {
    const ids = Array.from({ length: 30 }, (_, i) => `${kind}-many-${i}`);
    for (let i = 0; i < 3; i++) await relayed();
    // Entry by entry, so that events of all come in between.
    for (let entry = 0; entry < 4; entry++) {
      await Promise.all(
        ids.map((id) => bench.writer.write(carrier(ref(id), journey(id).slice(entry, entry + 1)), RUN)),
      );
    }
    await eventually(() => ids.every((id) => of(id).length === 3));
    for (const id of ids) expect(types(id)).toEqual(WHOLE);
    expect(of(ids[0] ?? '')[1]).toMatchObject({
      id: `parcel/${ids[0]}/3`,
      source: '/throughline',
      partitionkey: `parcel/${ids[0]}`,
      correlationid: `parcel/${ids[0]}`,
      causationid: expect.any(String) as string,
      sequence: '0000000003',
      data: { from: 'Announced', to: 'Travelling', follows: `parcel/${ids[0]}/1` },
    });
    await eventually(async () => (await outbox.lag()).length === 0);
  });

  it('parks what the broker refuses; its entity waits, the others go on, and a retry goes on in order', async () => {
    const [bad, good] = [`${kind}-poisoned`, `${kind}-sound`];
    await bench.writer.write(carrier(ref(bad), journey(bad)), RUN);
    await bench.writer.write(carrier(ref(good), journey(good)), RUN);
    const spoil = `UPDATE outbox SET data = jsonb_set(data, '{text}', to_jsonb(repeat('x', $2))) WHERE id = $1`;
    await bench.owner.query(spoil, [`parcel/${bad}/3`, MAX_EVENT_BYTES]);
    await relayed();
    const [parked] = await eventually(
      () => outbox.waiting(true, 10),
      (found) => found.length === 1,
    );
    expect(parked).toMatchObject({ id: `parcel/${bad}/3`, key: `parcel/${bad}`, failures: QUICK.attempts });
    expect(parked?.reason).toContain('bytes, more than');
    await eventually(() => types(good).length === 3);
    expect(types(bad)).toEqual(['Announced']);
    const [lag] = await outbox.lag();
    expect(lag?.lifecycle).toBe('parcel');
    expect(lag?.parked).toBe(1);
    expect(lag?.waiting).toBeGreaterThan(1);
    await bench.owner.query(spoil, [`parcel/${bad}/3`, 1]);
    expect(await outbox.retry('parcel/unknown/1')).toBe(0);
    expect(await outbox.retry(`parcel/${bad}/3`)).toBe(1);
    await eventually(() => types(bad).length === 3);
    expect(types(bad)).toEqual(WHOLE);
  });

  it('adds nothing once its transaction is lost, and repeats nothing that another relay has published', async () => {
    const id = `${kind}-stale`;
    await bench.writer.write(carrier(ref(id), journey(id)), RUN);
    let cut = 0;
    const outcomes: PromiseSettledResult<Published>[] = [];
    const loses = (real: Broker): Broker =>
      Object.assign(Object.create(real) as Broker, {
        publish: async (events: BrokerEvent[], held: () => Promise<unknown>) => {
          const publishing = real.publish(events, async () => {
            if (cut++ === 0) {
              await bench.owner.query(
                `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                  WHERE datname = current_database() AND state = 'idle in transaction'`,
              );
            }
            return held();
          });
          const [outcome] = await Promise.allSettled([publishing]);
          outcomes.push(outcome);
          return publishing;
        },
      });
    await relayed(loses);
    await eventually(() => types(id).length === 3);
    expect(outcomes[0]?.status).toBe('rejected');
    expect(outcomes[1]?.status).toBe('fulfilled');
    expect(types(id)).toEqual(WHOLE);
  });

  it('waits while the broker is away, says so, and goes on', async () => {
    const id = `${kind}-outage`;
    const relay = await relayed();
    await eventually(() => relay.well);
    await stage.cut();
    await bench.writer.write(carrier(ref(id), journey(id)), RUN);
    await eventually(() => types(id).length === 3);
    expect(types(id)).toEqual(WHOLE);
    await eventually(() => relay.well);
  });
});
