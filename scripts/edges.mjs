/**
 * `npm run edges [-- test files]`: sets up what the tests need, runs the tests that walk lifecycles, and says how much of each
 * table they have walked: edges, clocks, rules of messages and the rest. Fails on anything that no test walks.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommandsOnSignals, runAttached } from './lib/exec.mjs';
import { runMain } from './lib/failure.mjs';
import { projectCommand, projectRoot } from './lib/paths.mjs';
import { Progress } from './lib/progress.mjs';
import { resolveTemporalCli } from './lib/temporal-cli.mjs';
import { resolveTestServer } from './lib/test-server.mjs';
import { requireNode } from './lib/versions.mjs';

/** Where the tests are that walk the lifecycles of the fleet. */
const WALKING = ['test/lifecycles'];

await runMain(async () => {
  requireNode();
  endCommandsOnSignals();
  const progress = new Progress();
  await progress.step('npm dependencies', ensureDependencies);
  if (!process.env['TEMPORAL_ADDRESS']) await progress.step('Temporal CLI', resolveTemporalCli);
  const testServer = await progress.step('Time-skipping test server', resolveTestServer);
  await progress.step('Build', ensureBuild);
  const chosen = process.argv.slice(2);
  const folder = mkdtempSync(path.join(tmpdir(), 'throughline-edges-'));
  try {
    return await runAttached(
      projectCommand('vitest'),
      [
        'run',
        '--project=integration',
        '--reporter=default',
        '--reporter=./test/edges/reporter.ts',
        ...(chosen.length > 0 ? chosen : WALKING),
      ],
      {
        cwd: projectRoot,
        env: {
          ...process.env,
          TEMPORAL_TEST_SERVER: testServer,
          THROUGHLINE_EDGES: path.join(folder, 'walked.jsonl'),
        },
      },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
