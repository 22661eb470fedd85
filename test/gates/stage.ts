/** The whole fleet in one process, on real servers: gateway, reference services over HTTP, all worker roles. */
import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { ThroughlineClient } from '../../client/index.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { RecordsReader } from '../../records/reader.js';
import type { Database } from '../../records/schema.js';
import { loadJournal } from '../../records/verify.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { listening, notice } from '../gateway/stage.js';
import { usd } from '../services/support.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { allRoles, referenceServices, workIn } from '../support/in-process.js';
import { ownNamespace } from '../support/namespace.js';
import { freePorts } from '../../scripts/lib/ports.mjs';

export class FleetStage {
  readonly client: ThroughlineClient;
  readonly db: Kysely<Database>;
  readonly reader: RecordsReader;
  private readonly pool: pg.Pool;
  private readonly admin: pg.Pool;
  private services: NestFastifyApplication | undefined;
  private fleet: INestApplicationContext | undefined;

  private constructor(
    private readonly database: TestDatabase,
    readonly temporal: Client,
    private readonly gateway: NestFastifyApplication,
    readonly gatewayUrl: string,
    private readonly servicesPort: number,
  ) {
    this.client = new ThroughlineClient({ gateway: gatewayUrl, temporal, source: '/test' });
    this.pool = createPool(database.url, { applicationName: 'gate-test', max: 3 });
    this.admin = new pg.Pool({ connectionString: database.url, max: 2 });
    this.db = openDatabase(this.pool);
    this.reader = new RecordsReader(this.db);
  }

  /** Starts all of it in a namespace and a database of its own. */
  static async set(): Promise<FleetStage> {
    const [database, temporal] = await Promise.all([createDatabase(), ownNamespace('gates')]);
    workIn(temporal);
    const gateway = await listening(database.url);
    const [servicesPort = 0] = await freePorts(1);
    const stage = new FleetStage(database, temporal, gateway, await gateway.getUrl(), servicesPort);
    await stage.startServices();
    stage.fleet = await allRoles(database.url, `http://127.0.0.1:${servicesPort}`);
    return stage;
  }

  /** The services, always at the same address. */
  async startServices(): Promise<void> {
    const port = { PORT: String(this.servicesPort) };
    this.services = await referenceServices(this.database.url, this.gatewayUrl, port);
  }

  async stopServices(): Promise<void> {
    await this.services?.close();
    this.services = undefined;
  }

  /** Submits claims that the services know, settle at once and pay 38,000 each. */
  async submit(count: number): Promise<readonly string[]> {
    const claims = await this.seeded(count);
    await this.send(claims);
    return claims;
  }

  /** Ids of claims that the services know already. */
  async seeded(count: number): Promise<readonly string[]> {
    const claims = Array.from({ length: count }, () => notice().claimId);
    const response = await fetch(`http://127.0.0.1:${this.servicesPort}/seed`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        policies: [
          {
            policyNumber: 'POL-1',
            inceptionDate: '2010-01-01',
            coverages: [{ coverage: 'building', limit: usd(250_000), deductible: usd(1_000) }],
          },
        ],
        assessments: claims.map((claimId) => ({
          claimId,
          findings: [{ coverage: 'building', damage: usd(39_000) }],
        })),
        documents: claims.map((claimId) => ({ claimId })),
      }),
    });
    if (!response.ok) throw new Error(`seeds refused: ${await response.text()}`);
    return claims;
  }

  async send(claims: readonly string[]): Promise<void> {
    await Promise.all(claims.map((claimId) => this.client.claims.submit(notice(claimId))));
  }

  async journal(id: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const row of loadJournal(this.db, 'claim', id)) entries.push(row.entry);
    return entries;
  }

  /** How many of the entities that wait for a dependency are on record. */
  async deferredOn(dependency: string): Promise<number> {
    return (await this.reader.countDeferred())[dependency] ?? 0;
  }

  /** How many of the claims are closed with this outcome. */
  async closedAs(outcome: string, claims: readonly string[]): Promise<number> {
    const found = await this.reader.entitySummaries('claim', claims);
    return found.filter((claim) => claim.closed && claim.outcome === outcome).length;
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.admin.query<Row>(sql, values)).rows;
  }

  async strike(): Promise<void> {
    await this.fleet?.close();
    await this.stopServices();
    await this.gateway.close();
    await this.temporal.connection.close();
    await Promise.all([this.pool.end(), this.admin.end()]);
    await this.database.drop();
  }
}
