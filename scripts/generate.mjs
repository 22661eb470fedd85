/**
 * `npm run generate`: writes what is derived from the schemas: the workflow's validators, the wire contract, the
 * API's document and the table of its routes.
 */
import { ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommandsOnSignals, run } from './lib/exec.mjs';
import { runMain } from './lib/failure.mjs';
import { entryPoint } from './lib/fleet.mjs';
import { projectRoot } from './lib/paths.mjs';
import { Progress } from './lib/progress.mjs';

await runMain(async () => {
  endCommandsOnSignals();
  const progress = new Progress();
  await progress.step('npm dependencies', ensureDependencies);
  await progress.step('Build', ensureBuild);
  await progress.step('Generate', async () => {
    for (const folder of ['events', 'gateway']) {
      await run(process.execPath, [entryPoint(folder, 'generate.js')], { cwd: projectRoot });
    }
  });
  return 0;
});
