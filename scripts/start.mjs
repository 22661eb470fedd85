/**
 * `npm start`: sets up whatever is lacking, runs the whole fleet on this machine, shows it ten real claims, and keeps serving
 * until it is told to stop.
 */
import { parseArgs } from 'node:util';
import { messageOf, runMain, SetupError } from './lib/failure.mjs';
import { LocalFleet } from './lib/local-fleet.mjs';
import { stateDirectory } from './lib/paths.mjs';
import { Progress } from './lib/progress.mjs';
import { State } from './lib/state.mjs';
import { requireNode } from './lib/versions.mjs';

const DEFAULT_PORT_BASE = 7230;
/** npm hands on the signal that the terminal has sent to all of us already: that is not a second Ctrl-C. */
const SAME_SIGNAL_MS = 1_000;

const HELP = `Usage: npm start [-- options]

Runs Throughline on this machine: Temporal, PostgreSQL, the reference services, the gateway and all workers.
The first start sets everything up; state is kept in one folder, and the next start goes on from there.

Options:
  --no-sample        do not submit the ten sample claims
  --port-base N      first of the ten ports that are used, all on 127.0.0.1 (default ${DEFAULT_PORT_BASE}):
                     +0 gateway, +1 services, +2 PostgreSQL, +3 Temporal, +4 Temporal web UI,
                     +5 Temporal HTTP API, +6 Temporal metrics, +7 worker health,
                     +8 relay health, +9 subscribers
  --state-dir DIR    folder of all state (default .throughline)
  --help             this text

Environment:
  TEMPORAL_ADDRESS       use this Temporal server (host:port) instead of a local one; TEMPORAL_NAMESPACE, TEMPORAL_TLS*
                         and TEMPORAL_API_KEY go with it
  DATABASE_URL           use this PostgreSQL database instead of a local one
  THROUGHLINE_BROKER     postgres (default: events are kept in the database) or nats, with NATS_URL
  OTEL_EXPORTER_OTLP_ENDPOINT  where traces go, such as http://127.0.0.1:4318 (default: nowhere)
  THROUGHLINE_STATE_DIR  as --state-dir
  THROUGHLINE_CACHE_DIR  where downloaded tools are kept (default ~/.cache/throughline)
  NO_COLOR, CI           no colours; plain lines instead of a live list
`;

await runMain(main);

/** @returns {Promise<number>} the exit code */
async function main() {
  const options = parseOptions();
  if (options === undefined) {
    console.log(HELP);
    return 0;
  }
  requireNode();
  const state = new State(stateDirectory(options.stateDir));
  const progress = new Progress();
  const fleet = new LocalFleet(state, progress, options);
  const told = stopSignal(() => fleet.kill());
  await state.claim((text) => progress.note(`  ${text}`));
  try {
    await Promise.race([fleet.serve(), told.then((signal) => progress.note(`\n${signal}: stopping …`))]);
  } finally {
    await fleet.stop();
    state.release();
  }
  progress.note('Stopped. State is kept; the next start goes on from here.');
  return 0;
}

/** @returns {(import('./lib/local-fleet.mjs').Options & { stateDir: string | undefined }) | undefined} undefined for help */
function parseOptions() {
  /** @type {{ 'no-sample': boolean, help: boolean, 'port-base'?: string, 'state-dir'?: string }} */
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        'no-sample': { type: 'boolean', default: false },
        'port-base': { type: 'string' },
        'state-dir': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new SetupError(`${messageOf(error)}\n\n${HELP}`);
  }
  if (values.help) return undefined;
  const portBase = Number(values['port-base'] ?? DEFAULT_PORT_BASE);
  if (!Number.isInteger(portBase) || portBase < 1024 || portBase > 65_526) {
    throw new SetupError(`--port-base is ${values['port-base']}: give a whole number from 1024 to 65526.`);
  }
  return { sample: !values['no-sample'], portBase, stateDir: values['state-dir'] };
}

/**
 * @param {() => void} insist called when the signal comes again: someone does not want to wait for the drain
 * @returns {Promise<string>} the name of the first signal that asks to stop
 */
function stopSignal(insist) {
  return new Promise((resolve) => {
    let first = 0;
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => {
        if (first === 0) {
          first = Date.now();
          resolve(signal);
        } else if (Date.now() - first > SAME_SIGNAL_MS) {
          insist();
          process.exit(130);
        }
      });
    }
  });
}
