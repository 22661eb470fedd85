/** Look-up of what became of a call, by its Idempotency-Key: how reconciliation learns the truth. */
import { Controller, Get, Param } from '@nestjs/common';
import { SERVICE_NAMES, ServicesConfig } from '../config.js';
import { Database } from './database.js';
import { FaultSwitches } from './faults.js';
import { LOOK_UP } from './operations.js';
import { Problem } from './problem.js';

/** A call that was answered; `status` and `body` are the answer's. */
interface RecordedRequest {
  readonly key: string;
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
  readonly recordedAt: string;
}

@Controller()
export class RequestsController {
  constructor(
    private readonly config: ServicesConfig,
    private readonly database: Database,
    private readonly faults: FaultSwitches,
  ) {}

  /**
   * 200 with the recorded call; the key is URL-encoded in the path.
   * @throws Problem 404 `RequestNotFound`: no call under this key took effect
   */
  @Get(':service/requests/:key')
  async find(@Param('service') name: string, @Param('key') key: string): Promise<RecordedRequest> {
    const service = SERVICE_NAMES.find((known) => known === name && this.config.services.includes(known));
    if (!service) {
      throw new Problem(
        404,
        'ServiceNotFound',
        `service is ${name}; this process runs ${this.config.services.join(', ')}`,
      );
    }
    const [found] = await this.faults.around({ service, operation: LOOK_UP, id: key }, () =>
      this.database.query<Omit<RecordedRequest, 'recordedAt'> & { recordedAt: Date }>(
        `SELECT key, operation, status, answer AS body, recorded_at AS "recordedAt"
         FROM svc_${service}.request WHERE key = $1`,
        [key],
      ),
    );
    if (!found) {
      throw new Problem(404, 'RequestNotFound', `no call to ${service} is on record under key ${key}; it may be sent`);
    }
    return { ...found, recordedAt: found.recordedAt.toISOString() };
  }
}
