import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { answers } from './wait.mjs';

/**
 * Settings of a server that serves the fleet alone, as dynamic configuration. The routing of a catastrophe's claims rests on the first
 * two, which a server of this version has turned off. A shard hands on what is to be done next at most 20 times a second by itself: meant
 * for clusters of hundreds of shards, it makes each step of an entity wait for up to 50 ms where there is one shard, as in the
 * development server, or few.
 */
export const SERVER_SETTINGS = {
  'matching.useNewMatcher': true,
  'matching.enableFairness': true,
  'history.transferProcessorMaxPollRPS': 1000,
};

/**
 * What the supervisor has to run for a Temporal development server.
 *
 * @param {object} options
 * @param {string} options.cli the Temporal CLI
 * @param {Pick<import('./ports.mjs').Ports, 'temporal' | 'temporalUi' | 'temporalHttp' | 'temporalMetrics'>} options.ports
 * @param {string} options.namespace made if lacking
 * @param {string} [options.folder] where histories are kept; without it in memory
 * @returns {import('./supervisor.mjs').ChildSpec}
 */
export function temporalServer({ cli, ports, namespace, folder }) {
  const ready = () =>
    answers(`http://127.0.0.1:${ports.temporalHttp}/api/v1/namespaces/${encodeURIComponent(namespace)}`);
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--namespace', namespace, '--log-level', 'warn'];
  args.push('--port', String(ports.temporal), '--ui-port', String(ports.temporalUi));
  args.push('--http-port', String(ports.temporalHttp), '--metrics-port', String(ports.temporalMetrics));
  for (const [key, value] of Object.entries(SERVER_SETTINGS)) args.push('--dynamic-config-value', `${key}=${value}`);
  const spec = { name: 'temporal', command: cli, args, env: process.env, ready, stopWithinMs: 15_000 };
  return folder === undefined ? spec : persistent(spec, folder);
}

/**
 * @param {import('./supervisor.mjs').ChildSpec} spec
 * @param {string} folder
 * @returns {import('./supervisor.mjs').ChildSpec}
 */
function persistent(spec, folder) {
  const file = path.join(folder, 'temporal.db');
  const complete = path.join(folder, 'temporal.complete');
  // The write-ahead log costs one flush per commit instead of several; "full" makes that flush happen, so that what the
  // server has acknowledged survives a power cut as it does in PostgreSQL, and the journal is never ahead of history.
  const durable = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=full'];
  return {
    ...spec,
    args: [...spec.args, '--db-filename', file, ...durable],
    // The server makes its tables only if the file does not exist. Killed in between, it would never start again; as it has
    // then never served anybody, the file can go.
    beforeStart: () => {
      if (existsSync(complete)) return;
      for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${suffix}`, { force: true });
    },
    ready: async (pid) => {
      const served = await spec.ready(pid);
      if (served) writeFileSync(complete, '');
      return served;
    },
  };
}
