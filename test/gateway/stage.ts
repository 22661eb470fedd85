/** A gateway on real servers, with a namespace and a database of its own, for the tests of gateway, client and command line. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import pg from 'pg';
import { inject } from 'vitest';
import type { Lifecycles } from '../../gateway/lifecycles.js';
import { createGateway } from '../../gateway/server.js';
import type { GatewaySettings } from '../../gateway/settings.js';
import { createPool } from '../../records/pool.js';
import { JournalWriter } from '../../records/writer.js';
import { registerSearchAttributes } from '../../workers/search-attributes.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import type { ClaimNotice } from '../../workflows/claim/messages.js';
import type { Actor, EntityRef, Entry } from '../../workflows/lifecycle/entry.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ownNamespace } from '../support/namespace.js';
import { testIdentity } from '../support/tokens.js';

export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export interface Stage {
  readonly temporal: Client;
  readonly namespace: string;
  readonly gatewayUrl: string;
  readonly database: TestDatabase;
  /** Runs a worker for the stand-in workflow while `during` runs. */
  withWorker<T>(during: () => Promise<T>): Promise<T>;
  /** Writes journal entries of a claim as its workflow would. */
  record(ref: Partial<EntityRef> & { readonly id: string }, entries: readonly Entry[]): Promise<void>;
  /** Rows of `stray_message` of one entity id, oldest first. */
  strays(entityId: string): Promise<StrayRow[]>;
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface StrayRow {
  readonly message_name: string | null;
  readonly message_id: string;
  readonly reason: string;
  readonly data: unknown;
}

/** Starts all of it. @param lifecycles that the gateway serves; default: those of the fleet */
export async function setStage(lifecycles?: Lifecycles): Promise<Stage> {
  const address = inject('temporalAddress');
  const [database, temporal] = await Promise.all([createDatabase(), ownNamespace('gateway')]);
  const { namespace } = temporal.options;
  const native = await NativeConnection.connect({ address });
  await eventually(async () => {
    await registerSearchAttributes(native, namespace);
    return true;
  });

  process.env['TEMPORAL_ADDRESS'] = address;
  process.env['TEMPORAL_NAMESPACE'] = namespace;
  process.env['LOG_LEVEL'] = 'fatal';
  const app = await listening(database.url, {}, lifecycles);
  const pool = createPool(database.url, { applicationName: 'test' });
  const admin = new pg.Pool({ connectionString: database.url, max: 1 });
  const writer = new JournalWriter(pool);
  await writer.registerDefinition(claimLifecycle);

  return {
    temporal,
    namespace,
    gatewayUrl: await app.getUrl(),
    database,
    async withWorker(during) {
      const worker = await Worker.create({
        connection: native,
        namespace,
        taskQueue: 'throughline-claim',
        workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
      });
      return worker.runUntil(during);
    },
    record: (ref, entries) =>
      writer.write({ entity: { ...REF, ...ref }, entries }, { runId: ref.firstRunId ?? REF.firstRunId }),
    strays: (entityId) =>
      rows(admin, 'SELECT * FROM throughline.stray_message WHERE entity_id = $1 ORDER BY id', [entityId]),
    query: (sql, values) => rows(admin, sql, values),
    async close() {
      await app.close();
      await Promise.all([pool.end(), admin.end(), temporal.connection.close(), native.close()]);
      await database.drop();
    },
  };
}

/** A gateway with the environment's Temporal, on a free port. @param more settings of its own */
export async function listening(
  databaseUrl: string,
  more: Partial<GatewaySettings> = {},
  lifecycles?: Lifecycles,
): Promise<NestFastifyApplication> {
  const settings = {
    ...{ databaseUrl, host: '127.0.0.1', port: 0, callbackSecret: SECRET },
    ...{ identity: testIdentity(), loopbackOnly: true },
    ...more,
  };
  const app = await createGateway(settings, lifecycles);
  await app.listen(0, '127.0.0.1');
  return app;
}

const REF: EntityRef = {
  lifecycle: 'claim',
  id: '',
  stage: 1,
  firstRunId: 'run-1',
  correlationId: 'claim/x',
  contentHash: 'hash-1',
  kernelVersion: 1,
  lifecycleVersion: claimLifecycle.version,
};

/** The first entries of a claim that was withdrawn at once; the second is the message, the third what it caused. */
export function withdrawnJournal(withdrawal: { readonly messageId: string; readonly digest: string }): Entry[] {
  const recordedAt = '2012-10-30T10:00:00.000Z';
  const actor: Actor = { kind: 'customer', id: 'u-1', authenticated: 'none' };
  return [
    submitted(),
    {
      sequence: 2,
      kind: 'message',
      recordedAt,
      causationId: withdrawal.messageId,
      actor,
      message: {
        name: 'withdraw',
        messageId: withdrawal.messageId,
        outcome: 'applied',
        source: '/test',
        occurredAt: recordedAt,
        receivedAt: recordedAt,
        schemaVersion: 1,
        digest: withdrawal.digest,
        moves: true,
      },
    },
    {
      sequence: 3,
      kind: 'transition',
      recordedAt,
      causationId: withdrawal.messageId,
      actor,
      from: 'Submitted',
      to: 'Closed',
      reason: { code: 'withdrawn' },
      patch: {
        outcome: 'withdrawn',
        clocks: { state: null },
        parts: { building: { state: 'Withdrawn', since: recordedAt } },
      },
    },
  ];
}

/** The first entry of every claim. `dueAt` is its deadline. */
export function submitted(dueAt = '2012-10-29T01:00:00.000Z'): Entry {
  return {
    sequence: 1,
    kind: 'transition',
    recordedAt: '2012-10-29T00:00:00.000Z',
    causationId: 'submit',
    actor: { kind: 'service', id: 'call-centre', authenticated: 'temporal' },
    to: 'Submitted',
    patch: {
      clocks: {
        state: {
          basis: 'entered Submitted',
          startedAt: '2012-10-29T00:00:00.000Z',
          dueAt,
          leadsTo: 'PolicyValidationPending',
        },
      },
      parts: { building: { state: 'Open', since: '2012-10-29T00:00:00.000Z' } },
      facts: { catastrophe: 'Hurricane Sandy' },
    },
  };
}

/** A valid notice under a new id, or the given one. */
export function notice(claimId = `CLM-${randomUUID().slice(0, 8)}`): ClaimNotice {
  return {
    claimId,
    policyNumber: 'POL-1',
    dateOfLoss: '2012-10-29',
    causeOfLoss: '1',
    property: { state: 'NY', postalCode: '11693' },
    catastrophe: 'Hurricane Sandy',
  };
}

async function rows<Row extends pg.QueryResultRow>(pool: pg.Pool, sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool.query<Row>(sql, values)).rows;
}

try {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
} catch {
  // Another file of this process has installed it.
}
