/**
 * `npm run generate`: writes what is derived from the schemas: the workflow's validators and the wire contract.
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
  await progress.step('Generate', () =>
    run(process.execPath, [entryPoint('events', 'generate.js')], { cwd: projectRoot }),
  );
  return 0;
});
