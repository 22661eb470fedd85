/** Fetches what Temporal still knows of an entity's runs. */
import { isGrpcServiceError, type Client, type WorkflowExecutionStatusName } from '@temporalio/client';
import { callTemporal, isNotFound } from '../../client/temporal.js';
import { readRun, type HistoryEvent, type RunHistory } from './carriers.js';

/** Events of one request; a page of them is all that is held at a time. */
const PAGE = 500;

/** gRPC status codes. */
const GRPC = { INVALID_ARGUMENT: 3, NOT_FOUND: 5 } as const;

/** The run that a workflow id leads to. */
export interface LatestRun {
  readonly runId: string;
  readonly status: WorkflowExecutionStatusName;
}

/**
 * Asks for the namespace, so that a wrong address or name is told before any entity is blamed for it.
 * @throws Unreachable where Temporal does not answer.
 */
export async function requireNamespace(client: Client): Promise<void> {
  const { namespace } = client.options;
  await callTemporal(client, () => client.workflowService.describeNamespace({ namespace }));
}

/** The newest run of a workflow id; undefined where Temporal knows none (any more). */
export async function latestRun(client: Client, workflowId: string): Promise<LatestRun | undefined> {
  try {
    const { runId, status } = await callTemporal(client, () => client.workflow.getHandle(workflowId).describe());
    return { runId, status: status.name };
  } catch (err) {
    if (isNotFound(err)) return undefined;
    throw err;
  }
}

/** What a run's history says of the journal; undefined where Temporal does not know the run (any more). */
export async function runHistory(client: Client, workflowId: string, runId: string): Promise<RunHistory | undefined> {
  try {
    return await readRun(eventsOf(client, workflowId, runId));
  } catch (err) {
    if (isUnknownRun(err)) return undefined;
    throw err;
  }
}

/** There is no such run, or no run could have such an id. */
function isUnknownRun(err: unknown): boolean {
  if (!isGrpcServiceError(err)) return false;
  const code: number = err.code;
  return code === GRPC.NOT_FOUND || (code === GRPC.INVALID_ARGUMENT && /run ?id/i.test(err.details));
}

async function* eventsOf(client: Client, workflowId: string, runId: string): AsyncGenerator<HistoryEvent> {
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const request = {
      namespace: client.options.namespace,
      execution: { workflowId, runId },
      maximumPageSize: PAGE,
      nextPageToken,
    };
    const page = await callTemporal(client, () => client.workflowService.getWorkflowExecutionHistory(request));
    yield* page.history?.events ?? [];
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
}
