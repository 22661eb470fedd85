/** What the gates do to calls and calls to the gates, with the records in a real database. */
import { Logger } from '@nestjs/common';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Gates } from '../../activities/health/gates.js';
import { respectsGates } from '../../activities/health/respects-gates.js';
import { writesRideAlong } from '../../activities/records/carrier.js';
import { list, pause as pauseGate, restore, resume } from '../../records/dependencies.js';
import { createPool, openDatabase } from '../../records/pool.js';
import type { Database } from '../../records/schema.js';
import { JournalWriter } from '../../records/writer.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import type { RideAlong } from '../../workflows/lifecycle/entry.js';
import { submitted } from '../gateway/stage.js';
import { QUIET } from '../services/support.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const ALICE = { kind: 'staff', id: 'alice', authenticated: 'none' } as const;

let database: TestDatabase;
let pool: pg.Pool;
let db: Kysely<Database>;
let writer: JournalWriter;
let gates: Gates;

beforeAll(async () => {
  database = await createDatabase();
  pool = createPool(database.url, { applicationName: 'gate-test', max: 4 });
  db = openDatabase(pool);
  writer = new JournalWriter(pool);
  await writer.registerDefinition(claimLifecycle);
  gates = new Gates(db, 4);
  await gates.start();
});
afterAll(async () => {
  await gates.stop();
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await resume(db, { name: 'payments', reason: 'nextTest', actor: ALICE });
  await closedIs('payments', false);
  gates.answered('payments');
});

const closedIs = (dependency: string, closed: boolean) =>
  eventually(
    () => gates.closed(dependency) !== undefined,
    (is) => is === closed,
  );

/** A call to payments of the entity `id` as a worker would make it; its last argument may be a load of entries. */
function call(id: string, activity: () => Promise<unknown>, ...args: unknown[]): Promise<unknown> {
  const environment = new MockActivityEnvironment(
    { workflowExecution: { workflowId: `claim/${id}`, runId: 'run-1' } },
    { logger: QUIET, interceptors: [writesRideAlong(writer), respectsGates(gates, 'payments')] },
  );
  return environment.run(activity, ...args);
}

const fails = (failure: Error) => () => Promise.reject(failure);
const unavailable = () =>
  ApplicationFailure.create({
    type: 'ServiceUnavailable',
    message: 'the payments service answered 503: Jane Doe of Main Street 1 is unknown',
    details: [{ what: 'the payments service answered 503' }],
  });
const failingCalls = (ids: readonly string[], failure: () => Error = unavailable) =>
  Promise.allSettled(ids.map((id) => call(id, fails(failure()))));
const gate = async () => (await list(db)).find(({ name }) => name === 'payments');

function load(id: string): RideAlong {
  return {
    entity: {
      lifecycle: 'claim',
      id,
      stage: 1,
      firstRunId: 'run-1',
      correlationId: `claim/${id}`,
      contentHash: 'hash',
      kernelVersion: 1,
      lifecycleVersion: claimLifecycle.version,
    },
    entries: [submitted()],
  };
}

it('refuses a call while the gate is closed, with its entries written first', async () => {
  await pauseGate(db, { name: 'payments', reason: 'maintenance', actor: ALICE });
  await closedIs('payments', true);
  let called = false;
  const refused = await call(
    'CLM-REFUSED',
    async () => {
      called = true;
    },
    { key: 'k' },
    load('CLM-REFUSED'),
  ).catch((err: unknown) => err);

  expect(refused).toBeInstanceOf(ApplicationFailure);
  const { type, nonRetryable, message, details } = refused as ApplicationFailure;
  const { since } = (await gate()) ?? {};
  expect({ type, nonRetryable, details }).toEqual({
    type: 'DependencyPaused',
    nonRetryable: true,
    details: [{ dependency: 'payments', status: 'paused', reason: 'maintenance', since }],
  });
  expect(message).toContain('payments is paused (maintenance)');
  expect(called).toBe(false);
  const written = await db.selectFrom('entity').select('state').where('entity_id', '=', 'CLM-REFUSED').execute();
  expect(written).toEqual([{ state: 'Submitted' }]);

  await resume(db, { name: 'payments', reason: 'done', actor: ALICE });
  await closedIs('payments', false);
  expect(await call('CLM-REFUSED', async () => 'paid', load('CLM-REFUSED'))).toBe('paid');
});

