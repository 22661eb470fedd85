/** Logs of the worker processes on pino: NestJS's own, and the Temporal SDK's through the same stream. */
import type { LoggerService } from '@nestjs/common';
import { DefaultLogger, type Logger as SdkLogger } from '@temporalio/worker';
import { pino } from 'pino';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** NestJS's logger: one JSON line per event on standard output. `LOG_LEVEL` (default `info`) says from which level. */
export class PinoLogger implements LoggerService {
  readonly #pino;

  constructor(name: string) {
    this.#pino = pino({ name, level: process.env['LOG_LEVEL'] ?? 'info' });
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  /** Fields beside the text, as structured logging wants them. */
  fields(level: Level, fields: object, text: string): void {
    this.#pino[level](fields, text);
  }

  /** NestJS gives the context last; before it may stand a stack. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    if (message instanceof Error) this.#pino[level]({ context, err: message }, message.message);
    else this.#pino[level]({ context, ...(rest.length > 1 && { stack: rest[0] }) }, String(message));
  }
}

/** The SDK's logger over ours. */
export function temporalLogger(logger: PinoLogger): SdkLogger {
  return new DefaultLogger('INFO', ({ level, message, meta }) => {
    const { error, ...fields } = meta ?? {};
    const known = level === 'TRACE' ? 'debug' : (level.toLowerCase() as Level);
    logger.fields(known, { ...fields, ...(error instanceof Error && { err: error }) }, message);
  });
}
