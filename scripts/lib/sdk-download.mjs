import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run } from './exec.mjs';
import { messageOf, SetupError } from './failure.mjs';

/** A network that drops packets instead of refusing them shows itself by no byte for this long. */
const STALLED_MS = 20_000;

/**
 * Has the Temporal SDK download a server, and keeps the executable.
 *
 * The SDK does so only while starting the server, in native code that cannot be interrupted, hence in a process of its own.
 *
 * @param {'dev-server' | 'time-skipping'} kind
 * @param {string} folder where the executable is put
 * @param {string} name the executable's file name there
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<string>} the executable's path
 * @throws {SetupError} with the SDK's words, or when no data has come for a while
 */
export async function downloadWithSdk(kind, folder, name, step) {
  const downloads = path.join(folder, 'download');
  mkdirSync(downloads);
  const stalled = new AbortController();
  const done = new AbortController();
  const watching = watch(downloads, step, stalled, done.signal);
  try {
    await run(process.execPath, [fileURLToPath(import.meta.url), kind, downloads], { signal: stalled.signal });
  } finally {
    done.abort();
    await watching;
  }
  const file = readdirSync(downloads).find((entry) => !entry.endsWith('.downloading'));
  if (file === undefined) throw new SetupError('the SDK downloaded nothing');
  const executable = path.join(folder, name);
  renameSync(path.join(downloads, file), executable);
  return executable;
}

/**
 * @param {string} folder
 * @param {import('./progress.mjs').Step} step
 * @param {AbortController} stalled aborted when the folder has not grown for {@link STALLED_MS}
 * @param {AbortSignal} done
 */
async function watch(folder, step, stalled, done) {
  let bytes = 0;
  let lastGrowth = Date.now();
  while (!done.aborted) {
    await sleep(250, undefined, { signal: done }).catch(() => undefined);
    const now = readdirSync(folder).reduce((sum, file) => sum + sizeOf(path.join(folder, file)), 0);
    if (now > bytes) {
      bytes = now;
      lastGrowth = Date.now();
      step.tick(`${Math.round(bytes / 1e6)} MB`);
    } else if (Date.now() - lastGrowth > STALLED_MS) {
      stalled.abort(`received nothing for ${STALLED_MS / 1000} s`);
      return;
    }
  }
}

/** @param {string} file */
function sizeOf(file) {
  // The SDK renames the file when it is complete: it may be gone between listing and looking.
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/**
 * The child's side: start the server, which downloads it, and stop it.
 *
 * @param {string} kind
 * @param {string} downloadDir
 */
async function download(kind, downloadDir) {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  /** @type {import('@temporalio/testing').EphemeralServerExecutable} */
  const executable = { type: 'cached-download', downloadDir };
  const environment =
    kind === 'dev-server'
      ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
      : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
  await environment.teardown();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , kind = '', downloadDir = ''] = process.argv;
  try {
    await download(kind, downloadDir);
    process.exit(0);
  } catch (error) {
    // The message alone: a stack would be the last lines, and these are what the person gets to see.
    console.error(messageOf(error));
    process.exit(1);
  }
}
