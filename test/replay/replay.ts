/** The recorded histories, and the product's workflows with or without a change, to be replayed against each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import * as replaying from '../../workers/replay.js';
import type { ClaimSubmission } from '../../workflows/claim/messages.js';
import type { History } from '../support/history.js';
import { quiet } from '../lifecycles/support/quiet.js';

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
  if (!patch) return replaying.observedBundle();
  return replaying.observedBundle({
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
export type Replayed = Pick<replaying.Replayed, 'sdk' | 'differences'>;

/** Replays histories under a bundle. */
export async function replay(
  bundle: WorkflowBundleWithSourceMap,
  histories: ReadonlyMap<string, History>,
): Promise<Map<string, Replayed>> {
  quiet();
  const results = new Map<string, Replayed>();
  const named = [...histories].map(([name, history]) => ({ name, workflowId: workflowIdOf(history), history }));
  for await (const { given, sdk, differences } of replaying.replayHistories(bundle, named)) {
    results.set(given.name, { sdk, differences });
  }
  return results;
}

/** The kernel refuses a workflow id that is not the entity's. */
function workflowIdOf(history: History): string {
  const payload = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new Error('the history has no submission');
  return `claim/${defaultPayloadConverter.fromPayload<ClaimSubmission>(payload).data.claimId}`;
}
