/** What operations people read, over some thousand entities in real tables: complete, stable, cut, and out of the indexes. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fill } from '../../bench/console/fill.js';
import type { FleetView, OverviewView, SavedView } from '../../client/console-views.js';
import { GatewayClient } from '../../client/gateway.js';
import type { ActionsView, LifecycleView } from '../../client/lifecycle-views.js';
import type { EntitySummary, Page, TotalsView } from '../../client/views.js';
import { csvLines } from '../../gateway/csv.js';
import { createPool, withSessionOptions } from '../../records/pool.js';
import { RecordsReader } from '../../records/reader.js';
import { RECORDS_SCHEMA, type Database } from '../../records/schema.js';
import { LIFECYCLES } from '../../workflows/lifecycles.js';
import { eventually } from '../support/eventually.js';
import { bearer } from '../support/tokens.js';
import { setStage, type Stage } from './stage.js';

const ENTITIES = 3000;

let stage: Stage;
let gateway: GatewayClient;
beforeAll(async () => {
  stage = await setStage();
  gateway = new GatewayClient(stage.gatewayUrl);
  const owner = new pg.Pool({ ...withSessionOptions(stage.database.url, { search_path: RECORDS_SCHEMA }), max: 1 });
  await fill(owner, { entities: ENTITIES, entries: 3 }, () => undefined);
  await owner.end();
});
afterAll(() => stage.close());

const get = <T>(path: string): Promise<T> => gateway.request<T>('GET', path);
async function as<T>(path: string, subject: string, roles: readonly string[]): Promise<{ status: number; body: T }> {
  const response = await fetch(stage.gatewayUrl + path, { headers: await bearer(subject, roles) });
  return { status: response.status, body: (await response.json()) as T };
}
async function idsOf(where: string): Promise<string[]> {
  const rows = await stage.query<{ entity_id: string }>(`SELECT entity_id FROM throughline.entity WHERE ${where}`);
  return rows.map(({ entity_id }) => entity_id).sort();
}

/** All pages of a list. */
async function all(query: string): Promise<EntitySummary[]> {
  const found: EntitySummary[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<EntitySummary> = await get(
      `/api/entities?${query}&limit=250${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    );
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

describe('lists', () => {
  it.each([
    ['lifecycle=claim&closed=false', `lifecycle = 'claim' AND NOT closed`],
    ['lifecycle=claim&state=PaymentPending,AwaitingDocuments', `state IN ('PaymentPending', 'AwaitingDocuments')`],
    ['lifecycle=claim&overdue=true', `lifecycle = 'claim' AND NOT closed AND deadline_at < now()`],
    [
      'lifecycle=claim&closed=false&longerThan=P3D',
      `lifecycle = 'claim' AND NOT closed AND since < now() - interval '3 days'`,
    ],
    [
      'lifecycle=claim&late=true',
      `lifecycle = 'claim' AND NOT closed AND (deadline_at < now() OR attention = 'deadlineElapsed')`,
    ],
    ['lifecycle=claim&attention=true', `lifecycle = 'claim' AND attention IS NOT NULL`],
    ['lifecycle=claim&catastrophe=Hurricane%20Sandy', `catastrophe = 'Hurricane Sandy'`],
    ['lifecycle=claim&reason=deadlineElapsed', `lifecycle = 'claim' AND reason->>'code' = 'deadlineElapsed'`],
    ['lifecycle=claim&reason=fraudReferred', `false`],
    ['lifecycle=claim&text=00123', `lifecycle = 'claim' AND entity_id LIKE '%00123%'`],
    ['lifecycle=claim&text=cla-00001*', `entity_id LIKE 'CLA-00001%'`],
    ['owner=fraud%20service', `lifecycle = 'claim' AND state = 'FraudScreenPending'`],
    [
      'lifecycle=ticket&dueBefore=P2D',
      `lifecycle = 'ticket' AND NOT closed AND deadline_at < now() + interval '2 days'`,
    ],
  ])('%s finds exactly that, on all pages and in its totals', async (query, where) => {
    const expected = await idsOf(where);
    expect((await all(query)).map(({ id }) => id).sort()).toEqual(expected);
    expect((await get<TotalsView>(`/api/entities/totals?${query}`)).entities).toBe(expected.length);
  });

  it.each(['age', 'deadline', 'amount', 'updated'])('come by %s, each once, over every lifecycle', async (sort) => {
    const found = await all(`sort=${sort}`);
    expect(found.map(({ id }) => id).sort()).toEqual(await idsOf('true'));
    const key = {
      age: ({ since }: EntitySummary) => Date.parse(since),
      deadline: ({ deadline }: EntitySummary) => (deadline ? Date.parse(deadline.at) : Infinity),
      amount: ({ amounts }: EntitySummary) => -(amounts?.open ?? -1),
      // Rows were written as of when they entered their state.
      updated: ({ since }: EntitySummary) => -Date.parse(since),
    }[sort];
    const keys = found.map((entity) => key?.(entity) ?? NaN);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
  });

  it('total what their entities come to', async () => {
    const [sums] = await stage.query<{ open: string; paid: string }>(
      `SELECT sum((facts->'amounts'->>'open')::bigint) AS open, sum((facts->'amounts'->>'paid')::bigint) AS paid
         FROM throughline.entity WHERE lifecycle = 'order'`,
    );
    const { amounts } = await get<TotalsView>('/api/entities/totals?lifecycle=order');
    expect(amounts).toMatchObject([{ currency: 'USD', open: Number(sums?.open), paid: Number(sums?.paid) }]);
  });

  it('add up whole minor units alone: what has a fraction is no amount', async () => {
    const sum = async () => (await get<TotalsView>('/api/entities/totals?lifecycle=order')).amounts[0]?.open ?? NaN;
    const set = (open: number, of: string) =>
      stage.query(
        `UPDATE throughline.entity SET facts = jsonb_set(facts, '{amounts,open}', to_jsonb($1::numeric)) WHERE entity_id = $2`,
        [open, of],
      );
    const [one] = await stage.query<{ id: string; open: number }>(
      `SELECT entity_id AS id, unpaid::integer AS open FROM throughline.entity WHERE lifecycle = 'order' AND unpaid > 0 LIMIT 1`,
    );
    const { id = '', open = 0 } = one ?? {};
    const before = await sum();
    await set(open + 0.5, id);
    expect(await sum()).toBe(before - open);
    expect((await gateway.lookup('order', [id]))[0]?.amounts).toBeUndefined();
    await set(open, id);
    expect(await sum()).toBe(before);
  });

  it('are cut to what the asker may see, and refuse what is not understood', async () => {
    const orders = await as<Page<EntitySummary>>('/api/entities?limit=500', 'vera', ['viewer:order']);
    expect(new Set(orders.body.items.map(({ lifecycle }) => lifecycle))).toEqual(new Set(['order']));
    expect(await as('/api/entities?lifecycle=claim', 'vera', ['viewer:order'])).toMatchObject({ status: 403 });
    for (const query of ['longerThan=soon', 'text=a', 'owner=nobody-there', 'sort=luck', 'cursor=AAAA', 'text=a%00b']) {
      expect(await as(`/api/entities?${query}`, 'vera', ['viewer'])).toMatchObject({ status: 422 });
    }
  });

  it('leave as CSV: a line each, nothing that a spreadsheet would reckon', async () => {
    const response = await fetch(`${stage.gatewayUrl}/api/entities.csv?lifecycle=ticket`, { headers: await bearer() });
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="ticket-.*\.csv"$/);
    const lines = (await response.text()).trimEnd().split('\r\n');
    expect(lines.length - 1).toBe((await idsOf(`lifecycle = 'ticket'`)).length);
    const cells = [{ heading: 'a', of: (text: string) => text }];
    const made: string[] = [];
    for await (const line of csvLines(
      cells,
      (async function* () {
        yield* ['=1+1', 'x,"y"', '@a', 'b'];
      })(),
    ))
      made.push(line);
    expect(made).toEqual(['\uFEFFa\r\n', "'=1+1\r\n", '"x,""y"""\r\n', "'@a\r\n", 'b\r\n']);
  });
});

it('an index holds whatever lists, totals and counts ask for', async () => {
  const asked: { readonly sql: string; readonly parameters: readonly unknown[] }[] = [];
  const pool = createPool(stage.database.url, { applicationName: 'test', max: 1 });
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query: { sql, parameters } }) => void asked.push({ sql, parameters }),
  });
  const reader = new RecordsReader(db);
  const within = LIFECYCLES.map(({ name }) => ({ lifecycle: name }));
  const now = new Date().toISOString();
  for (const order of ['age', 'deadline', 'amount', 'updated'] as const) await reader.listEntities({ within, order });
  await reader.listEntities({ within: [{ lifecycle: 'claim', states: ['PaymentPending'] }], closed: false });
  await reader.listEntities({ within, dueBefore: now });
  await reader.listEntities({ within, late: true });
  await reader.listEntities({ within, idContains: '77' });
  await reader.entityTotals({ within: [{ lifecycle: 'claim' }] });
  await reader.countByState();
  const questions = asked.filter(({ sql }) => sql.includes('entity'));
  expect(questions.length).toBeGreaterThan(8);
  // So few rows are read as they lie; among many the table is read from end to end only where no index has what is asked.
  await pool.query('SET enable_seqscan = off; SET enable_bitmapscan = off');
  const plan = async ({ sql, parameters }: (typeof questions)[number]): Promise<string> => {
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${sql}`, [...parameters]);
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  // An index answers alone for pages that everybody sees alike, which takes until nobody reads an older state.
  await eventually(
    async () => {
      // A few changed rows are not worth a look at the indexes to it, unless it is told so.
      await stage.query('VACUUM (ANALYZE, INDEX_CLEANUP ON) throughline.entity');
      return Promise.all(questions.map(plan));
    },
    (plans) =>
      plans.every(
        (text) =>
          !/Seq Scan on entity/.test(text) &&
          /Index Only Scan using entity_(list|age|pkey)|Index Scan using entity_deadline/.test(text),
      ),
  );
  await pool.end();
});

