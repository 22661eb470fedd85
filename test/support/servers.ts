/**
 * Global set-up of the tests that need servers: one PostgreSQL, one Temporal server and one workflow bundle per run.
 *
 * A test gets at them by vitest's `inject('databaseUrl')` and so on.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { EmbeddedPostgres } from '../../scripts/lib/postgres.mjs';
import { Progress } from '../../scripts/lib/progress.mjs';
import { State, STOP_ORDER } from '../../scripts/lib/state.mjs';
import { Supervisor } from '../../scripts/lib/supervisor.mjs';
import { resolveTemporalCli } from '../../scripts/lib/temporal-cli.mjs';
import { temporalServer } from '../../scripts/lib/temporal-server.mjs';
import { resolveTestServer } from '../../scripts/lib/test-server.mjs';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL database whose user may create databases; tests use `createDatabase` for one of their own. */
    databaseUrl: string;
    /** Host and port of a Temporal development server, whose histories are in memory; namespace `default`. */
    temporalAddress: string;
    /** File of a development issuer's key. */
    developmentKey: string;
    /** Executable of the time-skipping test server, for `createTimeSkipping({ server: { executable: … } })`. */
    testServerPath: string;
    /** The bundled workflows, for a worker's `workflowBundle: { codePath }`. */
    workflowBundlePath: string;
  }
}

const PREFIX = 'throughline-test-';

/** @returns what ends the servers and removes their data */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await reapDeadRuns();
  const state = new State(mkdtempSync(path.join(tmpdir(), PREFIX)));
  const progress = new Progress(process.stderr);
  const say = (text: string) => progress.note(text);
  await state.claim(say);
  const supervisor = new Supervisor({
    logs: state.logs,
    say,
    // Written down so that the next run can end them, should this one be killed.
    changed: () =>
      state.writeRuntime({ startedAt: '', ready: false, addresses: {}, versions: {}, processes: supervisor.processes }),
  });
  const tearDown = async () => {
    for (const name of STOP_ORDER) await supervisor.stop([name]);
    rmSync(state.folder, { recursive: true, force: true });
  };
  try {
    const [databaseUrl, temporalAddress, testServerPath, workflowBundlePath] = await Promise.all([
      process.env['DATABASE_URL'] || startPostgres(state, supervisor, progress),
      process.env['TEMPORAL_ADDRESS'] || startTemporal(supervisor, progress),
      progress.step('Time-skipping test server', resolveTestServer),
      progress.step('Workflow bundle', () => bundle(state.folder)),
    ]);
    project.provide('databaseUrl', databaseUrl);
    project.provide('developmentKey', state.developmentKey());
    project.provide('temporalAddress', temporalAddress);
    project.provide('testServerPath', testServerPath);
    project.provide('workflowBundlePath', workflowBundlePath);
  } catch (error) {
    await tearDown();
    throw error;
  }
  return tearDown;
}

async function startPostgres(state: State, supervisor: Supervisor, progress: Progress): Promise<string> {
  const [port = 0] = await freePorts(1);
  const password = state.secrets().databasePassword;
  const postgres = new EmbeddedPostgres({ folder: path.join(state.folder, 'postgres'), port, password });
  await progress.step('PostgreSQL', async (step) => {
    await postgres.prepare(step);
    // These data need not survive a power cut.
    await supervisor.start(postgres.child(['fsync=off', 'synchronous_commit=off', 'max_connections=200']));
  });
  return postgres.url;
}

async function startTemporal(supervisor: Supervisor, progress: Progress): Promise<string> {
  const [temporal = 0, temporalUi = 0, temporalHttp = 0, temporalMetrics = 0] = await freePorts(4);
  const cli = await progress.step('Temporal CLI', resolveTemporalCli);
  await progress.step('Temporal server', () =>
    supervisor.start(
      temporalServer({
        cli: cli.path,
        ports: { temporal, temporalUi, temporalHttp, temporalMetrics },
        namespace: 'default',
      }),
    ),
  );
  return `127.0.0.1:${temporal}`;
}

async function bundle(folder: string): Promise<string> {
  const { code } = await bundleWorkflows();
  const file = path.join(folder, 'workflow-bundle.js');
  writeFileSync(file, code);
  return file;
}

/** Ends the servers of runs that were killed before they could, and removes their data. */
async function reapDeadRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const state = new State(path.join(tmpdir(), name));
    if (state.isClaimed()) continue;
    await state.claim(() => undefined);
    rmSync(state.folder, { recursive: true, force: true });
  }
}
