/** The server's own calls about its time, each sent once: a client that repeats a refused one would change what others count on. */
import { temporal } from '@temporalio/proto';
import type { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

const { SleepRequest, GetCurrentTimeResponse } = temporal.api.testservice.v1;
const NOTHING = new Uint8Array();

export class TimeService {
  constructor(private readonly connection: Connection) {}

  /** Now, in ms since the epoch. */
  async now(): Promise<number> {
    const { time } = GetCurrentTimeResponse.decode(await this.call('GetCurrentTime', NOTHING));
    return Number(time?.seconds ?? 0) * 1000 + Math.floor((time?.nanos ?? 0) / 1e6);
  }

  /** Adds a reason for the clock to stand still. */
  async lock(): Promise<void> {
    await this.call('LockTimeSkipping', NOTHING);
  }

  /** Takes one away. @throws Error where there is none. */
  async unlock(): Promise<void> {
    await this.call('UnlockTimeSkipping', NOTHING);
  }

  /** Takes one away, and adds one when so much time has passed, in milliseconds; returns then. */
  async sleep(durationMs: number): Promise<void> {
    await this.call('UnlockTimeSkippingWithSleep', SleepRequest.encode({ duration: msToTs(durationMs) }).finish());
  }

  private call(method: string, request: Uint8Array): Promise<Uint8Array> {
    const path = `/temporal.api.testservice.v1.TestService/${method}`;
    return new Promise((resolve, reject) => {
      // The way around the connection's interceptors, which repeat what failed.
      this.connection['client'].makeUnaryRequest(
        path,
        (sent: Uint8Array) => Buffer.from(sent),
        (received: Buffer): Uint8Array => received,
        request,
        (error, response) => (error ? reject(error) : resolve(response ?? NOTHING)),
      );
    });
  }
}
