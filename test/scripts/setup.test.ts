import { readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../../scripts/lib/dependencies.mjs';
import { NODE_RANGE, compareVersions, requireNode } from '../../scripts/lib/versions.mjs';
import { runNode, scripts, temporaryFolder } from './support.js';

describe('Node', () => {
  test('the range is that of package.json', () => {
    const { engines } = JSON.parse(readFileSync(path.join(scripts, '../package.json'), 'utf8')) as {
      engines: { node: string };
    };
    expect(NODE_RANGE).toBe(engines.node);
  });

  test.each(['20.19.0', '20.20.2', '22.12.0', '24.1.0'])('%s is taken', (version) => {
    expect(requireNode(version, 'linux')).toBe(version);
  });

  test.each(['18.20.0', '20.18.3', '21.7.0', '22.11.0'])('%s is refused, with what to do', (version) => {
    expect(() => requireNode(version, 'linux')).toThrow(`Node ${version} is not supported: Throughline needs ^20.19`);
  });

  test('Windows itself is refused', () => {
    expect(() => requireNode('22.12.0', 'win32')).toThrow('WSL');
  });

  test('versions are compared as numbers', () => {
    expect(['1.10.0', '1.9.1', '1.9', '1.29.1-rc1'].sort(compareVersions)).toEqual([
      '1.9',
      '1.9.1',
      '1.10.0',
      '1.29.1-rc1',
    ]);
  });
});

describe('dependencies', () => {
  const locked = {
    '': { version: '1.0.0' },
    'node_modules/pg': { version: '8.0.0', integrity: 'sha512-a' },
    'node_modules/for-another-platform': { version: '1.0.0', integrity: 'sha512-b', optional: true },
  };
  const clone = (installed?: object) => {
    const root = temporaryFolder();
    writeFileSync(path.join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
    mkdirSync(path.join(root, 'node_modules'));
    if (installed) {
      writeFileSync(path.join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    }
    return root;
  };

  test('nothing installed, also when an installation was interrupted', () => {
    expect(firstDifference(clone())).toBe('nothing is installed');
  });

  test('as locked, without what is for another platform', () => {
    expect(firstDifference(clone({ 'node_modules/pg': locked['node_modules/pg'] }))).toBeUndefined();
  });

  test('missing and other versions are named', () => {
    expect(firstDifference(clone({}))).toBe('node_modules/pg is missing');
    const other = { 'node_modules/pg': { version: '7.0.0', integrity: 'sha512-c' } };
    expect(firstDifference(clone(other))).toBe('node_modules/pg is 7.0.0, the lock file has 8.0.0');
  });

  test('a clone without its lock file is told so', () => {
    expect(() => firstDifference(temporaryFolder())).toThrow('package-lock.json is missing or broken');
  });
});

describe('npm start', () => {
  const start = (...args: string[]) => runNode([path.join(scripts, 'start.mjs'), ...args], process.env);

  test('--help explains the options', async () => {
    const { code, stdout } = await start('--help');
    expect(code).toBe(0);
    for (const word of ['--no-sample', '--port-base', '--state-dir', 'TEMPORAL_ADDRESS', 'DATABASE_URL']) {
      expect(stdout).toContain(word);
    }
  });

  test.each([
    ['--port-base', 'abc'],
    ['--port-base', '80'],
  ])('%s %s is refused with the value', async (...args) => {
    expect(await start(...args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`--port-base is ${args[1]}`),
    });
  });

  test('an unknown option is named', async () => {
    expect(await start('--fast')).toMatchObject({ code: 1, stderr: expect.stringContaining("'--fast'") });
  });
});
