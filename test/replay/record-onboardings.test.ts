/** Records the histories of onboardings; see `record.test.ts`. */
import { mkdirSync, rmSync } from 'node:fs';
import { beforeAll, describe, test } from 'vitest';
import { useBureau } from '../lifecycles/onboarding/support.js';
import { ONBOARDINGS } from './onboardings.js';
import { asked, complete, write } from './recording.js';
import { folderOf } from './replay.js';

/** The newest, which alone is recorded anew. */
const RELEASE = 'onboarding-v1';

describe.runIf(asked === '1' || asked === RELEASE)('recording onboardings', () => {
  const bureau = useBureau();
  beforeAll(() => {
    rmSync(folderOf(RELEASE), { recursive: true, force: true });
    mkdirSync(folderOf(RELEASE), { recursive: true });
  });

  test.each(Object.entries(ONBOARDINGS))('%s', async (name, live) => {
    const { entity } = await live(bureau, `R-${name}`);
    for (const [i, handle] of entity.stages.entries()) {
      write(RELEASE, i === 0 ? name : `${name}-stage-${i + 1}`, await complete(handle));
    }
  });
});
