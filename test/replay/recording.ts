/** Writes histories to be replayed, as `record*.test.ts` make them. */
import { writeFileSync } from 'node:fs';
import type { WorkflowHandle } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import type { History } from '../support/history.js';
import { folderOf } from './replay.js';

/** What is to be recorded: undefined where nothing is, `1` for the newest of all, else a release. */
export const asked = process.env['THROUGHLINE_RECORD_HISTORIES'];

/** A history that ends with a completed task or with the end of the run, so that a replay covers all of it. */
export function complete(handle: WorkflowHandle): Promise<History> {
  return eventually(
    () => handle.fetchHistory(),
    ({ events }) => {
      const last = events?.at(-1);
      return !last?.workflowTaskScheduledEventAttributes && !last?.workflowTaskStartedEventAttributes;
    },
  );
}

/** Which machine, process and folder took part is nobody's business, and no replay's. */
const LEFT_OUT = new Set(['identity', 'workerVersion', 'requestId', 'stackTrace']);

/** Writes a history of a release under a name. */
export function write(release: string, name: string, history: History): void {
  const json = JSON.stringify(history, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value));
  writeFileSync(`${folderOf(release)}${name}.json`, `${json}\n`);
}
