/**
 * Replays histories against workflow code and compares what the code hands to its activities with what history holds, byte for
 * byte. The SDK alone compares the order and types of commands: other journal entries, or the same in another order, would pass.
 */
import type { WorkflowHandle } from '@temporalio/client';
import {
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type InjectedSinks,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObserverSinks } from './replay-observer.js';
import { bundleWorkflows, type WorkflowCode } from './workflow-bundle.js';

const OBSERVER = fileURLToPath(new URL(`./replay-observer${path.extname(import.meta.url)}`, import.meta.url));
/** How much of both sides is shown around the first difference, in characters each way. */
const AROUND = 30;

/** A workflow's history as a client fetches it. */
export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/** A history and the id of its workflow, which history does not hold. */
export interface Recorded {
  readonly workflowId: string;
  readonly history: History;
}

/** What replaying a history showed. */
export interface Replayed<Given extends Recorded = Recorded> {
  readonly given: Given;
  /** What the SDK says: the commands are not those of the history, or a workflow task failed. */
  readonly sdk: string | undefined;
  /** Activities whose arguments are not those of the history, one sentence each. */
  readonly differences: readonly string[];
}

/** Some workflow code, made ready to be replayed. */
export const observedBundle = (code: WorkflowCode = {}): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflows({ ...code, interceptors: [...(code.interceptors ?? []), OBSERVER] });

/** Keeps the SDK from telling on standard error what {@link replayHistories} returns; without effect once a worker runs here. */
export function quietRuntime(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      telemetryOptions: {
        logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
      },
      shutdownSignals: [],
    });
  } catch {
    // The process has its runtime already, and with it says how loud that is.
  }
}

/**
 * Replays histories one by one; the next is asked for when the last is done with, so that memory holds one at a time.
 * @param bundle made by {@link observedBundle}
 */
export async function* replayHistories<Given extends Recorded>(
  bundle: WorkflowBundleWithSourceMap,
  histories: Iterable<Given> | AsyncIterable<Given>,
): AsyncGenerator<Replayed<Given>> {
  let current: { readonly given: Given; readonly observed: Map<string, readonly string[]> } | undefined;
  const sinks: InjectedSinks<ObserverSinks> = {
    observer: {
      scheduled: {
        fn: (_, activityId, args) => void current?.observed.set(activityId, args),
        callDuringReplay: true,
      },
    },
  };
  async function* oneByOne(): AsyncGenerator<Given> {
    for await (const given of histories) {
      current = { given, observed: new Map() };
      yield given;
    }
  }
  for await (const { error } of Worker.runReplayHistories({ workflowBundle: bundle, sinks }, oneByOne())) {
    if (!current) throw new Error('the SDK answered for a history that it was not given');
    const { given, observed } = current;
    yield { given, sdk: error?.message, differences: differencesOf(given.history, observed) };
  }
}

function differencesOf(history: History, observed: ReadonlyMap<string, readonly string[]>): string[] {
  return (history.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (!scheduled) return [];
    const held = (scheduled.input?.payloads ?? []).map(({ data }) => sayings(Buffer.from(data ?? []).toString()));
    const said = observed.get(scheduled.activityId ?? '')?.map(sayings);
    const activity = `activity ${scheduled.activityId} (${scheduled.activityType?.name})`;
    if (!said) return [`${activity} was not scheduled`];
    if (said.length !== held.length) return [`${activity} has ${said.length} arguments, history ${held.length}`];
    return held.flatMap((text, i) =>
      text === said[i] ? [] : [`${activity}: ${firstDifference(text, said[i] ?? '')}`],
    );
  });
}

/** Without the versions of kernel and lifecycle: a newer build names its own, and says the same. */
function sayings(text: string): string {
  return text.replace(/"kernelVersion":\d+,"lifecycleVersion":\d+/, '');
}

function firstDifference(held: string, said: string): string {
  let at = 0;
  while (held[at] === said[at]) at++;
  const around = (text: string) => text.slice(Math.max(at - AROUND, 0), at + AROUND);
  return `history holds …${around(held)}…, the code says …${around(said)}…`;
}
