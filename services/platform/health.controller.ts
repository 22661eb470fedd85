/** `GET /livez` and `/readyz`, also as `/health/live` and `/health/ready`. */
import { Controller, Get } from '@nestjs/common';
import { ServicesConfig } from '../config.js';
import { Database } from './database.js';

@Controller()
export class HealthController {
  constructor(
    private readonly config: ServicesConfig,
    private readonly database: Database,
  ) {}

  /** 200 as long as the process answers. */
  @Get(['livez', 'health/live'])
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 when calls can be served. @throws Problem 503 `DatabaseUnavailable` */
  @Get(['readyz', 'health/ready'])
  async ready(): Promise<{ status: 'ok'; services: readonly string[] }> {
    await this.database.query('SELECT 1');
    return { status: 'ok', services: this.config.services };
  }
}
