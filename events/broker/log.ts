/** What a broker, a relay and a subscriber tell whoever runs them; pino's loggers have it. */
export interface Log {
  info(fields: object, text: string): void;
  warn(fields: object, text: string): void;
}

export const silent: Log = { info: () => undefined, warn: () => undefined };