it('leaves the calls to other dependencies alone', async () => {
  await pauseGate(db, { name: 'fraud', reason: 'maintenance', actor: ALICE });
  await closedIs('fraud', true);
  expect(await call('CLM-OTHER', async () => 'paid')).toBe('paid');
});

it('closes the gate after failures in a row, and says what failed in our own words alone', async () => {
  await failingCalls(['CLM-1', 'CLM-2', 'CLM-3']);
  expect((await gate())?.status).toBe('up');
  await failingCalls(['CLM-4']);
  await closedIs('payments', true);
  expect(await gate()).toMatchObject({
    status: 'failing',
    reason: 'repeatedFailures',
    lastFailure: { type: 'ServiceUnavailable', message: 'the payments service answered 503' },
  });
  await expect(call('CLM-5', async () => 'paid')).rejects.toMatchObject({
    type: 'DependencyPaused',
    details: [{ status: 'failing', reason: 'repeatedFailures' }],
  });
});

it('does not repeat what an unknown error says', async () => {
  await failingCalls(['CLM-1', 'CLM-2', 'CLM-3', 'CLM-4'], () => new TypeError('Jane Doe has no account'));
  await closedIs('payments', true);
  expect((await gate())?.lastFailure).toEqual({ type: 'TypeError', message: 'a call failed with TypeError' });
});

it('takes an answer, also a refusal, for a sign of life', async () => {
  for (const sign of [async () => 'paid', fails(ApplicationFailure.nonRetryable('no', 'PaymentExceedsApproval'))]) {
    await failingCalls(['CLM-1', 'CLM-2', 'CLM-3']);
    await call('CLM-4', sign).catch(() => undefined);
  }
  await failingCalls(['CLM-1', 'CLM-2']);
  // One entity whose call always fails is one more failure, and a cancelled call is none.
  await failingCalls(Array.from({ length: 50 }, () => 'CLM-POISONED'));
  await failingCalls(
    Array.from({ length: 50 }, (_, i) => `CLM-${i}`),
    () => new CancelledFailure('the claim was withdrawn'),
  );
  // Nothing has closed it: the next read of the gates still finds it up.
  await pauseGate(db, { name: 'policy', reason: 'marker', actor: ALICE });
  await closedIs('policy', true);
  expect((await gate())?.status).toBe('up');
  expect(gates.closed('payments')).toBeUndefined();
});

it('leaves an operator’s pause to the operator', async () => {
  await pauseGate(db, { name: 'payments', reason: 'maintenance', actor: ALICE });
  expect(await restore(db, { name: 'payments' })).toBe(false);
  const unaware = new Gates(db, 1);
  unaware.failed('payments', 'claim/CLM-1', unavailable());
  await eventually(() => unaware.closed('payments'));
  expect(await gate()).toMatchObject({ status: 'paused', reason: 'maintenance' });
});

it('keeps the gates as they were while they cannot be read, and sees them again after', async () => {
  const warnings: string[] = [];
  const ignore = () => undefined;
  Logger.overrideLogger({ log: ignore, error: ignore, warn: (text: string) => warnings.push(text) });
  await pauseGate(db, { name: 'payments', reason: 'maintenance', actor: ALICE });
  await closedIs('payments', true);
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query('REVOKE SELECT ON throughline.dependency FROM throughline_writer');
  try {
    await eventually(() => warnings.some((warning) => warning.includes('the gates cannot be read')));
    expect(gates.closed('payments')).toMatchObject({ reason: 'maintenance' });
  } finally {
    await admin.query('GRANT SELECT ON throughline.dependency TO throughline_writer');
    await admin.end();
  }
  await resume(db, { name: 'payments', reason: 'done', actor: ALICE });
  await closedIs('payments', false);
  expect(warnings).toHaveLength(1);
});
