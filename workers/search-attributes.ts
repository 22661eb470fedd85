/** Registers the search attributes that lifecycles publish, so that a fresh namespace works without an operator. */
import type { NativeConnection } from '@temporalio/worker';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';

/** `temporal.api.enums.v1.IndexedValueType` */
const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;

/**
 * Adds what is missing. Attributes that exist with another type are an error that names them.
 * @throws Error also while the server does not list the attributes yet; repeat until it does.
 */
export async function registerSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const before = await listed(connection, namespace);
  const missing = Object.values(searchAttributes).filter(({ name, type }) => {
    const there = before[name];
    if (there !== undefined && there !== INDEXED_VALUE_TYPE[type]) {
      throw new Error(
        `search attribute ${name} exists in namespace ${namespace} with another type than ${type}; remove it there`,
      );
    }
    return there === undefined;
  });
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]])),
  });
  const after = await listed(connection, namespace);
  const absent = missing.filter(({ name }) => after[name] === undefined);
  if (absent.length > 0) throw new Error(`the server does not list ${absent.map(({ name }) => name).join(', ')} yet`);
}

async function listed(connection: NativeConnection, namespace: string): Promise<Record<string, number>> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return customAttributes ?? {};
}
