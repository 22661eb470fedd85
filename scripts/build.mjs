/**
 * `npm run build`: compiles and bundles into `dist/`, also when the sources seem unchanged.
 */
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommandsOnSignals } from './lib/exec.mjs';
import { runMain } from './lib/failure.mjs';
import { Progress } from './lib/progress.mjs';
import { requireNode } from './lib/versions.mjs';

await runMain(async () => {
  requireNode();
  endCommandsOnSignals();
  const progress = new Progress();
  await progress.step('npm dependencies', ensureDependencies);
  await progress.step('Build', (step) => ensureBuild(step, { force: true }));
  return 0;
});
