/** The gateway's connection to Temporal. */
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import { callTemporal, temporalClient } from '../client/temporal.js';

/** How long the server may take to say what it is, in milliseconds. */
const PROBE_TIMEOUT_MS = 2_000;

/** One connection for the process; opened by the first call, closed when the gateway has drained. */
@Injectable()
export class Temporal implements OnApplicationShutdown {
  readonly client: Client = temporalClient();

  /** The server's version. @throws Unreachable */
  async serverVersion(): Promise<string> {
    const info = await callTemporal(this.client, () => this.client.workflowService.getSystemInfo({}), PROBE_TIMEOUT_MS);
    return info.serverVersion ?? 'unknown';
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.connection.close();
  }
}
