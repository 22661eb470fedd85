/**
 * Real claims through a whole fleet while its processes are killed: nothing is lost, nothing is paid twice, and the journal says
 * what Temporal's history says. `npm run test:full` takes 1,000 rows.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, openDatabase } from '../../records/pool.js';
import type { Database } from '../../records/schema.js';
import { storable } from '../../records/storable.js';
import { loadJournal, verifyAll } from '../../records/verify.js';
import { claimWorkflowId } from '../../workflows/claim/messages.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { eventually } from '../support/eventually.js';
import { journalInHistory } from '../support/history.js';
import { Fleet } from './fleet.js';

const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
const MINUTES = 60_000;
const published = fileURLToPath(new URL('../../../shared/data/nfip-queens-2000-2025.csv', import.meta.url));
const extract = fileURLToPath(new URL('../intake/fixtures/queens-200.csv', import.meta.url));
const isPublished = existsSync(published);
// Without the published data beside the clone, the extract has to do.
const ROWS = isPublished && FULL ? 1000 : 150;
const intake = [
  'intake',
  isPublished ? published : extract,
  ...(isPublished ? ['--loss-date', '2012-10-29'] : []),
  ...['--limit', String(ROWS), '--wait', '--json'],
];

/** The line that `intake --json` ends with. */
interface Report {
  readonly submitted: number;
  readonly repeated: number;
  readonly rejected: number;
  readonly failed: number;
  readonly states: Readonly<Record<string, number>>;
  readonly settlement: { readonly eligible: number; readonly compared: number; readonly equal: number };
}

let fleet: Fleet;
let admin: pg.Pool;
let pool: pg.Pool;
let records: Kysely<Database>;

beforeAll(async () => {
  fleet = await Fleet.start('--no-sample');
  const { database } = fleet.runtime.addresses;
  admin = new pg.Pool({ connectionString: database, max: 2 });
  admin.on('error', () => undefined); // PostgreSQL is killed on purpose
  pool = createPool(database, { applicationName: 'kill-test', max: 2 });
  records = openDatabase(pool);
}, 3 * MINUTES);

afterAll(async () => {
  await admin?.end();
  await pool?.end();
  await fleet?.remove();
}, MINUTES);

test(
  `${ROWS} real claims survive kill -9 of workers, PostgreSQL and the intake`,
  async () => {
    const first = fleet.cli(...intake);
    await entities(ROWS * 0.1);
    await fleet.killNine('workers');
    await entities(ROWS * 0.3);
    await fleet.killNine('postgres');
    await entities(ROWS * 0.5);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');

    const second = await fleet.cli(...intake).ended;
    expect(second.code, second.stderr).toBe(0);
    const report = reportOf(second.stdout);
    expect(report.submitted + report.repeated + report.rejected).toBe(ROWS);
    expect(report.failed).toBe(0);
    expect(report.repeated).toBeGreaterThan(0);
    expect(Object.keys(report.states).sort()).toEqual(['Closed', 'EscalatedForManualReview']);
    expect(report.settlement.compared).toBeGreaterThanOrEqual(report.settlement.eligible * 0.95);
    expect(report.settlement.equal).toBeGreaterThanOrEqual(report.settlement.compared * (FULL ? 0.6 : 0.5));

    const claims = await claimIds();
    expect(claims).toHaveLength(ROWS - report.rejected);
    await paymentsAreRight();
    await journalsAreRight(claims);

    const payments = await count('svc_payments.payment');
    const again = await fleet.cli(...intake).ended;
    expect(again.code, again.stderr).toBe(0);
    expect(reportOf(again.stdout)).toMatchObject({ submitted: 0, repeated: ROWS - report.rejected, failed: 0 });
    expect(await count('throughline.entity')).toBe(claims.length);
    expect(await count('svc_payments.payment')).toBe(payments);
  },
  (FULL ? 25 : 8) * MINUTES,
);

test(
  'every waiting claim says what it waits for',
  async () => {
    const { gateway } = fleet;
    const open = await openClaims();
    expect(open.length).toBeGreaterThan(0);
    for (const id of open) {
      const { waitsFor, deadline } = await gateway.explain('claim', id);
      expect([id, waitsFor]).toEqual([id, expect.stringMatching(/./)]);
      expect([id, deadline?.leadsTo]).toEqual([id, 'EscalatedForManualReview']);
    }
    const [id = ''] = open;
    const shown = await fleet.cli('show', 'claim', id, '--json').ended;
    expect(shown.code, shown.stderr).toBe(0);
    const { waitsFor } = await gateway.explain('claim', id);
    expect(JSON.parse(shown.stdout)).toMatchObject({ id, waitsFor });
  },
  3 * MINUTES,
);

