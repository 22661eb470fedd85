/** The Dockerfile's steps, run as they stand: each stage in an empty folder, which is the root of its file system. */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './compose.js';
import { copyOf, stages, type Stage } from './dockerfile.js';

const run = promisify(execFile);
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Runs every stage. @returns the folder of the last one's WORKDIR */
export async function buildImage(folder: string): Promise<string> {
  const roots = new Map<string, string>();
  let workdir = '';
  for (const stage of stages()) {
    const root = path.join(folder, `stage-${stage.name}`);
    mkdirSync(root);
    roots.set(stage.name, root);
    workdir = await runStage(stage, root, roots);
  }
  return workdir;
}

async function runStage({ instructions }: Stage, root: string, roots: ReadonlyMap<string, string>): Promise<string> {
  let cwd = root;
  for (const { name, rest } of instructions) {
    if (name === 'WORKDIR') mkdirSync((cwd = path.join(root, rest)), { recursive: true });
    if (name === 'COPY') await copy(rest, { root, cwd }, roots);
    if (name === 'RUN') await run('/bin/sh', ['-c', rest], { cwd, maxBuffer: MOST_OUTPUT });
  }
  return cwd;
}

async function copy(
  rest: string,
  { root, cwd }: { readonly root: string; readonly cwd: string },
  roots: ReadonlyMap<string, string>,
): Promise<void> {
  const { stage, sources, to } = copyOf(rest);
  const target = path.join(to.startsWith('/') ? root : cwd, to);
  for (const source of sources) {
    if (stage !== undefined) {
      const into = to.endsWith('/') ? path.join(target, path.basename(source)) : target;
      cpSync(path.join(roots.get(stage) ?? '', source), into, { recursive: true, verbatimSymlinks: true });
    } else if (source === '.') {
      for (const file of await context()) cpSync(path.join(ROOT, file), path.join(target, file));
    } else cpSync(path.join(ROOT, source), path.join(target, source));
  }
}

/** What a build is given: what is under version control or about to be, but for what .dockerignore leaves out. */
async function context(): Promise<string[]> {
  const { stdout } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    maxBuffer: MOST_OUTPUT,
  });
  const ignored = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !/[#*]/.test(line));
  return stdout
    .split('\n')
    .filter((file) => file !== '' && existsSync(path.join(ROOT, file)) && !ignored.includes(file.split('/')[0] ?? ''));
}
