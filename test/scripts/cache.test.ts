import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cachedVersions, installIntoCache } from '../../scripts/lib/cache.mjs';
import { temporaryFolder } from './support.js';

let home: string;
beforeEach(() => {
  const cache = temporaryFolder();
  home = path.join(cache, 'tool');
  vi.stubEnv('THROUGHLINE_CACHE_DIR', cache);
});
afterEach(() => vi.unstubAllEnvs());

const fill = (content: string) => (folder: string) => {
  writeFileSync(path.join(folder, 'file'), content);
  return Promise.resolve('1.2.3');
};

test('what is built lies under its version', async () => {
  const { version, folder } = await installIntoCache('tool', fill('a'));
  expect([version, folder]).toEqual(['1.2.3', path.join(home, '1.2.3')]);
  expect(readFileSync(path.join(folder, 'file'), 'utf8')).toBe('a');
});

test('a failed build leaves nothing', async () => {
  const failing = installIntoCache('tool', async (folder) => {
    await fill('half')(folder);
    throw new Error('no network');
  });
  await expect(failing).rejects.toThrow('no network');
  expect(readdirSync(home)).toEqual([]);
});

test('a broken version is replaced', async () => {
  await installIntoCache('tool', fill('broken'));
  const { folder } = await installIntoCache('tool', fill('whole'));
  expect(readFileSync(path.join(folder, 'file'), 'utf8')).toBe('whole');
});

test('two at a time do not disturb each other', async () => {
  const installed = await Promise.all([installIntoCache('tool', fill('a')), installIntoCache('tool', fill('b'))]);
  expect(installed.map(({ version }) => version)).toEqual(['1.2.3', '1.2.3']);
  expect(readdirSync(home)).toEqual(['1.2.3']);
});

test('what a killed installation left is swept away, what a running one builds is not', async () => {
  // Process ids end at 4,194,304.
  const dead = path.join(home, '.building-9999999-abc');
  const alive = path.join(home, `.building-${process.pid}-abc`);
  for (const folder of [dead, alive]) mkdirSync(folder, { recursive: true });
  await installIntoCache('tool', fill('a'));
  expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
  expect(cachedVersions('tool').map(({ version }) => version)).toEqual(['1.2.3']);
});