it('the overview counts what is there, cut to the asker', async () => {
  const view = await get<OverviewView>('/api/overview');
  const [counted] = await stage.query<{ open: number; overdue: number; attention: number }>(
    `SELECT (count(*) FILTER (WHERE NOT closed))::integer AS open,
            (count(*) FILTER (WHERE NOT closed AND deadline_at < now()))::integer AS overdue,
            (count(*) FILTER (WHERE NOT closed AND attention IS NOT NULL))::integer AS attention FROM throughline.entity`,
  );
  expect(view.totals).toMatchObject(counted ?? {});
  const claims = view.lifecycles.find(({ lifecycle }) => lifecycle === 'claim');
  const screening = claims?.states.find(({ state }) => state === 'FraudScreenPending');
  expect(screening?.age?.p95Ms).toBeGreaterThanOrEqual(screening?.age?.medianMs ?? Infinity);
  const entries = claims?.states.flatMap((state) => state.entries) ?? [];
  const [entered] = await stage.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM throughline.journal WHERE lifecycle = 'claim' AND to_state IS NOT NULL
        AND recorded_at >= date_trunc('hour', now()) - interval '23 hours'`,
  );
  expect(entries.reduce((sum, hour) => sum + hour, 0)).toBe(entered?.count);
  const { body } = await as<OverviewView>('/api/overview', 'vera', ['viewer:order']);
  expect(body.lifecycles.map(({ lifecycle }) => lifecycle)).toEqual(['order']);
  expect(body.reviews.map(({ queue }) => queue)).not.toContain('claims-review');
});

it('saved views are filters of the lists, with their counts', async () => {
  const { items } = await get<{ items: SavedView[] }>('/api/views?lifecycle=claim');
  expect(new Set(items.map(({ view }) => view)).size).toBe(items.length);
  for (const { of, filter, count } of items) {
    const query = new URLSearchParams(
      Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)])),
    );
    const totals = await get<{ entities?: number; tasks?: number }>(`/api/${of}/totals?${query.toString()}`);
    expect(totals.entities ?? totals.tasks).toBe(count);
  }
  expect((await get<{ items: SavedView[] }>('/api/views')).items.length).toBeGreaterThan(items.length);
});

it('lifecycles come with every state, way and message', async () => {
  const { items } = await get<{ items: LifecycleView[] }>('/api/lifecycles');
  expect(items.map(({ lifecycle }) => lifecycle).sort()).toEqual(LIFECYCLES.map(({ name }) => name).sort());
  for (const { states, edges, messages, versions, version } of items) {
    const names = states.map(({ state }) => state);
    for (const { from, to, triggers } of edges) {
      expect(names).toEqual(expect.arrayContaining([from, to]));
      expect(triggers).not.toEqual([]);
    }
    for (const { schema, means } of messages)
      expect([schema['type'] ?? schema['anyOf'] ?? schema['oneOf'], means]).not.toContain(undefined);
    expect(versions.map((known) => known.version)).toContain(version);
  }
});

it('offers what the asker may do with an entity, and says why not', async () => {
  const [id] = await idsOf(`lifecycle = 'claim' AND state = 'EscalatedForManualReview'`);
  const path = `/api/entities/claim/${id}/actions`;
  const { body: sams } = await as<ActionsView>(path, 'sam', ['supervisor']);
  const allowed = sams.items.filter((action) => action.allowed).map(({ message }) => message);
  expect(allowed).toEqual(expect.arrayContaining(['manualDecision', 'assignReview', 'moveClock', 'placeHold']));
  expect(sams.items.find(({ label }) => label === 'Take')?.preset).toMatchObject({ assignee: 'sam' });
  const { body: veras } = await as<ActionsView>(path, 'vera', ['viewer']);
  expect(veras.items.filter((action) => action.allowed)).toEqual([]);
  expect(veras.items[0]?.refusal?.sentence).toMatch(/takes the role operator or service/);
});

it('the fleet tells of its workers, queues and servers', async () => {
  const down = await get<FleetView>('/api/fleet');
  expect(down).toMatchObject({ temporal: { status: 'up' }, database: { status: 'up' }, outbox: { waiting: 0 } });
  const { figures, applications = {}, version = '' } = down.database;
  expect(version).toMatch(/^\d+/);
  expect(figures['connections']).toBeGreaterThanOrEqual(applications['throughline-gateway'] ?? Infinity);
  expect(figures['mostConnections']).toBeGreaterThan(figures['connections'] ?? Infinity);
  expect(figures['sizeBytes']).toBeGreaterThan(1_000_000);
  await stage.withWorker(async () => {
    const fleet = await eventually(
      () => get<FleetView>('/api/fleet'),
      ({ workers }) => workers.some(({ queues }) => queues.includes('throughline-claim')),
    );
    expect(fleet.queues.find(({ role }) => role === 'claim')).toMatchObject({ pollers: 1, unattended: false });
  });
});
