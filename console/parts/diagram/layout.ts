/** Where the states of a lifecycle are drawn: laid out once for each version of the table, in a thread of its own. */
import ELK from 'elkjs/lib/elk-api.js';
import engine from 'elkjs/lib/elk-worker.min.js?url';
import type { LifecycleView } from '../../../client/lifecycle-views.js';
import { layOut, type Layout } from './graph.js';

const elk = new ELK({ workerFactory: () => new Worker(engine) });
const known = new Map<string, Promise<Layout>>();

/** The layout of a lifecycle. */
export function layoutOf(lifecycle: LifecycleView): Promise<Layout> {
  const key = `${lifecycle.lifecycle}@${lifecycle.version}`;
  let layout = known.get(key);
  if (!layout) {
    layout = layOut(elk, lifecycle);
    known.set(key, layout);
  }
  return layout;
}
