/** `docs/add-a-lifecycle.md` followed to the letter in a copy of the project: it compiles, it generates, and its own test passes. */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apply, linesOfCode, piecesOf } from './page.js';

const pieces = piecesOf(readFileSync('docs/add-a-lifecycle.md', 'utf8'));
/** Built, installed or remembered; or of no use to a project that is only looked at. */
const NOT_COPIED = new Set(['node_modules', 'dist', '.git', '.throughline', 'coverage']);
const MINUTES_MS = 60_000;

let copy: string;
beforeAll(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'throughline-lifecycle-'));
  for (const name of readdirSync('.').filter((entry) => !NOT_COPIED.has(entry))) {
    cpSync(name, path.join(copy, name), { recursive: true });
  }
  symlinkSync(path.resolve('node_modules'), path.join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

test('it is less than 150 lines of code', () => {
  const lines = pieces.map(linesOfCode).reduce((sum, more) => sum + more, 0);
  expect(lines).toBeGreaterThan(0);
  expect(lines).toBeLessThan(150);
});

test(
  'what it says can be done, and works',
  async () => {
    for (const piece of pieces) apply(piece, copy);
    await generate();
    const own = pieces
      .filter(({ kind, path: file }) => kind === 'file' && file.endsWith('.ts'))
      .map((piece) => piece.path);
    writeFileSync(
      path.join(copy, 'tsconfig.own.json'),
      JSON.stringify({ extends: './tsconfig.json', include: [...own, 'test/support/servers.ts'] }),
    );
    const [ownTest] = own.filter((file) => file.endsWith('.test.ts'));
    await Promise.all([
      command('tsc', '-p', 'tsconfig.own.json'),
      command(
        'prettier',
        '--check',
        ...own,
        'workflows/visit/shapes.ts',
        'workflows/index.ts',
        'workflows/lifecycles.ts',
      ),
      command('vitest', 'run', '--project', 'integration', ownTest ?? ''),
    ]);
  },
  3 * MINUTES_MS,
);

/** What `npm run generate` does once the project is built. */
async function generate(): Promise<void> {
  const { generatedFiles } = (await import(
    path.join(copy, 'events/generate.ts')
  )) as typeof import('../../events/generate.js');
  for (const file of await generatedFiles(copy)) writeFileSync(path.join(copy, file.path), file.content);
}

/** Runs one of the project's commands in the copy, on the servers that are there. @throws Error with what it printed */
async function command(name: string, ...args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(path.resolve('node_modules/.bin', name), args, {
      cwd: copy,
      env: {
        ...process.env,
        DATABASE_URL: inject('databaseUrl'),
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        TEMPORAL_TEST_SERVER: inject('testServerPath'),
      },
    });
  } catch (err) {
    const { stdout, stderr } = err as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${name} fails:\n${stdout ?? ''}${stderr ?? ''}`, { cause: err });
  }
}
