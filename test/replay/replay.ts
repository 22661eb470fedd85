/** The recorded histories, and the product's workflows with or without a change, to be replayed against each other. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { rideAlongOf } from '../../cli/journal/carriers.js';
import { CATALOGUE } from '../../events/catalogue.js';
import * as replaying from '../../workers/replay.js';
import type { WorkflowCode } from '../../workers/workflow-bundle.js';
import { fold, UNBORN, type Entry, type EntityState } from '../../workflows/lifecycle/entry.js';
import type { Continuation, Submission } from '../../workflows/lifecycle/message.js';
import type { History } from '../support/history.js';
import { quiet } from '../lifecycles/support/quiet.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Where the histories lie, a folder for each release that made a difference. */
export const HISTORIES = here('./histories/');

/** Where the histories of a release lie, with a slash at its end. */
export const folderOf = (release: string): string => `${HISTORIES}${release}/`;

/** A change of the workflow code, for a copy that must be caught; `from` is in one file alone, wherever that is. */
export interface Change {
  readonly from: string;
  readonly to: string;
}

/** The same where the file is known, by its path below `workflows/`. */
export interface Patch extends Change {
  readonly file: string;
}

/** Makes a bundle have a patch in it. */
export const patching =
  (patch: Change): NonNullable<WorkflowCode['webpackConfigHook']> =>
  (config) => ({
    ...config,
    module: {
      ...config.module,
      rules: [
        ...(config.module?.rules ?? []),
        {
          enforce: 'pre',
          resource: fileWith(patch.from),
          use: { loader: here('./patch-loader.cjs'), options: patch },
        },
      ],
    },
  });

/** @throws Error where the text is in none of the workflow files, or in several */
function fileWith(text: string): string {
  const folder = here('../../workflows/');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const [found, ...more] = sources.filter((file) => readFileSync(`${folder}${file}`, 'utf8').includes(text));
  if (found === undefined || more.length > 0) {
    throw new Error(`${[found, ...more].join(', ') || 'no workflow file'} contains what is to be patched: ${text}`);
  }
  return `${folder}${found}`;
}

/** The product's workflows with the observer, and with a patch if there is one. */
export function observedBundle(patch?: Change): Promise<WorkflowBundleWithSourceMap> {
  return replaying.observedBundle(patch && { webpackConfigHook: patching(patch) });
}

/**
 * The recorded histories by release and name, `v1/paid`. They are the JSON of the protobuf messages themselves: the SDK's own reader
 * of proto3 JSON does not work beside a second copy of protobufjs.
 */
export function recordedHistories(): Map<string, History> {
  const files = readdirSync(HISTORIES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  return new Map(
    files
      .toSorted()
      .map((file) => [
        file.replace(/\.json$/, ''),
        temporal.api.history.v1.History.fromObject(JSON.parse(readFileSync(`${HISTORIES}${file}`, 'utf8'))),
      ]),
  );
}

/** The entries that a run handed to its activities, each once and in order: not from 1 on where it took an entity over. */
export function entriesOf(history: History): Entry[] {
  const entries = new Map<number, Entry>();
  for (const event of history.events ?? []) {
    for (const entry of rideAlongOf(event)?.entries ?? []) entries.set(entry.sequence, entry);
  }
  return [...entries.values()].sort((a, b) => a.sequence - b.sequence);
}

/** The state in which a run left its entity. */
export function endOf(history: History): EntityState {
  const input = inputOf(history);
  return entriesOf(history).reduce(fold, 'continued' in input ? input.continued.state : UNBORN);
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
  const input = inputOf(history);
  if ('continued' in input) return `${input.continued.ref.lifecycle}/${input.continued.ref.id}`;
  const name = history.events?.[0]?.workflowExecutionStartedEventAttributes?.workflowType?.name;
  const { key = '' } = CATALOGUE.find(({ table }) => table.name === name) ?? {};
  return `${String(name)}/${String(input.data[key])}`;
}

/** What a run was started with. */
export function inputOf(history: History): Submission<Readonly<Record<string, unknown>>> | Continuation {
  const payload = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) throw new Error('the history has no submission');
  return defaultPayloadConverter.fromPayload(payload);
}
