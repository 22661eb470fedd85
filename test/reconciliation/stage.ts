/** The whole fleet in one process with services that can go wrong on purpose, for entities that live while they are compared. */
import type { INestApplicationContext } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Client } from '@temporalio/client';
import { ThroughlineClient } from '../../client/index.js';
import { listening } from '../gateway/stage.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { allRoles, referenceServices, workIn } from '../support/in-process.js';
import { ownNamespace } from '../support/namespace.js';
import { serveChains, type Chains } from './chains.js';

export class Fleet {
  private constructor(
    private readonly database: TestDatabase,
    private readonly gateway: NestFastifyApplication,
    private readonly services: NestFastifyApplication,
    private readonly workers: INestApplicationContext,
    private readonly chains: Chains,
    readonly servicesUrl: string,
    readonly temporal: Client,
    readonly client: ThroughlineClient,
  ) {}

  static async start(): Promise<Fleet> {
    const [database, temporal] = await Promise.all([createDatabase(), ownNamespace('reconciliation')]);
    workIn(temporal);
    const gateway = await listening(database.url);
    const gatewayUrl = await gateway.getUrl();
    const faulty = { PORT: '0', THROUGHLINE_FAULTS: 'allowed' };
    const services = await referenceServices(database.url, gatewayUrl, faulty);
    const servicesUrl = await services.getUrl();
    const chains = await serveChains(database.url);
    process.env['THROUGHLINE_COMPLETION_URL'] = chains.url;
    const workers = await allRoles(database.url, servicesUrl);
    const client = new ThroughlineClient({ gateway: gatewayUrl, temporal, source: '/test' });
    return new Fleet(database, gateway, services, workers, chains, servicesUrl, temporal, client);
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
    await this.temporal.connection.close();
    await this.database.drop();
  }
}
