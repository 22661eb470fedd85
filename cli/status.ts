/** `throughline status`: what runs, at which addresses, in which versions, and entities by state. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { GatewayRefused } from '../client/errors.js';
import { GatewayClient, type Token } from '../client/gateway.js';
import { version } from '../client/version.js';
import type { StatusView } from '../client/views.js';
import { tokenOf, type GlobalOptions } from './connect.js';
import { surroundings } from './intake/surroundings.js';
import { bold, print, printFields, printJson, printTable, red } from './output.js';

/** How long a probe waits: a fleet on this machine answers at once. In milliseconds. */
const PROBE_TIMEOUT_MS = 1_500;

/** As much of `runtime.json` as is shown. */
const runtimeFile = z.object({
  pid: z.int(),
  startedAt: z.string(),
  ready: z.boolean(),
  addresses: z.record(z.string(), z.string()),
  versions: z.record(z.string(), z.string()),
  processes: z.array(z.object({ name: z.string(), pid: z.int().optional(), state: z.string(), restarts: z.int() })),
});

type Runtime = z.infer<typeof runtimeFile>;

/** What `status --json` prints. */
export interface Status {
  /** Everything runs and answers. */
  readonly ready: boolean;
  readonly addresses: {
    readonly temporal: string | null;
    readonly temporalUi: string | null;
    readonly gateway: string;
    readonly database: string | null;
  };
  readonly versions: Readonly<Record<string, string>>;
  readonly processes: readonly {
    readonly name: string;
    readonly pid?: number | undefined;
    readonly state: string;
    readonly restarts: number;
  }[];
  /** By lifecycle and state; empty where the gateway does not answer. */
  readonly entities: StatusView['entities'];
}

export function statusCommand(): Command {
  return new Command('status')
    .description('Looks at what the fleet wrote down and asks its gateway. Exit code 0 also when nothing runs.')
    .option('--json', 'print it as one line of JSON')
    .addHelpText('after', '\nExample:\n  $ throughline status')
    .action(async (options: { json?: true }, command: Command) => {
      const status = await statusOf(command.optsWithGlobals<GlobalOptions>().stateDir, process.env);
      if (options.json) printJson(status);
      else printStatus(status);
    });
}

/** What runs now. Nothing that has died since it wrote itself down counts as running. */
async function statusOf(stateDir: string | undefined, env: NodeJS.ProcessEnv): Promise<Status> {
  const found = await surroundings(stateDir, env);
  const runtime = await runtimeIn(found.stateDir);
  const alive = runtime !== undefined && isAlive(runtime.pid);
  // Without a fleet of this folder, what answers at the default address is another folder's.
  const asked = alive || env['THROUGHLINE_GATEWAY_URL'] !== undefined;
  const view = asked ? await probe(found.gateway, tokenOf(found.developmentKey, undefined)) : undefined;
  return {
    ready: view !== undefined && (runtime?.ready ?? true),
    addresses: {
      temporal: env['TEMPORAL_ADDRESS'] ?? found.temporal ?? null,
      temporalUi: (alive ? runtime.addresses['temporalUi'] : undefined) ?? null,
      gateway: found.gateway,
      database: database(alive ? runtime : undefined, env),
    },
    versions: {
      throughline: version,
      node: process.versions.node,
      ...(alive ? runtime.versions : {}),
      ...view?.versions,
    },
    processes: alive ? runtime.processes : [],
    entities: view?.entities ?? {},
  };
}

async function runtimeIn(stateDir: string): Promise<Runtime | undefined> {
  try {
    return runtimeFile.parse(JSON.parse(await readFile(path.join(stateDir, 'runtime.json'), 'utf8')));
  } catch {
    // None was started from this folder, or it is only just starting.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    // It runs, under another user.
    return (err as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The gateway's own view, if it is ready; without entities where the token does not let one see them. */
async function probe(gateway: string, token: Token | undefined): Promise<StatusView | undefined> {
  try {
    const ready = await fetch(`${gateway}/health/ready`, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    if (!ready.ok) return undefined;
    return await new GatewayClient(gateway, token).status().catch((err: unknown) => {
      if (err instanceof GatewayRefused) return { entities: {}, versions: {} };
      throw err;
    });
  } catch {
    return undefined;
  }
}

/** The embedded database's URL is whole, since its password is this folder's own; that of another database loses its password. */
function database(runtime: Runtime | undefined, env: NodeJS.ProcessEnv): string | null {
  const embedded = runtime?.processes.some(({ name }) => name === 'postgres') ?? false;
  if (embedded) return runtime?.addresses['database'] ?? null;
  const url = runtime?.addresses['database'] ?? env['DATABASE_URL'];
  if (url === undefined || !URL.canParse(url)) return null;
  const redacted = new URL(url);
  if (redacted.password !== '') redacted.password = '***';
  return redacted.href;
}

function printStatus(status: Status): void {
  const { ready, addresses, versions, processes, entities } = status;
  print(
    ready
      ? bold('Throughline is ready.')
      : red('Throughline is not ready.') + (processes.length === 0 ? ' Start it with npm start.' : ''),
  );
  print('');
  printFields([
    ['gateway', addresses.gateway],
    ['Temporal', addresses.temporal ?? undefined],
    ['Temporal web UI', addresses.temporalUi ?? undefined],
    [
      'versions',
      Object.entries(versions)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
  ]);
  if (processes.length > 0) {
    print('');
    printTable(
      ['process', 'pid', 'state', 'restarts'],
      processes.map(({ name, pid, state, restarts }) => [
        name,
        pid === undefined ? '' : String(pid),
        state,
        String(restarts),
      ]),
    );
  }
  const counts = Object.entries(entities).flatMap(([lifecycle, states]) =>
    Object.entries(states).map(([state, count]) => [lifecycle, state, String(count)]),
  );
  if (counts.length > 0) {
    print('');
    printTable(['lifecycle', 'state', 'entities'], counts);
  }
}
