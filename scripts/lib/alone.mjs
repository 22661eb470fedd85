import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock, unlock } from './lock.mjs';
import { projectRoot } from './paths.mjs';

// Not in the state folder that an option may move: what is guarded is the clone.
const LOCK = path.join(projectRoot, '.throughline', 'setup.json');

/**
 * Does work that only one process at a time may do in this clone: two installations or compilations at once would each see
 * the other's half-written files.
 *
 * @param {import('./progress.mjs').Step} step told whom we wait for
 * @param {() => Promise<void>} work
 */
export async function alone(step, work) {
  for (let holder = tryLock(LOCK); holder; holder = tryLock(LOCK)) {
    step.say(`waiting for process ${holder.pid}, which sets up the same clone`);
    await sleep(250);
  }
  try {
    await work();
  } finally {
    unlock(LOCK);
  }
}
