/**
 * `npm run bench -- NAME [options]`: sets up a fleet of its own, with throw-away state and without workers, and runs a benchmark
 * of `bench/` against it. The benchmarks start the workers they measure.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { runAttached } from './lib/exec.mjs';
import { runMain, SetupError } from './lib/failure.mjs';
import { entryPoint, fleetEnvironment } from './lib/fleet.mjs';
import { LocalFleet } from './lib/local-fleet.mjs';
import { Progress } from './lib/progress.mjs';
import { State } from './lib/state.mjs';

const PORT_BASE = 7330;

const HELP = `Usage: npm run bench -- NAME [options]

  claims   claims per second, worker CPU, history events and bytes, side by side with a plain Temporal workflow
           --count N        claims a round (default 200)
           --rounds N       rounds of each, interleaved (default 5)
           --concurrency N  claims under way at a time (default 64)
           --json           one line of JSON instead of a table
`;

await runMain(main);

/** @returns {Promise<number>} the exit code */
async function main() {
  const [name, ...options] = process.argv.slice(2);
  if (name === undefined || name === '--help') {
    console.log(HELP);
    return name === undefined ? 2 : 0;
  }
  const progress = new Progress(process.stderr);
  await progress.step('npm dependencies', ensureDependencies);
  await progress.step('Build', ensureBuild);
  const program = entryPoint('bench', `${name}.js`);
  if (!/^[a-z-]+$/.test(name) || !existsSync(program))
    throw new SetupError(`There is no benchmark ${name}.\n\n${HELP}`);

  const state = new State(mkdtempSync(path.join(tmpdir(), 'throughline-bench-')));
  await state.claim((text) => progress.note(text));
  const fleet = new LocalFleet(state, progress, { sample: false, portBase: PORT_BASE, workers: false });
  process.once('SIGINT', () => fleet.kill());
  try {
    const surroundings = await fleet.bringUp();
    return await runAttached(process.execPath, [program, ...options], {
      env: { ...fleetEnvironment(surroundings), THROUGHLINE_BENCH_WORKER_PORT: String(surroundings.ports.workers) },
    });
  } finally {
    await fleet.stop();
    state.release();
    rmSync(state.folder, { recursive: true, force: true });
  }
}
