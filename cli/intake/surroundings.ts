/** Where the state folder and the servers are: the environment first, then what a local fleet wrote down, then the defaults. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

/** Addresses without a slash at their end. */
export interface Surroundings {
  readonly stateDir: string;
  /** Host and port; undefined: Temporal's own configuration decides. */
  readonly temporal: string | undefined;
  readonly gateway: string;
  readonly services: string;
  /** File of the development issuer's key; undefined where there is none. */
  readonly developmentKey: string | undefined;
}

/** As much of `runtime.json` as is used here; the supervisor writes it. */
const runtimeFile = z.object({
  addresses: z.object({
    temporal: z.string().optional(),
    gateway: z.string().optional(),
    services: z.string().optional(),
  }),
});

/**
 * @param chosenStateDir what the command line says; wins over `THROUGHLINE_STATE_DIR`
 * @param env `TEMPORAL_ADDRESS`, `THROUGHLINE_GATEWAY_URL` and `THROUGHLINE_SERVICES_URL` win over a local fleet's addresses
 */
export async function surroundings(chosenStateDir: string | undefined, env: NodeJS.ProcessEnv): Promise<Surroundings> {
  const stateDir = path.resolve(
    chosenStateDir ?? env['THROUGHLINE_STATE_DIR'] ?? path.join(projectRoot(), '.throughline'),
  );
  const running = await addressesIn(path.join(stateDir, 'runtime.json'));
  const url = (given: string | undefined, port: number): string =>
    (given ?? `http://127.0.0.1:${port}`).replace(/\/+$/, '');
  return {
    stateDir,
    temporal: env['TEMPORAL_ADDRESS'] === undefined ? running.temporal : undefined,
    gateway: url(env['THROUGHLINE_GATEWAY_URL'] ?? running.gateway, 7230),
    services: url(env['THROUGHLINE_SERVICES_URL'] ?? running.services, 7231),
    developmentKey: [env['THROUGHLINE_DEVELOPMENT_KEY'], path.join(stateDir, 'development-key.json')].find(
      (file) => file !== undefined && existsSync(file),
    ),
  };
}

async function addressesIn(file: string): Promise<z.infer<typeof runtimeFile>['addresses']> {
  try {
    return runtimeFile.parse(JSON.parse(await readFile(file, 'utf8'))).addresses;
  } catch {
    // No fleet was started from this folder, or it is only just starting: the defaults are where it will be.
    return {};
  }
}

/** The folder of package.json, from the sources as from `dist`. */
function projectRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(path.join(folder, 'package.json')) && path.dirname(folder) !== folder)
    folder = path.dirname(folder);
  return folder;
}
