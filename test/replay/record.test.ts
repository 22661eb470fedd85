/**
 * Records the histories that `replay.test.ts` replays: `npm run histories:record`. A folder holds what the code of one release wrote
 * and stays as it is once that release runs anywhere: a change behind `patched()` gets a folder of its own, with the lives that take
 * the new way. Until then all of them can be recorded anew; the earlier release is today's code with the change taken out.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';
import { eventually } from '../support/eventually.js';
import type { History } from '../support/history.js';
import type { ClaimRun } from '../lifecycles/support/claim-run.js';
import { Fleet, useFleet } from '../lifecycles/support/fleet.js';
import { folderOf, patching, type Change } from './replay.js';
import { CONTINUED, REFUSED_PAYMENT, SCENARIOS, SETTLED_AFTER_REFUSAL } from './scenarios.js';

/** Takes the release `v1-payment-refused` out of the code. */
const BEFORE_PAYMENT_REFUSED: Change = {
  from: `patched('payment-refused')`,
  to: 'false',
};
/** Makes a claim continue as new some five times. */
const FEW_EVENTS = 20;

const v1 = () => bundleWorkflows({ webpackConfigHook: patching(BEFORE_PAYMENT_REFUSED) });

describe.runIf(process.env['THROUGHLINE_RECORD_HISTORIES'] === '1')('recording', () => {
  beforeAll(() => {
    for (const release of ['v1', 'v1-payment-refused']) {
      rmSync(folderOf(release), { recursive: true, force: true });
      mkdirSync(folderOf(release), { recursive: true });
    }
  });

  describe('v1', () => {
    const fleet = useFleet({ bundle: v1 });

    test.each(Object.entries({ ...SCENARIOS, ...REFUSED_PAYMENT }))('%s', async (name, { script, drive }) => {
      const claim = fleet.claim(script);
      await drive(claim, fleet);
      write('v1', name, await complete(claim));
    });
  });

  describe('v1, run after run', () => {
    const fleet = new Fleet({ bundle: v1, server: 'development', suggestContinueAsNewAt: FEW_EVENTS });
    beforeAll(() => fleet.start());
    afterAll(() => fleet.stop());

    test('continued', async () => {
      const claim = fleet.claim(CONTINUED.script);
      await CONTINUED.drive(claim, fleet);
      let runId = (await claim.handle.describe()).raw.workflowExecutionInfo?.firstRunId;
      for (let run = 1; runId; run++) {
        const history = await fleet.client.workflow.getHandle(claim.workflowId, runId).fetchHistory();
        write('v1', `continued-${run}`, history);
        runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      }
    });
  });

  describe('v1-payment-refused', () => {
    const fleet = useFleet();

    test.each(Object.entries(SETTLED_AFTER_REFUSAL))('%s', async (name, { script, drive }) => {
      const claim = fleet.claim(script);
      await drive(claim, fleet);
      write('v1-payment-refused', name, await complete(claim));
    });
  });
});

/** A history that ends with a completed task or with the end of the run, so that a replay covers all of it. */
function complete(claim: ClaimRun): Promise<History> {
  return eventually(
    () => claim.handle.fetchHistory(),
    ({ events }) => {
      const last = events?.at(-1);
      return !last?.workflowTaskScheduledEventAttributes && !last?.workflowTaskStartedEventAttributes;
    },
  );
}

/** Which machine, process and folder took part is nobody's business, and no replay's. */
const LEFT_OUT = new Set(['identity', 'workerVersion', 'requestId', 'stackTrace']);

function write(release: string, name: string, history: History): void {
  const json = JSON.stringify(history, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value));
  writeFileSync(`${folderOf(release)}${name}.json`, `${json}\n`);
}
