/** One process of a fleet under chaos: told line by line what it prints, and ended as rudely as one likes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines that it printed, for a person who wants to know why. */
  readonly lastLines: readonly string[];
}

/** What to run. */
export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const LINES_KEPT = 40;

/** All that run, so that none outlives us. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export class Program {
  readonly name: string;
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;

  /** Starts it. @param told hears each line as it is printed */
  constructor({ name, command, args, env }: Command, told: (line: string) => void = () => undefined) {
    this.name = name;
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    running.add(child);
    const lastLines: string[] = [];
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on('line', (line) => {
        if (lastLines.push(line) > LINES_KEPT) lastLines.shift();
        told(line);
      });
    }
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      // "close", not "exit": by then its last words have been read.
      child.once('close', (code, signal) => {
        running.delete(child);
        resolve({ code, signal, lastLines });
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<Exit> {
    this.child.kill(signal);
    return this.exited;
  }
}

/** How a process ended that nobody has killed, with its last words. */
export const endedByItself = ({ code, signal, lastLines }: Exit): string =>
  `ended by itself (${signal ?? `exit code ${code}`}):\n${lastLines.join('\n')}`;

/** Tells at once of what must not be, so that nobody waits for what will never come. */
export class Broken {
  private report: (error: Error) => void = () => undefined;
  /** Rejects with the name of the process and what it did; never resolves. */
  readonly promise = new Promise<never>((_, reject) => (this.report = reject));

  constructor() {
    // Whoever waits for something else hears of it by racing; until then nobody has to.
    this.promise.catch(() => undefined);
  }

  by(name: string, what: string): void {
    this.report(new Error(`${name} ${what}`));
  }
}