test(
  'a storm is replayed: its claims come in as they did, and its figures are written down',
  async () => {
    const figures = path.join(tmpdir(), `storm-${process.pid}.csv`);
    const storm = [
      'simulate',
      'claims',
      '--file',
      isPublished ? published : extract,
      '--limit',
      '12',
      '--speed',
      'fast',
    ];
    const ended = await fleet.cli(...storm, '--adjusters', '2', '--capacity', '2', '--report', figures, '--json').ended;
    expect(ended.code, ended.stderr).toBe(0);
    const summary = JSON.parse(ended.stdout.trim().split('\n').at(-1) ?? '') as { claims: number; closed: number };
    expect(summary).toMatchObject({ claims: 12, peak: { backlog: expect.any(Number) as number } });
    const [head = '', ...lines] = readFileSync(figures, 'utf8').trim().split('\n');
    rmSync(figures);
    expect(head).toMatch(/^day,arrived,waiting,Submitted,/);
    expect(lines.at(-1)).toMatch(/^\d{4}-\d\d-\d\d,12,0,/);
    const adjusters = await rows(`select adjuster_id as id, capacity from svc_assessment.adjuster order by 1`);
    expect(adjusters.filter(({ id, capacity }) => String(id).startsWith('ADJ-') === (Number(capacity) === 0))).toEqual(
      [],
    );
  },
  4 * MINUTES,
);

test(
  'Ctrl-C drains and exits 0; open claims are there after the next start',
  async () => {
    const before = await openClaims();
    expect((await fleet.stop()).code).toBe(0);
    await fleet.startAgain('--no-sample');
    expect(await openClaims()).toEqual(before);
    const id = before[0];
    if (id === undefined) return;
    const decision = JSON.stringify({ decision: 'deny', reasonCode: '97' });
    const decided = await fleet.cli('message', 'claim', id, 'manualDecision', '--data', decision).ended;
    expect(decided.code, decided.stderr).toBe(0);
    await eventually(
      async () => (await openClaims()).includes(id),
      (open) => !open,
      MINUTES,
    );
  },
  4 * MINUTES,
);

async function paymentsAreRight(): Promise<void> {
  const twice = await rows(
    'select 1 from svc_payments.payment group by claim_id, coverage, ordinal having count(*) > 1',
  );
  expect(twice).toEqual([]);
  const above = await rows(
    `select claim_id, coverage from svc_payments.payment where decline_code is null
     group by claim_id, coverage having sum(amount_minor) > max(approved_minor)`,
  );
  expect(above).toEqual([]);
  const unknown = await rows(
    `select p.claim_id from svc_payments.payment p
     left join throughline.entity e on e.lifecycle = 'claim' and e.entity_id = p.claim_id
     where e.entity_id is null or (e.parts -> p.coverage -> 'amount' ->> 'minor')::bigint <> p.amount_minor`,
  );
  expect(unknown).toEqual([]);
}

async function journalsAreRight(claims: readonly string[]): Promise<void> {
  const faults: unknown[] = [];
  for await (const verdict of verifyAll(records)) if (verdict.faults.length > 0) faults.push(verdict);
  expect(faults).toEqual([]);
  expect(await count('throughline.finding')).toBe(0);

  const connection = await Connection.connect({ address: fleet.runtime.addresses.temporal });
  const temporal = new Client({ connection });
  try {
    for (const id of claims) {
      const history = await temporal.workflow.getHandle(claimWorkflowId(id)).fetchHistory();
      const journal: Entry[] = [];
      for await (const row of loadJournal(records, 'claim', id)) journal.push(row.entry);
      if (!isDeepStrictEqual(journal, storable(journalInHistory(history)))) faults.push(id);
    }
  } finally {
    await connection.close();
  }
  expect(faults).toEqual([]);
}

function reportOf(stdout: string): Report {
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report;
}

/** Waits until at least so many claims are on record. */
async function entities(atLeast: number): Promise<void> {
  await eventually(
    () => count('throughline.entity'),
    (n) => n >= atLeast,
    3 * MINUTES,
  );
}

async function claimIds(): Promise<string[]> {
  return (await rows('select entity_id from throughline.entity order by 1')).map((row) => String(row['entity_id']));
}

async function openClaims(): Promise<string[]> {
  const open = await rows('select entity_id from throughline.entity where not closed order by 1');
  return open.map((row) => String(row['entity_id']));
}

async function count(table: string): Promise<number> {
  return Number((await rows(`select count(*) from ${table}`))[0]?.['count']);
}

async function rows(statement: string): Promise<Record<string, unknown>[]> {
  return (await admin.query<Record<string, unknown>>(statement)).rows;
}
