/** Start-up calls to servers that may still be starting. */
import type { LoggerService } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DefinitionChanged } from '../records/errors.js';

const LONGEST_PAUSE_MS = 5_000;
const PATIENCE_MS = 120_000;

/**
 * Repeats `call` with growing pauses for two minutes, and says so; then gives up with the last error. What patience cannot mend
 * (a table that changed under its version) fails at once.
 */
export async function patiently<T>(what: string, logger: LoggerService, call: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let wait = 250; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
    try {
      return await call();
    } catch (err) {
      if (err instanceof DefinitionChanged || Date.now() > deadline) throw err;
      logger.warn(`cannot ${what} yet (${err instanceof Error ? err.message : String(err)}); trying again`);
      await pause(wait);
    }
  }
}
