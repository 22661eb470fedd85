/** Records the histories of tickets; see `record.test.ts`. */
import { mkdirSync, rmSync } from 'node:fs';
import { beforeAll, describe, test } from 'vitest';
import { useTickets } from '../lifecycles/ticket/support.js';
import { asked, complete, write } from './recording.js';
import { folderOf } from './replay.js';
import { TICKETS } from './tickets.js';

/** The newest, which alone is recorded anew. */
const RELEASE = 'ticket-v1';

describe.runIf(asked === '1' || asked === RELEASE)('recording tickets', () => {
  const desk = useTickets();
  beforeAll(() => {
    rmSync(folderOf(RELEASE), { recursive: true, force: true });
    mkdirSync(folderOf(RELEASE), { recursive: true });
  });

  test.each(Object.entries(TICKETS))('%s', async (name, live) => {
    const { entity } = await live(desk, `R-${name}`);
    for (const [i, handle] of entity.stages.entries()) {
      write(RELEASE, i === 0 ? name : `${name}-stage-${i + 1}`, await complete(handle));
    }
  });
});
