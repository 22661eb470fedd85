/** NestJS's logger on pino: one JSON line per event on standard output. */
import type { LoggerService } from '@nestjs/common';
import { pino, type Logger as Pino } from 'pino';

export class PinoLogger implements LoggerService {
  readonly #pino: Pino;

  constructor(name: string, level = process.env['LOG_LEVEL'] ?? 'info') {
    this.#pino = pino({ name, level });
  }

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

  /** NestJS gives the context last; before it may stand a message (where the first is fields) or a stack. */
  #write(level: 'debug' | 'info' | 'warn' | 'error', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const text = rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : undefined;
    if (message instanceof Error) this.#pino[level]({ context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.#pino[level]({ context, ...message }, text);
    else this.#pino[level]({ context, ...(text !== undefined && { stack: text }) }, String(message));
  }
}
