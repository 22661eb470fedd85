/** Logs of every process on pino: one JSON line per event on standard output, with the ids of the work at hand. */
import type { LoggerService } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { pino, type DestinationStream, type Logger } from 'pino';
import { discreet } from './discretion.js';
import { scope } from './scope.js';

type Level = 'debug' | 'info' | 'warn' | 'error';

/**
 * A process's logger. `LOG_LEVEL` (default `info`) says from which level.
 * @param name of the process
 * @param to default: standard output
 */
export function createLogger(name: string, to?: DestinationStream): Logger {
  const options = {
    name,
    level: process.env['LOG_LEVEL'] ?? 'info',
    mixin: () => ({ ...scope(), ...traceIds() }),
    formatters: { log: discreet },
    // Errors are told there already.
    serializers: { err: (told: unknown) => told },
  };
  return to ? pino(options, to) : pino(options);
}

/** Named as OpenTelemetry has them in logs. */
function traceIds() {
  const context = trace.getActiveSpan()?.spanContext();
  return context ? { trace_id: context.traceId, span_id: context.spanId } : {};
}

/** NestJS's logger over a process's. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  /** NestJS gives the context last; before it may stand the text (where the message is fields) or a stack. */
  #write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const text = rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : undefined;
    if (message instanceof Error) this.logger[level]({ context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.logger[level]({ context, ...message }, text);
    else this.logger[level]({ context, ...(text !== undefined && { stack: text }) }, String(message));
  }
}
