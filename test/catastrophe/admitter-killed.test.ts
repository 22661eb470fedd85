/** The process that admits dies by SIGKILL in the middle of a line: whoever comes next starts every claim once, in order, and loses none. */
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ThroughlineClient } from '../../client/index.js';
import { entryPoint } from '../../scripts/lib/fleet.mjs';
import { Program } from '../chaos/program.js';
import { setStage, type Stage } from '../gateway/stage.js';
import { eventually } from '../support/eventually.js';
import { sandy, sandyLoss } from './declared.js';

const CLAIMS = 36;
const CODE = 'SANDY-2012';
const ids = Array.from({ length: CLAIMS }, (_, i) => `CLM-X-${String(i).padStart(2, '0')}`);

let stage: Stage;
/** A connection that holds a claim's place locked. */
let holder: pg.Client;
const programs: Program[] = [];
beforeAll(async () => {
  stage = await setStage();
  holder = new pg.Client({ connectionString: stage.database.url });
  await holder.connect();
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.end('SIGKILL')));
  await holder.end();
  await stage.close();
});

/** A worker process whose one business is to look after what waits. */
function admitter(): Program {
  const program = new Program({
    name: 'admitter',
    command: process.execPath,
    args: [entryPoint('workers', 'main.js')],
    env: {
      PATH: process.env['PATH'] ?? '',
      DATABASE_URL: stage.database.url,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: stage.namespace,
      THROUGHLINE_ROLES: 'records',
      PORT: '0',
      LOG_LEVEL: 'warn',
    },
  });
  programs.push(program);
  return program;
}

interface Place extends pg.QueryResultRow {
  readonly entity_id: string;
  readonly run_id: string | null;
  readonly refused: string | null;
  readonly admitted_at: Date | null;
}

const line = () => stage.query<Place>('SELECT * FROM throughline.admission ORDER BY position');
const admitted = async () => (await line()).filter(({ admitted_at }) => admitted_at !== null).length;

/** What Temporal knows of a claim's run; undefined where it knows none. */
const run = (id: string) =>
  stage.temporal.workflow
    .getHandle(`claim/${id}`)
    .describe()
    .catch(() => undefined);

/** Ends a process as the kernel does when memory is short, and says how many had been admitted by then. */
async function kill(program: Program): Promise<number> {
  expect((await program.end('SIGKILL')).signal).toBe('SIGKILL');
  return admitted();
}

it(`${CLAIMS} claims wait; two of three processes that admit them are killed`, async () => {
  const client = new ThroughlineClient({ temporal: stage.temporal, gateway: stage.gatewayUrl, source: '/test' });
  await client.catastrophes.declare(sandy({ rate: 10 }));
  await stage.query(`UPDATE throughline.catastrophe SET free_at = now() + interval '10 minutes'`);
  for (const id of ids) expect((await client.claims.submit(sandyLoss(id))).waiting).toBeDefined();
  expect(await admitted()).toBe(0);
  await stage.query(`UPDATE throughline.catastrophe SET free_at = '-infinity'`);

  // The first dies wherever it is just then.
  const first = admitter();
  await eventually(async () => (await admitted()) >= 8);
  const before = await kill(first);
  expect(before).toBeLessThan(CLAIMS / 2);

  // The second dies after Temporal has started a claim, and before that is noted: its place is locked, so the note has to wait.
  const between = ids[before + 5] ?? '';
  await holder.query('BEGIN');
  await holder.query('SELECT FROM throughline.admission WHERE entity_id = $1 FOR UPDATE', [between]);
  const second = admitter();
  const unnoted = await eventually(() => run(between));
  expect(await kill(second)).toBe(before + 5);
  await stage.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  await holder.query('ROLLBACK');
  expect((await line())[before + 5]).toMatchObject({ entity_id: between, admitted_at: null, run_id: null });

  admitter();
  await eventually(async () => (await admitted()) === CLAIMS);

  const places = await line();
  expect(places.map(({ entity_id }) => entity_id)).toEqual(ids);
  expect(places.filter(({ refused }) => refused !== null)).toEqual([]);
  const runs = await Promise.all(ids.map(run));
  // The run that is on record is the only one that there ever was.
  expect(runs.map((known) => known?.raw.workflowExecutionInfo?.firstRunId)).toEqual(places.map(({ run_id }) => run_id));
  expect(runs.map((known) => known?.runId)).toEqual(places.map(({ run_id }) => run_id));
  expect(places[before + 5]?.run_id).toBe(unnoted?.runId);
  const startedAt = runs.map((known) => known?.startTime.getTime() ?? 0);
  expect(startedAt.toSorted((a, b) => a - b)).toEqual(startedAt);
  await eventually(
    async () => (await stage.temporal.workflow.count(`WorkflowId STARTS_WITH 'claim/CLM-X-'`)).count === CLAIMS,
  );
  expect((await client.catastrophes.board(CODE)).line).toMatchObject({ waiting: 0, starting: CLAIMS, refused: 0 });
});
