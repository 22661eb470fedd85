/** The whole fleet in one process with services that can go wrong on purpose, for entities that live while they are compared. */
import { randomUUID } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { ThroughlineClient } from '../../client/index.js';
import { startServices } from '../../services/app.js';
import { configFromEnvironment } from '../../services/config.js';
import { FleetModule } from '../../workers/fleet.module.js';
import { WorkerFleet } from '../../workers/fleet.js';
import { settingsFromEnvironment } from '../../workers/settings.js';
import { listening, SECRET } from '../gateway/stage.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { serveChains, type Chains } from './chains.js';

export class Fleet {
  private constructor(
    private readonly database: TestDatabase,
    private readonly connection: Connection,
    private readonly gateway: NestFastifyApplication,
    private readonly services: NestFastifyApplication,
    private readonly workers: INestApplicationContext,
    private readonly chains: Chains,
    readonly servicesUrl: string,
    readonly temporal: Client,
    readonly client: ThroughlineClient,
  ) {}

  static async start(): Promise<Fleet> {
    const address = inject('temporalAddress');
    const namespace = `reconciliation-${randomUUID()}`;
    const database = await createDatabase();
    const connection = await Connection.connect({ address });
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never } /* a Long, which protobuf takes as a number too */,
    });
    Object.assign(process.env, { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, LOG_LEVEL: 'fatal' });
    const gateway = await listening(database.url);
    const services = await startServices(
      configFromEnvironment({
        DATABASE_URL: database.url,
        PORT: '0',
        THROUGHLINE_GATEWAY_URL: await gateway.getUrl(),
        THROUGHLINE_CALLBACK_SECRET: SECRET,
        THROUGHLINE_SEED: '1',
        THROUGHLINE_FAULTS: 'allowed',
      }),
    );
    const servicesUrl = await services.getUrl();
    process.env['THROUGHLINE_SERVICES_URL'] = servicesUrl;
    const chains = await serveChains(database.url);
    process.env['THROUGHLINE_COMPLETION_URL'] = chains.url;
    const settings = settingsFromEnvironment({ DATABASE_URL: database.url }, inject('workflowBundlePath'));
    const workers = await NestFactory.createApplicationContext(FleetModule.with(settings), { logger: false });
    await workers.get(WorkerFleet).start();
    const temporal = new Client({ connection, namespace });
    const client = new ThroughlineClient({ gateway: await gateway.getUrl(), temporal, source: '/test' });
    return new Fleet(database, connection, gateway, services, workers, chains, servicesUrl, temporal, client);
  }

  /** Puts into the services what they would know, or what is to go wrong. */
  async put(path: 'seed' | 'faults', body: object): Promise<void> {
    const response = await fetch(`${this.servicesUrl}/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} refused: ${await response.text()}`);
  }

  /** The callback of an operation is lost the next time. */
  loseNext(service: string, operation: string): Promise<void> {
    return this.put('faults', { seed: 1, faults: [{ service, operation, kind: 'callbackLost', next: 1 }] });
  }

  async stop(): Promise<void> {
    await this.workers.close();
    await this.services.close();
    await this.chains.close();
    await this.gateway.close();
    await this.connection.close();
    await this.database.drop();
  }
}
