/** A whole fleet as `npm start` runs it, with state, ports and processes of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { developmentTokens, EVERY_ROLE } from '../../client/development-token.js';
import { GatewayClient } from '../../client/gateway.js';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { eventually } from '../support/eventually.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the supervisor writes about itself. */
export interface Runtime {
  readonly ready: boolean;
  readonly addresses: {
    readonly temporal: string;
    readonly gateway: string;
    readonly services: string;
    readonly database: string;
  };
  readonly processes: ReadonlyArray<{
    readonly name: string;
    readonly pid: number;
    readonly state: string;
    readonly restarts: number;
  }>;
}

/** How a program ended and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running program. */
export interface Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export class Fleet {
  private constructor(
    readonly stateDir: string,
    private readonly portBase: number,
    private supervisor: Program,
  ) {}

  /** Starts a fleet; resolves when it is ready. */
  static async start(...args: string[]): Promise<Fleet> {
    const stateDir = mkdtempSync(path.join(tmpdir(), `throughline-e2e-${process.pid}-`));
    const [first = 0] = await freePorts(1);
    // Eight ports in a row below the ephemeral range, so that no connection of ours takes one in between.
    const portBase = 21_000 + (first % 400) * 20;
    const fleet = new Fleet(stateDir, portBase, launch(stateDir, portBase, args));
    try {
      await fleet.ready();
    } catch (error) {
      await fleet.remove();
      throw error;
    }
    return fleet;
  }

  /** Starts again on the same state. */
  async startAgain(...args: string[]): Promise<void> {
    this.supervisor = launch(this.stateDir, this.portBase, args);
    await this.ready();
  }

  /** Tokens that this fleet's gateway believes. */
  get tokens(): () => Promise<string> {
    const claims = { subject: 'tester', roles: EVERY_ROLE };
    return developmentTokens(path.join(this.stateDir, 'development-key.json'), claims);
  }

  /** Reads as the command line does, without a process for each question. */
  get gateway(): GatewayClient {
    return new GatewayClient(this.runtime.addresses.gateway, this.tokens);
  }

  get runtime(): Runtime {
    return JSON.parse(readFileSync(path.join(this.stateDir, 'runtime.json'), 'utf8')) as Runtime;
  }

  /** Ctrl-C; resolves with how it ended. */
  async stop(): Promise<Ended> {
    this.supervisor.child.kill('SIGINT');
    return this.supervisor.ended;
  }

  /** Stops, if it still runs, and removes all state. */
  async remove(): Promise<void> {
    if (this.supervisor.child.exitCode === null) await this.stop();
    rmSync(this.stateDir, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Kills one process of the fleet with SIGKILL, and waits until the supervisor runs it again. */
  async killNine(name: string): Promise<void> {
    const before = this.processOf(name);
    process.kill(before.pid, 'SIGKILL');
    await eventually(
      () => this.processOf(name),
      (now) => now.restarts > before.restarts && now.state === 'running',
      60_000,
    );
  }

  /** Runs the command line against this fleet. */
  cli(...args: string[]): Program {
    return run([path.join(root, 'dist/cli/main.js'), ...args], { THROUGHLINE_STATE_DIR: this.stateDir });
  }

  private processOf(name: string): Runtime['processes'][number] {
    const found = this.runtime.processes.find((process) => process.name === name);
    if (!found) throw new Error(`the fleet has no process ${name}`);
    return found;
  }

  private async ready(): Promise<void> {
    const ended = this.supervisor.ended.then(({ stdout, stderr }) => {
      throw new Error(`npm start ended before it was ready:\n${stdout}${stderr}`);
    });
    await Promise.race([eventually(() => this.runtime.ready, Boolean, 120_000), ended]);
  }
}

function launch(stateDir: string, portBase: number, args: string[]): Program {
  const start = [
    path.join(root, 'scripts/start.mjs'),
    '--state-dir',
    stateDir,
    '--port-base',
    String(portBase),
    ...args,
  ];
  return run(start, {});
}

function run(args: string[], env: NodeJS.ProcessEnv): Program {
  const inherited: NodeJS.ProcessEnv = { ...process.env, CI: 'true', NO_COLOR: '1' };
  // A fleet has a key of its own, which is not that of the other tests.
  const ours = [
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'THROUGHLINE_GATEWAY_URL',
    'THROUGHLINE_DEVELOPMENT_KEY',
    'NODE_OPTIONS',
  ];
  for (const name of ours) delete inherited[name];
  const child = spawn(process.execPath, args, { cwd: root, env: { ...inherited, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}
