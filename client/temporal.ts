/** The connection to Temporal, and its failures in the client's own words. */
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  isGrpcServiceError,
  makeGrpcRetryInterceptor,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { tracesClientCalls } from '../telemetry/temporal.js';
import { Unreachable } from './errors.js';

/** The gRPC status codes that tell a server in trouble from a request that is wrong. */
const GRPC = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNAVAILABLE: 14,
} as const;

/**
 * Pauses of a tenth of a second, growing to five, each half as long again or half as short by chance: many senders that met one
 * limit together must not come back together. The deadline of each call bounds them.
 */
const RETRIES = defaultGrpcRetryOptions({ initialIntervalMs: () => 100, maxJitter: 0.5, maxAttempts: 20 });

/**
 * How long a call that does not wait for a worker may take, in milliseconds; a lost connection is tried again meanwhile. Less than
 * the services wait for the answer to a callback.
 */
const CALL_TIMEOUT_MS = 7_000;

/**
 * A client that connects with its first call. Address, namespace, TLS and key come from Temporal's own configuration
 * (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_TLS*`, `TEMPORAL_API_KEY`, `temporal.toml`).
 * @param address takes precedence over the configuration.
 */
export function temporalClient(address?: string): Client {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const { tls, apiKey, metadata } = connectionOptions;
  const connection = Connection.lazy({
    address: address ?? connectionOptions.address ?? '127.0.0.1:7233',
    interceptors: [makeGrpcRetryInterceptor(RETRIES)],
    ...(tls === undefined ? {} : { tls }),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(metadata === undefined ? {} : { metadata }),
  });
  return new Client({
    connection,
    namespace: namespace ?? 'default',
    interceptors: { workflow: [tracesClientCalls()] },
  });
}

/**
 * Runs a call with a deadline.
 * @throws Unreachable where Temporal does not answer; other errors as they are.
 */
export async function callTemporal<T>(client: Client, call: () => Promise<T>, timeoutMs = CALL_TIMEOUT_MS): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + timeoutMs, call);
  } catch (err) {
    throw unreachable(err) ?? err;
  }
}

/** Temporal has no open run of this workflow. */
export const isNotFound = (err: unknown): boolean => err instanceof WorkflowNotFoundError;

/**
 * The run takes no more just now: ten updates are under way, it has had as many updates or signals as a run may have and must
 * continue as new first, or its last workflow tasks failed or were lost with their workers. Worth another try in a moment.
 */
export function isAtLimit(err: unknown): boolean {
  const cause = grpcCause(err);
  if (!cause) return false;
  const code: number = cause.code;
  if (code === GRPC.RESOURCE_EXHAUSTED) return true;
  if (code !== GRPC.FAILED_PRECONDITION && code !== GRPC.INVALID_ARGUMENT) return false;
  return /limit .*(updates|signal)|workflow task in failed state/i.test(cause.details);
}

/** The same failure as {@link Unreachable} where it means that the server cannot serve us now; otherwise undefined. */
export function unreachable(err: unknown): Unreachable | undefined {
  const cause = grpcCause(err);
  if (!cause) return undefined;
  if (isAtLimit(err)) return new Unreachable('Temporal', cause.details || cause.message, { cause: err });
  switch (cause.code as number) {
    case GRPC.UNAVAILABLE:
    case GRPC.DEADLINE_EXCEEDED:
      return new Unreachable('Temporal', cause.details || cause.message, { cause: err });
    case GRPC.INVALID_ARGUMENT:
      // A namespace that no worker has prepared yet; the workers register the attributes when they start.
      return /search attribute/i.test(cause.details)
        ? new Unreachable('Temporal', `${cause.details}; the workers register it when they start`, { cause: err })
        : undefined;
    default:
      return undefined;
  }
}

function grpcCause(err: unknown) {
  const cause = err instanceof Error && isGrpcServiceError(err.cause) ? err.cause : err;
  return isGrpcServiceError(cause) ? cause : undefined;
}
