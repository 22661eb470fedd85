import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { identify, isRunning } from '../../scripts/lib/processes.mjs';
import { State } from '../../scripts/lib/state.mjs';
import { eventually } from '../support/eventually.js';
import { scripts, temporaryFolder } from './support.js';

test('secrets are made once and readable by nobody else', () => {
  const folder = temporaryFolder();
  const secrets = new State(folder).secrets();
  expect(secrets.callbackSecret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(new State(folder).secrets()).toEqual(secrets);
  expect(statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});

test('a folder in use is refused with the address; after a kill it is taken over and what was left is ended', async () => {
  const folder = temporaryFolder();
  const state = pathToFileURL(path.join(scripts, 'lib/state.mjs')).href;
  const processes = pathToFileURL(path.join(scripts, 'lib/processes.mjs')).href;
  const other = spawn(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { spawn } from 'node:child_process';
     import { State } from '${state}';
     import { identify } from '${processes}';
     const state = new State('${folder}');
     await state.claim(() => undefined);
     const child = spawn('sleep', ['100'], { detached: true, stdio: 'ignore' });
     const left = { name: 'workers', ...identify(child.pid), state: 'running', restarts: 0, stopSignal: 'SIGTERM' };
     const gone = { ...left, pid: process.ppid, fingerprint: 'of another process', name: 'gateway' };
     state.writeRuntime({
       startedAt: '', ready: true, addresses: { gateway: 'http://127.0.0.1:21001' }, versions: {}, processes: [gone, left],
     });
     setInterval(() => undefined, 1000);`,
  ]);
  onTestFinished(() => void other.kill('SIGKILL'));
  const mine = new State(folder);
  const left = (await eventually(() => mine.runtime()))!.processes[1];
  const identity = { pid: left!.pid!, fingerprint: left!.fingerprint! };

  await expect(mine.claim(() => undefined)).rejects.toThrow(
    `Throughline already runs on ${folder} as process ${other.pid}, at http://127.0.0.1:21001.\nStop it`,
  );
  expect(isRunning(identity)).toBe(true);

  other.kill('SIGKILL');
  await eventually(() => !mine.isClaimed());
  const said: string[] = [];
  await mine.claim((text) => said.push(text));
  expect(said).toEqual([`ending workers (process ${identity.pid}), which a killed start left behind`]);
  expect(isRunning(identity)).toBe(false);
  expect(JSON.parse(readFileSync(path.join(folder, 'supervisor.json'), 'utf8'))).toEqual(identify(process.pid));
  mine.release();
  expect(mine.isClaimed()).toBe(false);
});
