/** What the programs around the broker share. */
import { z } from 'zod';

/** Where a program's health endpoints listen. @throws Error that names the variable and says what it must be */
export function hostAndPort(
  env: NodeJS.ProcessEnv,
  defaultPort: number,
): { readonly host: string; readonly port: number } {
  const port = z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .safeParse(env['PORT'] || defaultPort);
  if (!port.success) throw new Error('PORT is no port: give a whole number from 0 to 65535; 0 is any that is free');
  return { host: env['HOST'] || '127.0.0.1', port: port.data };
}

/** Resolves when the process is asked to end: SIGTERM or SIGINT. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
