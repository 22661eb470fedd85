/**
 * `npm test [-- vitest arguments]`: sets up what the tests need and runs them; the exit code is vitest's.
 */
import { ensureBuild } from './lib/build.mjs';
import { resolveChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommandsOnSignals, runAttached } from './lib/exec.mjs';
import { runMain } from './lib/failure.mjs';
import { projectCommand, projectRoot } from './lib/paths.mjs';
import { Progress } from './lib/progress.mjs';
import { resolveTemporalCli } from './lib/temporal-cli.mjs';
import { resolveTestServer } from './lib/test-server.mjs';
import { requireNode } from './lib/versions.mjs';

await runMain(async () => {
  requireNode();
  endCommandsOnSignals();
  const progress = new Progress();
  await progress.step('npm dependencies', ensureDependencies);
  if (!process.env['TEMPORAL_ADDRESS']) await progress.step('Temporal CLI', resolveTemporalCli);
  const testServer = await progress.step('Time-skipping test server', resolveTestServer);
  const chromium = await progress.step('Chromium', resolveChromium);
  await progress.step('Build', ensureBuild);
  return runAttached(projectCommand('vitest'), ['run', ...process.argv.slice(2)], {
    cwd: projectRoot,
    env: { ...process.env, TEMPORAL_TEST_SERVER: testServer, THROUGHLINE_CHROMIUM: chromium },
  });
});
