/** For which lifecycles a route's role must be granted. */
import type { OperationSpec, Scope } from '../operation.js';

/** What a route says, else what follows from its path and method. @param path as declared, with its parameters */
export function scopeOf(spec: Pick<OperationSpec, 'scope'>, method: string, path: string): Scope {
  if (spec.scope) return spec.scope;
  if (/:(lifecycle|taskId)\b/.test(path)) return 'entity';
  return method === 'GET' || method === 'HEAD' ? 'some' : 'fleet';
}
