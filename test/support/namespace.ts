/** Namespaces of the shared Temporal server. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';

/**
 * Makes one that belongs to a test file, so that nobody else's workers poll there. It is served a moment later.
 * @param purpose what its name begins with; the client's options say all of it
 * @returns a client of it, whose connection is the caller's to close
 */
export async function ownNamespace(purpose: string): Promise<Client> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const namespace = `${purpose}-${randomUUID()}`;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never } /* a Long, which protobuf takes as a number too */,
  });
  return new Client({ connection, namespace });
}
