/**
 * `npm run bench -- NAME [options]`: sets up a fleet of its own, with throw-away state and without workers, and runs a benchmark
 * of `bench/` against it. The benchmarks start the workers they measure.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchOptions } from './lib/bench-options.mjs';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommands, runAttached } from './lib/exec.mjs';
import { runMain, SetupError } from './lib/failure.mjs';
import { entryPoint, fleetEnvironment } from './lib/fleet.mjs';
import { LocalFleet } from './lib/local-fleet.mjs';
import { PostgresTemporal } from './lib/postgres-temporal.mjs';
import { natsServer, resolveNatsServer } from './lib/nats-server.mjs';
import { Progress } from './lib/progress.mjs';
import { State } from './lib/state.mjs';

const HELP = `Usage: npm run bench -- NAME [options]

  claims   claims per second, worker CPU, history events and bytes, side by side with a plain Temporal workflow
           --count N        claims a round (default 200)
           --rounds N       rounds of each, interleaved (default 5)
           --concurrency N  claims under way at a time (default 64)
  memory   memory per cached claim at rest, side by side with a workflow that does nothing
           --count N        workflows of each kind, after the warm-up (default 400)
           --warm-up N      workflows of each kind that run before the first measurement (default 200)
           --batches N      measurements on the way there (default 4)
           --rounds N       rounds with fresh workers (default 3)
  surge    how long everyday claims take to settle in calm, and while a storm's come in at ten times their rate: with priority and
           admission, with priority alone, with neither
           --count N        claims of the storm (default 3000)
           --everyday N     everyday claims between them (default a tenth of that)
           --rate N         claims of the storm admitted per second (default: with everyday ones 70 % of what the fleet carries)
           --warm-up N      claims of each of two bursts; the second tells what the fleet carries (default 100)
           --rounds N       rounds of all four, interleaved (default 1)
           --without NAME   leaves a variant out, say "priority alone"; may be given several times
           --file FILE      export of OpenFEMA "FIMA NFIP Redacted Claims" (default: the published one or its extract)

  board    the board of a catastrophe over many claims, against a plain count of the same rows
           --count N        claims on record (default 100000)
           --originals N    claims that go through the fleet first; their rows are copied (default 100)
           --rounds N       rounds of both, interleaved (default 15)
           --file FILE      as above
  console  overview, lists, saved views, inbox and explain over many entities and journal rows
           --count N        entities on record (default 100000)
           --entries N      journal rows of each (default 10)
           --rounds N       calls of each kind (default 30)
  relay    events per second from the outbox to a subscriber, and how long one takes, for both brokers
           --waiting N,N,…  events that wait when the relay starts (default 100,1000,10000)
           --rounds N       rounds of both, interleaved (default 3)
           --single N       events that are written one at a time (default 100)

  Each:    --json           one line of JSON instead of a table
           --server NAME    dev (default), or postgres: a Temporal server on PostgreSQL, built from source at the first time
           --port-base N    where everything listens (default 7330)
`;

await runMain(main);

/** @returns {Promise<number>} the exit code */
async function main() {
  const { name, server, portBase, rest } = benchOptions(process.argv.slice(2));
  if (name === undefined) {
    console.log(HELP);
    return process.argv.includes('--help') ? 0 : 2;
  }
  if (server === 'postgres' && process.env['TEMPORAL_ADDRESS'])
    throw new SetupError(
      `--server postgres starts a Temporal server, but TEMPORAL_ADDRESS is ${process.env['TEMPORAL_ADDRESS']}: give one of the two.`,
    );
  const progress = new Progress(process.stderr);
  await progress.step('npm dependencies', ensureDependencies);
  await progress.step('Build', ensureBuild);
  const program = entryPoint('bench', `${name}.js`);
  if (!/^[a-z-]+$/.test(name) || !existsSync(program))
    throw new SetupError(`There is no benchmark ${name}.\n\n${HELP}`);

  const state = new State(mkdtempSync(path.join(tmpdir(), 'throughline-bench-')));
  await state.claim((text) => progress.note(text));
  const temporal = server === 'postgres' ? postgresTemporal(state, progress, portBase) : undefined;
  const fleet = new LocalFleet(state, progress, { sample: false, portBase, workers: false });
  let interrupted = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => {
      if (!interrupted) {
        // The benchmark ends and takes its workers along; then everything else is stopped in order.
        interrupted = true;
        return endCommands();
      }
      fleet.kill();
      temporal?.kill();
    });
  }
  try {
    if (temporal) {
      await temporal.start();
      // From here on it is what TEMPORAL_ADDRESS always is: a server that somebody else runs.
      process.env['TEMPORAL_ADDRESS'] = temporal.address;
    }
    const surroundings = await fleet.bringUp();
    const nats = name === 'relay' ? await startNats(fleet, state, progress, portBase) : '';
    return await runAttached(process.execPath, [program, ...rest], {
      env: {
        ...fleetEnvironment(surroundings),
        ...(nats && { NATS_URL: nats }),
        THROUGHLINE_BENCH_SERVER: server,
        THROUGHLINE_BENCH_WORKER_PORT: String(surroundings.ports.workers),
      },
    });
  } finally {
    await fleet.supervisor.stop(['nats']);
    await fleet.stop();
    await temporal?.stop();
    state.release();
    rmSync(state.folder, { recursive: true, force: true });
  }
}

/**
 * @param {State} state
 * @param {Progress} progress
 * @param {number} portBase
 */
function postgresTemporal(state, progress, portBase) {
  const folder = path.join(state.folder, 'temporal');
  mkdirSync(folder);
  return new PostgresTemporal({
    folder,
    portBase,
    namespace: process.env['TEMPORAL_NAMESPACE'] || 'default',
    password: state.secrets().databasePassword,
    progress,
  });
}

/**
 * @param {LocalFleet} fleet
 * @param {State} state
 * @param {Progress} progress
 * @param {number} portBase
 * @returns {Promise<string>} the server's URL
 */
async function startNats(fleet, state, progress, portBase) {
  const executable = await progress.step('nats-server', resolveNatsServer);
  const folder = path.join(state.folder, 'nats');
  mkdirSync(folder);
  const port = portBase + 20;
  await fleet.supervisor.start(natsServer({ executable, port, folder }));
  return `nats://127.0.0.1:${port}`;
}
