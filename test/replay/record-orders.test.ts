/** Records the histories of orders; see `record.test.ts`. */
import { mkdirSync, rmSync } from 'node:fs';
import { beforeAll, describe, test } from 'vitest';
import { useShop } from '../lifecycles/order/support.js';
import { ORDERS } from './orders.js';
import { asked, complete, write } from './recording.js';
import { folderOf } from './replay.js';

/** The newest, which alone is recorded anew. */
const RELEASE = 'order-v1';

describe.runIf(asked === '1' || asked === RELEASE)('recording orders', () => {
  const shop = useShop();
  beforeAll(() => {
    rmSync(folderOf(RELEASE), { recursive: true, force: true });
    mkdirSync(folderOf(RELEASE), { recursive: true });
  });

  test.each(Object.entries(ORDERS))('%s', async (name, live) => {
    const { entity } = await live(shop, `R-${name}`);
    for (const [i, handle] of entity.stages.entries()) {
      write(RELEASE, i === 0 ? name : `${name}-stage-${i + 1}`, await complete(handle));
    }
  });
});
