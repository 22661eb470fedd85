/** The yardstick of the memory benchmark: a workflow that does nothing but stay in the cache. */
import { condition } from '@temporalio/workflow';

/** Waits for ever; has no handlers, no state and no interceptors. */
export async function noop(): Promise<void> {
  await condition(() => false);
}
