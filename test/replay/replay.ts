/**
 * Replays recorded histories and compares what the code hands to its activities with what history holds, byte for byte. The SDK
 * alone compares the order and types of commands: other entries, or the same in another order, would pass.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type InjectedSinks,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { ClaimSubmission } from '../../workflows/claim/messages.js';
import type { History } from '../support/history.js';
import { quiet } from '../lifecycles/support/quiet.js';
import type { ObserverSinks } from './observer.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where the histories of a kernel version lie. */
export const HISTORIES = here('./histories/v1/');

/** A change of the product's source, for a copy that must be caught. */
export interface Patch {
  /** Path below `workflows/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** The product's workflows with the observer, and with a patch if there is one. */
export function observedBundle(patch?: Patch): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = here('../../workflows/index.ts');
  return bundleWorkflowCode({
    workflowsPath,
    workflowInterceptorModules: [workflowsPath, here('./observer.ts')],
    logger: new DefaultLogger('WARN'),
    ...(patch && {
      webpackConfigHook: (config) => ({
        ...config,
        module: {
          ...config.module,
          rules: [
            ...(config.module?.rules ?? []),
            {
              enforce: 'pre',
              resource: here(`../../workflows/${patch.file}`),
              use: { loader: here('./patch-loader.cjs'), options: patch },
            },
          ],
        },
      }),
    }),
  });
}

/**
 * The recorded histories by name. They are the JSON of the protobuf messages themselves: the SDK's own reader of proto3 JSON does
 * not work beside a second copy of protobufjs.
 */
export function recordedHistories(): Map<string, History> {
  const files = readdirSync(HISTORIES).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [
      file.replace(/\.json$/, ''),
      temporal.api.history.v1.History.fromObject(JSON.parse(readFileSync(`${HISTORIES}${file}`, 'utf8'))),
    ]),
  );
}

/** What replaying a history showed. */
export interface Replayed {
  /** What the SDK says: the commands are not those of the history. */
  readonly sdk: string | undefined;
  /** Activities whose arguments are not those of the history. */
  readonly differences: readonly string[];
}

/** Replays histories under a bundle. */
export async function replay(
  bundle: WorkflowBundleWithSourceMap,
  histories: ReadonlyMap<string, History>,
): Promise<Map<string, Replayed>> {
  quiet();
  const observed = new Map<string, Map<string, readonly string[]>>();
  const sinks: InjectedSinks<ObserverSinks> = {
    observer: {
      scheduled: {
        fn: ({ workflowId }, activityId, args) => {
          const activities = observed.get(workflowId) ?? new Map<string, readonly string[]>();
          observed.set(workflowId, activities.set(activityId, args));
        },
        callDuringReplay: true,
      },
    },
  };
  const named = new Map([...histories].map(([name, history]) => [workflowIdOf(history), { name, history }]));
  const results = new Map<string, Replayed>();
  const given = [...named].map(([workflowId, { history }]) => ({ workflowId, history }));
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle, sinks }, given)) {
    const { name, history } = named.get(workflowId) as { name: string; history: History };
    results.set(name, {
      sdk: error?.message,
      differences: differences(history, observed.get(workflowId) ?? new Map<string, readonly string[]>()),
    });
  }
  return results;
}

function differences(history: History, observed: ReadonlyMap<string, readonly string[]>): string[] {
  return (history.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (!scheduled) return [];
    const held = (scheduled.input?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString());
    const said = observed.get(scheduled.activityId ?? '');
    const activity = `activity ${scheduled.activityId} (${scheduled.activityType?.name})`;
    if (!said) return [`${activity} was not scheduled`];
    if (said.length !== held.length) return [`${activity} has ${said.length} arguments, history ${held.length}`];
    return held.flatMap((text, i) =>
      text === said[i] ? [] : [`${activity}: ${firstDifference(text, said[i] ?? '')}`],
    );
  });
}

function firstDifference(held: string, said: string): string {
  let at = 0;
  while (held[at] === said[at]) at++;
  const around = (text: string) => text.slice(Math.max(at - 30, 0), at + 30);
  return `history holds …${around(held)}…, the code says …${around(said)}…`;
}

/** The kernel refuses a workflow id that is not the entity's. */
function workflowIdOf(history: History): string {
  const payload = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new Error('the history has no submission');
  return `claim/${defaultPayloadConverter.fromPayload<ClaimSubmission>(payload).data.claimId}`;
}
