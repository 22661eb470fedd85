/**
 * Every test's gateway believes one development issuer, and every client signs with its key unless a test says otherwise. Files share
 * a process: what one of them sets in the environment is gone with it.
 */
import { afterAll, inject } from 'vitest';

const before = { ...process.env };

process.env['THROUGHLINE_DEVELOPMENT_KEY'] = inject('developmentKey');

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
