/** The worker process as a NestJS application context: records first, so that their connections close after the workers drained. */
import { Module, type DynamicModule } from '@nestjs/common';
import type { Pool } from 'pg';
import { ActivitiesModule } from '../activities/activities.module.js';
import { Gates } from '../activities/health/gates.js';
import { healthSettings, HealthSettings } from '../activities/health/settings.js';
import { ServiceClient } from '../activities/http.js';
import { ReconciliationActivitiesProvider } from '../activities/reconciliation/reconciliation.activities.js';
import { reconciliationSettings, ReconciliationSettings } from '../activities/reconciliation/settings.js';
import { RecordsActivitiesProvider } from '../activities/records/records.activities.js';
import { createPool, openDatabase } from '../records/pool.js';
import { JournalWriter } from '../records/writer.js';
import { TracingEnd } from '../telemetry/end.js';
import { Metrics } from '../telemetry/metrics.js';
import { WorkerFleet } from './fleet.js';
import { Gatekeeper } from './gatekeeper.js';
import { POOL, PoolOwner } from './pool.js';
import { WorkerSettings } from './settings.js';
import { tallies } from './tally.js';

@Module({})
export class FleetModule {
  static with(settings: WorkerSettings, metrics = new Metrics('worker')): DynamicModule {
    return {
      module: FleetModule,
      imports: [ActivitiesModule],
      providers: [
        { provide: WorkerSettings, useValue: settings },
        {
          provide: POOL,
          useFactory: () => createPool(settings.databaseUrl, { applicationName: 'throughline-worker', max: 16 }),
        },
        {
          provide: JournalWriter,
          useFactory: (pool: Pool) => new JournalWriter(pool, tallies(metrics)),
          inject: [POOL],
        },
        { provide: HealthSettings, useFactory: () => healthSettings(process.env) },
        {
          provide: Gates,
          useFactory: (pool: Pool, { breakerFailures }: HealthSettings) =>
            new Gates(openDatabase(pool), breakerFailures),
          inject: [POOL, HealthSettings],
        },
        { provide: ReconciliationSettings, useFactory: () => reconciliationSettings(process.env) },
        {
          provide: ReconciliationActivitiesProvider,
          useFactory: (pool: Pool, services: ServiceClient, reconciliation: ReconciliationSettings) =>
            new ReconciliationActivitiesProvider(openDatabase(pool), services, reconciliation),
          inject: [POOL, ServiceClient, ReconciliationSettings],
        },
        Gatekeeper,
        PoolOwner,
        RecordsActivitiesProvider,
        TracingEnd,
        WorkerFleet,
      ],
    };
  }
}
