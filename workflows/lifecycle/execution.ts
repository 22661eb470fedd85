/**
 * What one workflow execution knows of itself. The modules of the bundle are loaded once and shared by all executions of a worker
 * (`preloadModules`), so that a cached entity costs its state and not a copy of the code; none of them may hold state of its own.
 * The global object is each execution's own: the SDK swaps its properties with the execution.
 */
import type { Entity } from './entity.js';
import type { Answer } from './message.js';

/** A message that came with the very first workflow task, before the submission was read. */
export interface EarlyMessage {
  readonly name: string;
  readonly message: unknown;
  answer?: Answer;
}

interface Execution {
  entity?: Entity;
  readonly early: EarlyMessage[];
  /** Messages received since the server suggested to continue as new. */
  afterSuggestion: number;
}

/** The state of the execution that runs now. */
export function execution(): Execution {
  const own = globalThis as { throughlineExecution?: Execution };
  return (own.throughlineExecution ??= { early: [], afterSuggestion: 0 });
}
