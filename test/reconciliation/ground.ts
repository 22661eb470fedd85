/** Where discrepancies are planted: a database with the records' and the services' tables, and the real services over HTTP. */
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { ServiceClient } from '../../activities/http.js';
import { ReconciliationActivitiesProvider } from '../../activities/reconciliation/reconciliation.activities.js';
import type { Position, Stretch } from '../../activities/reconciliation/contract.js';
import { reconciliationSettings } from '../../activities/reconciliation/settings.js';
import { createPool, openDatabase } from '../../records/pool.js';
import type { Database } from '../../records/schema.js';
import { NOTHING, together, type Counts, type Pair } from '../../workflows/reconciliation/pairs.js';
import { QUIET, Stage } from '../services/support.js';
import { LONG_AGO, type Plant } from './blueprints.js';
import { serveChains, type Chains } from './chains.js';

/** Rows of one statement. */
const ROWS = 2_000;

export class Ground {
  private constructor(
    readonly services: Stage,
    readonly pool: pg.Pool,
    readonly db: Kysely<Database>,
    private readonly chains: Chains,
  ) {}

  static async prepare(): Promise<Ground> {
    const services = await Stage.set();
    const pool = createPool(services.database.url, { applicationName: 'reconciliation-test', max: 6 });
    const chains = await serveChains(services.database.url);
    const ground = new Ground(services, pool, openDatabase(pool), chains);
    // Whatever is held was on the shelf.
    await services.seed({ stock: [{ sku: 'LAMP', warehouseId: 'W1', available: 100_000 }] });
    return ground;
  }

  async clear(): Promise<void> {
    await this.chains.close();
    await this.pool.end();
    await this.services.strike();
  }

  /** Puts entities and rows into the tables of their owners. */
  async plant(plants: readonly Plant[]): Promise<void> {
    for (let at = 0; at < plants.length; at += ROWS) await this.plantSome(plants.slice(at, at + ROWS));
  }

  /** One pair from beginning to end, as its workflow does it; `beat` is told of each heartbeat. */
  async run(
    pair: Pair,
    options: {
      dryRun?: boolean;
      graceMs?: number;
      client?: Client;
      from?: Stretch;
      beat?: (beat: unknown) => void;
    } = {},
  ): Promise<Counts & { readonly healed: number; readonly open: number }> {
    const { dryRun = false, graceMs, beat } = options;
    const activities = this.activities;
    const startedAt = await activities.beginReconciliation();
    let counts = NOTHING;
    let from: Position | undefined = {};
    while (from) {
      const input = { pair, dryRun, from, ...(graceMs !== undefined && { graceMs }) };
      const { next, ...seen }: Stretch = await this.stretch(input, options.client, beat);
      counts = together(counts, seen);
      from = next;
    }
    return { ...counts, ...(await activities.concludeReconciliation({ pair, startedAt, dryRun })) };
  }

  /** One stretch; `heartbeatDetails` are what one before it left. */
  stretch(
    input: Parameters<ReconciliationActivitiesProvider['compareStretch']>[0],
    client?: Client,
    beat?: (beat: unknown) => void,
    heartbeatDetails?: unknown,
  ): Promise<Stretch> {
    const environment = new MockActivityEnvironment(
      { startToCloseTimeoutMs: 300_000, heartbeatDetails },
      { logger: QUIET, ...(client && { client }) },
    );
    if (beat) environment.on('heartbeat', beat);
    const { activities } = this;
    return environment.run((given: typeof input) => activities.compareStretch(given), input);
  }

