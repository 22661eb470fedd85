/** The worker process's connections to the records, shared by everything in it. */
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';

/** Injection token of the pool. */
export const POOL = Symbol('pool');

/** Ends the pool once the workers have drained. */
@Injectable()
export class PoolOwner implements OnApplicationShutdown {
  constructor(@Inject(POOL) private readonly pool: Pool) {}

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}
