/** NestJS's logger on pino: one JSON line per event on standard output. */
import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Logs of the gateway. `LOG_LEVEL` (default `info`) says from which level. */
export class PinoLogger implements LoggerService {
  private readonly pino = pino({ name: 'gateway', level: process.env['LOG_LEVEL'] ?? 'info' });

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

  /** NestJS gives the context last; before it may stand the text (where the message is fields) or a stack. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const text = rest.length > 1 ? rest[0] : undefined;
    if (message instanceof Error) this.pino[level]({ context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null)
      this.pino[level]({ context, ...message }, typeof text === 'string' ? text : '');
    else this.pino[level]({ context, ...(text !== undefined && { stack: text }) }, String(message));
  }
}
