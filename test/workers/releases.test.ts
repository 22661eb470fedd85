/** One released change of a flow, made in each of the ways that docs/operations/deploy.md describes, with parcels on their way. */
import type { WorkflowBundleWithSourceMap as Bundle } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { observedBundle, replayHistories, type Replayed } from '../../workers/replay.js';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';
import { eventually } from '../support/eventually.js';
import { Depot, rootOf, type Parcel } from './releases/depot.js';

let depot: Depot;
let before: Bundle;
let patched: Bundle;
let after: Bundle;
beforeAll(async () => {
  depot = await Depot.open();
  [before, patched, after] = (await Promise.all(
    ['before', 'patched', 'after'].map((module) => bundleWorkflows({ root: rootOf(module) })),
  )) as [Bundle, Bundle, Bundle];
});
afterEach(() => depot.prove());
afterAll(() => depot.close());

const OLD_WAY = { inspected: false };
const NEW_WAY = { inspected: true };

async function finish(parcel: Parcel) {
  await parcel.signal('packed', { data: {} });
  return parcel.result();
}

describe('by patched(), workers without versions', () => {
  let running: Parcel;
  let fresh: Parcel;
  beforeAll(async () => {
    await depot.work('old', before);
    running = await depot.order('PATCH-1');
    await depot.stop('old');
    await depot.work('new', patched);
    fresh = await depot.order('PATCH-2');
  });
  afterAll(() => depot.stop('new'));

  test('the new build finishes what the old one began, and sends new parcels the new way', async () => {
    expect(await finish(running)).toEqual(OLD_WAY);
    expect(await finish(fresh)).toEqual(NEW_WAY);
  });

  test.each([
    ['before', [true, false]],
    ['patched', [true, true]],
    ['after', [false, false]],
  ])('of their histories the build %s the change replays %j', async (module, fits) => {
    const histories = await Promise.all(
      [running, fresh].map(async (parcel) => ({
        workflowId: parcel.workflowId,
        history: await parcel.fetchHistory(),
      })),
    );
    const results: Replayed[] = [];
    const bundle = await observedBundle({ root: rootOf(module) });
    for await (const result of replayHistories(bundle, histories)) results.push(result);
    expect(results.map(({ sdk, differences }) => sdk === undefined && differences.length === 0)).toEqual(fits);
  });
});

describe('by a version of the deployment', () => {
  const version = (deployment: string, build: string, behavior?: string) => ({
    TEMPORAL_DEPLOYMENT_NAME: deployment,
    TEMPORAL_WORKER_BUILD_ID: build,
    ...(behavior !== undefined && { THROUGHLINE_VERSIONING_BEHAVIOR: behavior }),
  });

  /** The build that a parcel is on, as the server sees it. */
  async function buildOf(parcel: Parcel): Promise<string | null | undefined> {
    const { raw } = await parcel.describe();
    return raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
  }

  // First of all: once a version of the queue is current, workers without one get no tasks.
  test('parcels that began without versions move to the first one that is made current', async () => {
    await depot.work('old', before);
    const parcel = await depot.order('FIRST-1');
    await depot.work('v1', patched, version('first', 'v1', 'PINNED'));
    await depot.setCurrent('first', 'v1');
    expect(await finish(parcel)).toEqual(OLD_WAY);
    expect(await buildOf(parcel)).toBe('v1');
    await Promise.all([depot.stop('old'), depot.stop('v1')]);
  });

  test('PINNED: parcels end on the build they began on, through a release and its rollback', async () => {
    await depot.work('v1', before, version('pinned', 'v1', 'PINNED'));
    await depot.work('v2', after, version('pinned', 'v2', 'PINNED'));
    await depot.setCurrent('pinned', 'v1');
    const first = await depot.order('PIN-1');

    await depot.setCurrent('pinned', 'v2');
    const second = await depot.order('PIN-2');
    expect(await finish(first)).toEqual(OLD_WAY);
    expect(await buildOf(first)).toBe('v1');

    await depot.setCurrent('pinned', 'v1');
    // What the guide has people ask before they take the workers of a build away.
    const left = "TemporalWorkerDeploymentVersion = 'pinned:v2' AND ExecutionStatus = 'Running'";
    expect(await eventually(async () => (await depot.client.workflow.count(left)).count)).toBe(1);
    const third = await depot.order('PIN-3');
    expect(await finish(second)).toEqual(NEW_WAY);
    expect(await buildOf(second)).toBe('v2');
    expect(await finish(third)).toEqual(OLD_WAY);
    expect(await buildOf(third)).toBe('v1');
    await Promise.all([depot.stop('v1'), depot.stop('v2')]);
  });

  test('AUTO_UPGRADE, the default: running parcels move to the new build, which the patch lets finish them', async () => {
    await depot.work('v1', before, version('moving', 'v1'));
    await depot.work('v2', patched, version('moving', 'v2'));
    await depot.setCurrent('moving', 'v1');
    const first = await depot.order('MOVE-1');

    await depot.setCurrent('moving', 'v2');
    const second = await depot.order('MOVE-2');
    expect(await finish(first)).toEqual(OLD_WAY);
    expect(await buildOf(first)).toBe('v2');

    // Back on the old build, which does not know the patch, what took the new way stands still, and nothing of it is lost.
    await depot.setCurrent('moving', 'v1');
    await second.signal('packed', { data: {} });
    await eventually(async () => (await lastFailure(second))?.includes('TMPRL1100'));
    await depot.setCurrent('moving', 'v2');
    expect(await second.result()).toEqual(NEW_WAY);
    await Promise.all([depot.stop('v1'), depot.stop('v2')]);
  });

  async function lastFailure(parcel: Parcel): Promise<string | null | undefined> {
    const { events } = await parcel.fetchHistory();
    return events?.findLast((event) => event.workflowTaskFailedEventAttributes)?.workflowTaskFailedEventAttributes
      ?.failure?.message;
  }
});
