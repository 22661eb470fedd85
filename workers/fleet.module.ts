/** The worker process as a NestJS application context: records first, so that their connections close after the workers drained. */
import { Inject, Injectable, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { ActivitiesModule } from '../activities/activities.module.js';
import { RecordsActivitiesProvider } from '../activities/records/records.activities.js';
import { createPool } from '../records/pool.js';
import { JournalWriter } from '../records/writer.js';
import { WorkerFleet } from './fleet.js';
import { WorkerSettings } from './settings.js';

const POOL = Symbol('pool');

@Injectable()
class PoolOwner implements OnApplicationShutdown {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

@Module({})
export class FleetModule {
  static with(settings: WorkerSettings): DynamicModule {
    return {
      module: FleetModule,
      imports: [ActivitiesModule],
      providers: [
        { provide: WorkerSettings, useValue: settings },
        {
          provide: POOL,
          useFactory: () => createPool(settings.databaseUrl, { applicationName: 'throughline-worker', max: 16 }),
        },
        { provide: JournalWriter, useFactory: (pool: Pool) => new JournalWriter(pool), inject: [POOL] },
        PoolOwner,
        RecordsActivitiesProvider,
        WorkerFleet,
      ],
    };
  }
}
