import { SetupError } from './failure.mjs';

/** Where the fleet of a benchmark listens, beside one that `npm start` runs. */
const PORT_BASE = 7330;
const SERVERS = /** @type {const} */ (['dev', 'postgres']);

/**
 * @typedef {object} BenchOptions
 * @property {string | undefined} name of the benchmark; undefined where help is asked for
 * @property {typeof SERVERS[number]} server which Temporal server it runs on
 * @property {number} portBase
 * @property {string[]} rest what the benchmark itself is given
 */

/**
 * Reads the command line of `npm run bench`: what concerns its surroundings is taken, the rest is for the benchmark.
 *
 * @param {readonly string[]} args after the script's name
 * @returns {BenchOptions}
 * @throws {SetupError} names the option, what was given, and what it takes
 */
export function benchOptions(args) {
  const [name, ...given] = args;
  /** @type {BenchOptions} */
  const options = {
    name: name === '--help' || given.includes('--help') ? undefined : name,
    server: 'dev',
    portBase: PORT_BASE,
    rest: [],
  };
  while (given.length > 0) {
    const [option = '', inline] = (given.shift() ?? '').split(/=(.*)/s);
    const value = () => inline ?? given.shift();
    if (option === '--server') options.server = serverNamed(value());
    else if (option === '--port-base') options.portBase = portBase(value());
    else options.rest.push(inline === undefined ? option : `${option}=${inline}`);
  }
  return options;
}

/** @param {string | undefined} given */
function serverNamed(given) {
  const server = SERVERS.find((one) => one === given);
  if (server === undefined) throw new SetupError(`--server is ${given ?? 'empty'}: give ${SERVERS.join(' or ')}`);
  return server;
}

/** @param {string | undefined} given */
function portBase(given) {
  const number = /^\d+$/.test(given ?? '') ? Number(given) : NaN;
  if (!(number >= 1024 && number <= 65_000))
    throw new SetupError(`--port-base is ${given ?? 'empty'}: give a number from 1024 to 65000`);
  return number;
}
