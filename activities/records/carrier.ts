/**
 * The inbound side of ride-along: takes the entries off an activity's arguments and writes them before the call, so that intent
 * is on record before its effect. Installed on every worker that runs activities of lifecycles.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { RideAlong } from '../../workflows/lifecycle/entry.js';

/** What the carrier needs of the records. */
export interface EntryWriter {
  /** Writes the entries once and atomically; see `records/writer.ts` for its errors. */
  write(carrier: RideAlong, run: { readonly runId: string }): Promise<void>;
}

/** Interceptor factory over a writer. */
export function writesRideAlong(writer: EntryWriter): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      async execute(input, next) {
        const load = input.args.at(-1);
        if (!isRideAlong(load)) return next(input);
        await written(writer, load, context);
        return next({ ...input, args: input.args.slice(0, -1) });
      },
    },
  });
}

/** The correlation id of the entity whose entries an activity brings along; undefined where it brings none. */
export function correlationIn(args: readonly unknown[]): string | undefined {
  const load = args.at(-1);
  return isRideAlong(load) ? load.entity.correlationId : undefined;
}

async function written(writer: EntryWriter, load: RideAlong, context: Context): Promise<void> {
  const { workflowExecution, activityType } = context.info;
  if (!workflowExecution) throw new TypeError('journal entries ride along with activities of a workflow only');
  try {
    await writer.write(load, { runId: workflowExecution.runId });
  } catch (err) {
    throw asFailure(err, activityType === 'record');
  }
}

/**
 * A run that does not own the entity is refused for good. Whatever else goes wrong is the records' trouble and not the call's:
 * the domain call is not made and gives way to `record`, which is repeated until it succeeds.
 */
function asFailure(err: unknown, recording: boolean): ApplicationFailure {
  const { name, message } = err instanceof Error ? err : { name: 'Error', message: String(err) };
  if (name === 'ForeignRun') return ApplicationFailure.nonRetryable(message, name);
  const sentence = `the journal could not be written (${name}: ${message}); it is tried again until it can`;
  return ApplicationFailure.create({ message: sentence, type: 'RecordsUnavailable', nonRetryable: !recording });
}

function isRideAlong(value: unknown): value is RideAlong {
  return typeof value === 'object' && value !== null && 'entity' in value && 'entries' in value;
}
