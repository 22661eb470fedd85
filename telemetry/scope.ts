/** What the work at hand is about: its ids are on every line that is logged meanwhile, whoever logs it. */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Ids and names, never personal data. */
export interface Scope {
  correlationId?: string;
  workflowId?: string;
  runId?: string;
  /** Activity type. */
  activity?: string;
  attempt?: number;
  /** Id of an event or a callback. */
  eventId?: string;
}

const current = new AsyncLocalStorage<Scope>();

/** Runs something under a scope of its own, which begins with what is known of it and is given to `work`. */
export function inScope<T>(known: Scope, work: (own: Scope) => T): T {
  const own = { ...known };
  return current.run(own, () => work(own));
}

/** Adds what has become known; without effect outside any scope. */
export function note(more: Scope): void {
  const scope = current.getStore();
  if (scope) Object.assign(scope, more);
}

/** What is known of the work at hand. */
export function scope(): Scope {
  return current.getStore() ?? {};
}
