/** What the watch over the dependencies reads from the environment. */
import { z } from 'zod';

/** Settings of the watch. A class, so that NestJS can inject it. */
export class HealthSettings {
  /** `THROUGHLINE_BREAKER_FAILURES`: failures in a row, in one process, that close a dependency's gate; 0: none. Default 20. */
  readonly breakerFailures!: number;
  /** `THROUGHLINE_RESUMES_PER_SECOND`: entities told per second that their dependency is back. Default 50. */
  readonly resumesPerSecond!: number;
}

const whole = (least: number, most: number, otherwise: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, { error })
    .transform(Number)
    .pipe(z.number().min(least, { error }).max(most, { error }))
    .default(otherwise);
};

const environment = z.object({
  THROUGHLINE_BREAKER_FAILURES: whole(0, 10_000, 20),
  THROUGHLINE_RESUMES_PER_SECOND: whole(1, 1_000, 50),
});

/** Reads the settings. @throws Error that names each variable that is wrong, its value and what it must be */
export function healthSettings(env: NodeJS.ProcessEnv): HealthSettings {
  const read = environment.safeParse(env);
  if (read.success) {
    const { THROUGHLINE_BREAKER_FAILURES: breakerFailures, THROUGHLINE_RESUMES_PER_SECOND: resumesPerSecond } =
      read.data;
    return { breakerFailures, resumesPerSecond };
  }
  const faults = read.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return `${name} is ${JSON.stringify(env[name])}: set it to ${message}, or leave it out`;
  });
  throw new Error(faults.join('; '));
}