  get activities(): ReconciliationActivitiesProvider {
    return new ReconciliationActivitiesProvider(
      this.db,
      new ServiceClient(this.services.url, (name) => (name === 'completion' ? this.chains.url : undefined)),
      reconciliationSettings({}),
    );
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.services.sql.query<Row>(text, values)).rows;
  }

  /** Kind and entity of all findings, ordered. */
  async findings(where = 'true'): Promise<Array<{ kind: string; id: string; state: string }>> {
    return this.query(`SELECT kind, entity_id AS id, state FROM throughline.finding WHERE ${where} ORDER BY 1, 2`);
  }

  private async plantSome(plants: readonly Plant[]): Promise<void> {
    const rows = <Name extends keyof Plant>(name: Name) =>
      plants.flatMap((plant) =>
        (plant[name] as readonly object[]).map((row) => ({ of: plant.id, at: LONG_AGO, ...row })),
      );
    await this.insert(
      `INSERT INTO throughline.entity (lifecycle, entity_id, state, since, sequence, entered_by, started_at, visits, parts, clocks,
         expectations, reviews, facts, profile, closed, stage, first_run_id, run_id, correlation_id, content_hash, kernel_version,
         lifecycle_version, last_hash, updated_at)
       SELECT r.lifecycle, r.id, r.state, $2, 1, 1, $2, '{}', r.parts, '{}', '{}', coalesce(r.reviews, '{}'), r.facts, r.profile, r.closed, 1, 'run-' || r.id,
         'run-' || r.id, r.id, 'hash', 1, 1, '\\x00', $2
       FROM jsonb_to_recordset($1) AS r (lifecycle text, id text, state text, parts jsonb, reviews jsonb, facts jsonb, profile text,
         closed boolean)`,
      plants.flatMap(({ entity }) => entity ?? []),
      [LONG_AGO],
    );
    await this.insert(
      `INSERT INTO svc_payments.payment (payment_id, claim_id, coverage, ordinal, amount_minor, approved_minor, currency, status, booked_at)
       SELECT id, "of", 'building', ordinal, minor, minor, 'USD', state, coalesce("changedAt", at)
       FROM jsonb_to_recordset($1) AS r (id text, "of" text, ordinal int, minor int, state text, "changedAt" timestamptz, at timestamptz)`,
      rows('payments'),
    );
    await this.insert(
      `INSERT INTO svc_payments.card_authorization (authorization_id, order_id, method_token, amount_minor, currency, state,
         captured_minor, reference, expires_at, created_at, changed_at)
       SELECT id, "of", 'card-1', minor, 'USD', state, captured, 'order/' || "of", '2099-01-01', at, coalesce("changedAt", at)
       FROM jsonb_to_recordset($1) AS r (id text, "of" text, minor int, captured int, state text, "changedAt" timestamptz, at timestamptz)`,
      rows('authorizations'),
    );
    await this.insert(
      `INSERT INTO svc_payments.card_capture (capture_id, authorization_id, order_id, shipment_id, amount_minor, currency, state,
         refunded_minor, reference, created_at, changed_at)
       SELECT id, "authorization", "of", shipment, minor, 'USD', state, 0, 'order/' || "of", at, coalesce("changedAt", at)
       FROM jsonb_to_recordset($1) AS r (id text, "of" text, "authorization" text, shipment text, minor int, state text,
         "changedAt" timestamptz, at timestamptz)`,
      rows('captures'),
    );
    await this.insert(
      `INSERT INTO svc_payments.chargeback (chargeback_id, capture_id, amount_minor, code, evidence_due_at)
       SELECT 'CBK-' || id, id, minor, '4853', now() + interval '7 days'
       FROM jsonb_to_recordset($1) AS r (id text, minor int, "chargedBack" boolean) WHERE "chargedBack"`,
      rows('captures'),
    );
    await this.insert(
      `INSERT INTO svc_payments.card_refund (refund_id, capture_id, order_id, amount_minor, currency, state, reference, created_at, changed_at)
       SELECT id, capture, "of", minor, 'USD', state, 'order/' || "of", at, coalesce("changedAt", at)
       FROM jsonb_to_recordset($1) AS r (id text, "of" text, capture text, minor int, state text, "changedAt" timestamptz, at timestamptz)`,
      rows('refunds'),
    );
    await this.insert(
      `INSERT INTO svc_inventory.reservation (reservation_id, order_id, reference, hold_ms, made_at)
       SELECT DISTINCT reservation, "of", 'order/' || "of", 1000, at FROM jsonb_to_recordset($1) AS r (reservation text, "of" text, at timestamptz)`,
      rows('holds'),
    );
    await this.insert(
      `INSERT INTO svc_inventory.hold (hold_id, reservation_id, order_id, line_id, warehouse_id, sku, quantity, state, expires_at, changed_at)
       SELECT id, reservation, "of", '1', 'W1', 'LAMP', quantity, state, '2099-01-01', coalesce("changedAt", at)
       FROM jsonb_to_recordset($1) AS r (id text, reservation text, "of" text, quantity int, state text, "changedAt" timestamptz, at timestamptz)`,
      rows('holds'),
    );
    await this.insert(
      `INSERT INTO svc_shipping.shipment (shipment_id, order_id, ordinal, warehouse_id, lines, address_ref, tracking_number, reference,
         state, updates, created_at, changed_at)
       SELECT id, "of", ordinal, 'W1', '[]', 'ADR-1', id, 'order/' || "of", state, updates, at, coalesce("changedAt", at)
       FROM jsonb_to_recordset($1) AS r (id text, "of" text, ordinal int, updates int, state text, "changedAt" timestamptz, at timestamptz)`,
      rows('shipments'),
    );
  }

  private async insert(statement: string, rows: readonly object[], more: readonly unknown[] = []): Promise<void> {
    if (rows.length > 0) await this.services.sql.query(statement, [JSON.stringify(rows), ...more]);
  }
}
