import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../../scripts/lib/exec.mjs';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { Supervisor } from '../../scripts/lib/supervisor.mjs';
import { resolveTemporalCli } from '../../scripts/lib/temporal-cli.mjs';
import { temporalServer } from '../../scripts/lib/temporal-server.mjs';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from './support.js';

test('what the server has acknowledged survives its kill; what a killed first start left does not hinder', async () => {
  const folder = temporaryFolder();
  const [temporal = 0, temporalUi = 0, temporalHttp = 0, temporalMetrics = 0] = await freePorts(4);
  const ports = { temporal, temporalUi, temporalHttp, temporalMetrics };
  const { path: cli } = await resolveTemporalCli({ say: () => {}, tick: () => {}, done: () => {} });
  const supervisor = new Supervisor({ logs: folder, say: () => undefined, changed: () => undefined });
  onTestFinished(() => supervisor.kill());
  const workflow = (...args: string[]) =>
    run(cli, ['workflow', ...args, '--address', `127.0.0.1:${temporal}`, '--namespace', 'claims'], {
      timeoutMs: 10_000,
    });

  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'temporal.db'), 'half a database');
  await supervisor.start(temporalServer({ cli, ports, namespace: 'claims', folder }));
  for (const id of ['claim/1', 'claim/2']) {
    await workflow('start', '--workflow-id', id, '--type', 'claim', '--task-queue', 'nobody');
  }
  process.kill(supervisor.processes[0]!.pid!, 'SIGKILL');

  await eventually(() => supervisor.processes[0]!.restarts === 1 && supervisor.processes[0]!.state === 'running');
  expect(await workflow('describe', '--workflow-id', 'claim/2')).toMatch(/RootWorkflowId +claim\/2/);
  await supervisor.stop(['temporal']);
});
