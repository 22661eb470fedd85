/** Processes that are killed, and followed by others. */
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import { Program } from '../chaos/program.js';

/** So that one that cannot start does not start without end. */
const BETWEEN_MS = 200;

/** One place, in which a process runs until it is killed, and then the next. */
export class Place {
  kills = 0;
  private program: Program | undefined;
  private closing = false;
  private readonly shifts: Promise<void>;

  /** @param main compiled program, from the project's folder */
  constructor(
    readonly name: string,
    private readonly main: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {
    this.shifts = this.run();
  }

  /** Ends the process that is there without a word. */
  async kill(): Promise<void> {
    if (!this.program?.runs) return;
    this.kills += 1;
    await this.program.end('SIGKILL');
  }

  /** Ends it as a supervisor does. @returns the exit code of the last process */
  async close(): Promise<number | null | undefined> {
    this.closing = true;
    const last = this.program?.runs ? await this.program.end('SIGTERM') : undefined;
    await this.shifts;
    return last?.code;
  }

  private async run(): Promise<void> {
    while (!this.closing) {
      this.program = new Program({
        name: this.name,
        command: process.execPath,
        args: [path.join(projectRoot, this.main)],
        env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'warn', HOST: '127.0.0.1', PORT: '0', ...this.env },
      });
      await this.program.exited;
      if (!this.closing) await pause(BETWEEN_MS);
    }
  }
}
