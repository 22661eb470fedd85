import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../scripts/lib/processes.mjs';
import { Supervisor } from '../../scripts/lib/supervisor.mjs';
import { eventually } from '../support/eventually.js';
import { shellScript, temporaryFolder } from './support.js';

let folder: string;
let said: string[];
let supervisor: Supervisor;

beforeEach(() => {
  folder = temporaryFolder();
  said = [];
  supervisor = new Supervisor({ logs: folder, say: (text) => said.push(text), changed: () => undefined });
  onTestFinished(() => supervisor.kill());
});

/** A child that runs a shell script and counts as ready at once. */
function child(name: string, ...lines: string[]) {
  const command = shellScript(path.join(folder, `${name}.sh`), ...lines);
  return { name, command, args: [], env: process.env, ready: () => Promise.resolve(true) };
}

const only = () => supervisor.processes[0]!;
const identityOf = ({ pid, fingerprint }: { pid: number | undefined; fingerprint: string | undefined }) => ({
  pid: pid!,
  fingerprint: fingerprint!,
});

test('a child that dies is started again, and said so', async () => {
  await supervisor.start(child('worker', 'echo started', 'exec sleep 100'));
  const log = path.join(folder, 'worker.log');
  await eventually(() => readFileSync(log, 'utf8') === 'started\n');
  const first = only();
  expect(first).toMatchObject({ name: 'worker', state: 'running', restarts: 0 });
  process.kill(first.pid!, 'SIGKILL');
  const second = await eventually(only, ({ state, restarts }) => restarts === 1 && state === 'running');
  expect(second.pid).not.toBe(first.pid);
  expect(said).toEqual([`worker was ended by SIGKILL; starting it again in 0.5 s (log: ${log})`, 'worker runs again']);
  await eventually(() => readFileSync(log, 'utf8') === 'started\nstarted\n');
});

test('the pause grows with each death in a row', async () => {
  // Lives until it is ready for the first time, and from then on dies at once.
  const flag = path.join(folder, 'flag');
  await supervisor.start(child('worker', `[ -f '${flag}' ] && exit 7`, 'exec sleep 100'));
  writeFileSync(flag, '');
  process.kill(only().pid!, 'SIGTERM');
  await eventually(() => said.filter((line) => line.includes('starting it again')).length >= 3);
  const pauses = said.flatMap((line) => /again in ([\d.]+) s/.exec(line)?.[1] ?? []);
  expect(pauses.slice(0, 3)).toEqual(['0.5', '1', '2']);
  expect(said.join('\n')).toContain('worker ended with exit code 7');
});

test('a child that cannot start fails with the end of its log', async () => {
  const broken = {
    ...child('gateway', 'echo "EADDRINUSE: port 7230"', 'sleep 100'),
    ready: () => Promise.resolve(false),
  };
  await expect(supervisor.start(broken, { timeoutMs: 3_000 })).rejects.toThrow(
    /^gateway is ready: not within 3 s\. The end of .*gateway\.log:\n {4}EADDRINUSE: port 7230$/,
  );
});

test('a missing program is said to be missing', async () => {
  const missing = { ...child('x', ''), command: '/no/such/program' };
  await expect(supervisor.start(missing, { timeoutMs: 300 })).rejects.toThrow('x is ready: not within 0.3 s');
  expect(said[0]).toContain('ENOENT');
});

test('stopping lets a child drain, kills one that does not end, and starts none again', async () => {
  const drained = path.join(folder, 'drained');
  const busy = ['echo trapped', 'while :; do sleep 0.05; done'];
  await supervisor.start(child('polite', `trap 'echo > ${drained}; exit 0' TERM`, ...busy));
  await supervisor.start({ ...child('deaf', "trap '' TERM", ...busy), stopWithinMs: 400 });
  const identities = supervisor.processes.map(identityOf);
  for (const name of ['polite', 'deaf']) {
    await eventually(() => readFileSync(path.join(folder, `${name}.log`), 'utf8') === 'trapped\n');
  }
  await supervisor.stop(['polite', 'deaf', 'unknown']);
  expect(identities.map(isRunning)).toEqual([false, false]);
  expect(readFileSync(drained, 'utf8')).toBe('\n');
  expect(said).toEqual(['deaf did not end within 0.4 s and was killed']);
  expect(supervisor.processes.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
});

test('a log that has grown too large is set aside at the next start', async () => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'worker.log'), Buffer.alloc(17 * 1024 * 1024, 'x'));
  await supervisor.start(child('worker', 'echo fresh', 'exec sleep 100'));
  await eventually(() => readFileSync(path.join(folder, 'worker.log'), 'utf8') === 'fresh\n');
  expect(readFileSync(path.join(folder, 'worker.1.log'))).toHaveLength(17 * 1024 * 1024);
});
