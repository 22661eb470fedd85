/**
 * `npm run setup`: everything that a start or a test run would have to fetch and build first, and nothing else.
 */
import { ensureBuild } from './lib/build.mjs';
import { resolveChromium } from './lib/chromium.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommandsOnSignals } from './lib/exec.mjs';
import { runMain } from './lib/failure.mjs';
import { Progress } from './lib/progress.mjs';
import { resolveTemporalCli } from './lib/temporal-cli.mjs';
import { resolveTestServer } from './lib/test-server.mjs';
import { requireNode } from './lib/versions.mjs';

await runMain(async () => {
  requireNode();
  endCommandsOnSignals();
  const progress = new Progress();
  await progress.step('npm dependencies', ensureDependencies);
  await progress.step('Temporal CLI', resolveTemporalCli);
  await progress.step('Time-skipping test server', resolveTestServer);
  await progress.step('Chromium', resolveChromium);
  await progress.step('Build', ensureBuild);
  return 0;
});
