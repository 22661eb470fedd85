/** The Temporal SDK's logs through the process's own. */
import { DefaultLogger, type Logger as SdkLogger } from '@temporalio/worker';
import type { Logger } from 'pino';

/** The SDK's logger over ours. */
export function temporalLogger(logger: Logger): SdkLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    const { error, ...fields } = meta ?? {};
    const known = level === 'TRACE' ? 'debug' : (level.toLowerCase() as 'debug' | 'info' | 'warn' | 'error');
    logger[known]({ ...fields, ...(error instanceof Error && { err: error }) }, message);
  });
}
