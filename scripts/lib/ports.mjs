import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { SetupError } from './failure.mjs';
import { commandLine } from './processes.mjs';

const HOST = '127.0.0.1';

/**
 * Where everything listens, counted from one base so that one option moves all of them.
 *
 * The default base 7230 puts Temporal on 7233, where its own tools look for it.
 *
 * @param {number} base
 */
export function portPlan(base) {
  return {
    gateway: base,
    services: base + 1,
    database: base + 2,
    temporal: base + 3,
    temporalUi: base + 4,
    temporalHttp: base + 5,
    temporalMetrics: base + 6,
    workers: base + 7,
    relay: base + 8,
    subscribers: base + 9,
  };
}

/** @typedef {ReturnType<typeof portPlan>} Ports */

/**
 * Refuses ports that another process holds, all in one message.
 *
 * @param {Readonly<Record<string, number>>} ports purpose → port
 * @param {string} remedy what to do about it
 * @returns {Promise<void>}
 * @throws {SetupError} names each taken port, what it was for, and who holds it
 */
export async function requireFreePorts(ports, remedy) {
  const taken = [];
  for (const [purpose, port] of Object.entries(ports)) {
    if (!(await isFree(port))) taken.push(`  ${port} (${purpose}) is held by ${portHolder(port)}`);
  }
  if (taken.length > 0) throw new SetupError(`Ports are taken on ${HOST}:\n${taken.join('\n')}\n${remedy}`);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>} whether we could listen on it just now
 */
export async function isFree(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const code = /** @type {NodeJS.ErrnoException} */ (error).code;
      if (code === 'EADDRINUSE') resolve(false);
      else reject(new SetupError(`Port ${port} on ${HOST} cannot be used: ${error.message}`));
    });
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * @param {string} address `host:port`
 * @returns {Promise<boolean>} whether something accepts connections there within five seconds
 */
export async function reachable(address) {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: 5_000 });
    const conclude = (/** @type {boolean} */ answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => conclude(true));
    socket.once('timeout', () => conclude(false));
    socket.once('error', () => conclude(false));
  });
}

/**
 * Ports that are free just now, chosen by the system.
 *
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  // All are held at once, so that the system cannot hand out the same one twice.
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise((/** @type {(port: number) => void} */ resolve, reject) => {
          server.once('error', reject);
          server.listen({ host: HOST, port: 0, exclusive: true }, () => {
            const address = server.address();
            resolve(address !== null && typeof address === 'object' ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Who listens on a port, for a person to recognise.
 *
 * @param {number} port
 * @returns {string} e.g. `process 4711 (node server.js)`
 */
export function portHolder(port) {
  const pid = holderFromProc(port) ?? holderFromLsof(port);
  if (pid === undefined) return 'a process that is not visible to this user';
  const command = commandLine(pid);
  return `process ${pid}${command ? ` (${command.length > 100 ? `${command.slice(0, 100)}…` : command})` : ''}`;
}

/** @param {number} port */
function holderFromProc(port) {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = new Set();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const row of readOr(table).split('\n')) {
      const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
      // 0A is LISTEN.
      if (state === '0A' && local?.endsWith(`:${hexPort}`)) inodes.add(`socket:[${inode}]`);
    }
  }
  if (inodes.size === 0) return undefined;
  return listOr('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => listOr(`/proc/${pid}/fd`).some((fd) => inodes.has(linkOr(`/proc/${pid}/fd/${fd}`))));
}

/** @param {number} port */
function holderFromLsof(port) {
  try {
    const args = ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-t'];
    return Number(execFileSync('lsof', args, { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0]) || undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function readOr(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} folder */
function listOr(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} link */
function linkOr(link) {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
