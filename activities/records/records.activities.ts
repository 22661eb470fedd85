import { Injectable } from '@nestjs/common';
import type { RecordsActivities } from './contract.js';

/** {@link RecordsActivities}: the inbound interceptor has written the entries before this runs. */
@Injectable()
export class RecordsActivitiesProvider implements RecordsActivities {
  async record(): Promise<void> {}
}
