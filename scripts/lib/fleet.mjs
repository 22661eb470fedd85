import path from 'node:path';
import { projectRoot } from './paths.mjs';
import { answers } from './wait.mjs';

/**
 * Where the fleet's processes find each other and everything they need.
 *
 * @typedef {object} Surroundings
 * @property {string} stateDir
 * @property {import('./ports.mjs').Ports} ports
 * @property {import('./state.mjs').Addresses} addresses
 * @property {string} namespace Temporal's
 * @property {string} callbackSecret
 * @property {string} developmentKey file of the development issuer's key
 * @property {boolean} [embedded] all servers are its own: nothing that goes wrong on purpose can harm anybody else
 */

/**
 * The environment of each process of the fleet, also of the command line: ours, and the addresses of this very fleet.
 *
 * @param {Surroundings} surroundings
 * @returns {NodeJS.ProcessEnv}
 */
export function fleetEnvironment({ stateDir, addresses, namespace, callbackSecret, developmentKey, ports }) {
  return {
    ...process.env,
    THROUGHLINE_STATE_DIR: stateDir,
    DATABASE_URL: addresses.database,
    TEMPORAL_ADDRESS: addresses.temporal,
    TEMPORAL_NAMESPACE: namespace,
    HOST: '127.0.0.1',
    THROUGHLINE_GATEWAY_URL: addresses.gateway,
    THROUGHLINE_SERVICES_URL: addresses.services,
    THROUGHLINE_CALLBACK_SECRET: callbackSecret,
    THROUGHLINE_DEVELOPMENT_KEY: developmentKey,
    ...(addresses.temporalUi ? { THROUGHLINE_TEMPORAL_UI_URL: addresses.temporalUi } : {}),
    THROUGHLINE_COMPLETION_URL: `http://127.0.0.1:${ports.subscribers}`,
  };
}

/**
 * What the supervisor has to run for the fleet itself: reference services, gateway, workers, relay, subscribers.
 *
 * @param {Surroundings} surroundings
 * @returns {import('./supervisor.mjs').ChildSpec[]}
 */
export function fleetChildren(surroundings) {
  const { ports } = surroundings;
  const shared = fleetEnvironment(surroundings);
  // The reference services take what the intake knows of its claims, and go wrong on purpose, only where they are told to.
  const rehearsal = { THROUGHLINE_SEED: '1', ...(surroundings.embedded ? { THROUGHLINE_FAULTS: 'allowed' } : {}) };
  return [
    { name: 'services', port: ports.services },
    { name: 'gateway', port: ports.gateway },
    { name: 'workers', port: ports.workers },
    { name: 'relay', port: ports.relay, folder: path.join('events', 'relay') },
    { name: 'subscribers', port: ports.subscribers },
  ].map(({ name, port, folder = name }) => ({
    name,
    command: process.execPath,
    args: [entryPoint(folder, 'main.js')],
    env: { ...shared, PORT: String(port), ...(name === 'services' ? rehearsal : {}) },
    ready: () => answers(`http://127.0.0.1:${port}/health/ready`),
  }));
}

/**
 * A compiled program of this project.
 *
 * @param {string} folder
 * @param {string} file
 * @returns {string} an absolute path
 */
export function entryPoint(folder, file) {
  return path.join(projectRoot, 'dist', folder, file);
}
