import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { commandLine, fingerprint, send } from '../../scripts/lib/processes.mjs';

/** The folder of the scripts under test. */
export const scripts = fileURLToPath(new URL('../../scripts', import.meta.url));

const PREFIX = 'scripts-test-';

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** Ends the processes of test runs that were killed before they could, and removes their folders. */
function reapDeadRuns(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = path.join(tmpdir(), name);
    if (fingerprint(Number(name.slice(PREFIX.length).split('-')[0])) !== undefined) continue;
    for (const pid of process.platform === 'linux' ? readdirSync('/proc').map(Number).filter(Boolean) : []) {
      if (commandLine(pid).includes(folder)) send(pid, 'SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

reapDeadRuns();

/** Writes an executable shell script. */
export function shellScript(file: string, ...lines: string[]): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
  return file;
}

/** How a process ended and what it printed. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Node with nothing in its environment but what is given. */
export function runNode(args: string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 128) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}

/** Calls an exported function of a script, with a silent step, in a process of its own; prints its result as JSON. */
export function callInProcess(module: string, name: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const url = pathToFileURL(path.join(scripts, 'lib', module)).href;
  const code = `
    const module = await import(${JSON.stringify(url)});
    const { runMain } = await import(${JSON.stringify(pathToFileURL(path.join(scripts, 'lib/failure.mjs')).href)});
    await runMain(async () => {
      console.log(JSON.stringify(await module.${name}({ say() {}, tick() {}, done() {} })));
      return 0;
    });`;
  return runNode(['--input-type=module', '--eval', code], env);
}
