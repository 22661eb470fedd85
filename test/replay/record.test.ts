/**
 * Records the histories that `replay.test.ts` replays: `npm run histories:record`. A folder holds what the code of one release wrote
 * and stays as it is once that release runs anywhere: a change behind `patched()`, or a table that grew, gets a folder of its own,
 * with the lives that take the new way. Only the newest is recorded anew, unless `THROUGHLINE_RECORD_HISTORIES` names another: what
 * the code of today writes there is no longer what its release wrote.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';
import type { WorkflowHandle } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import type { History } from '../support/history.js';
import { Fleet, useFleet, type FleetOptions } from '../lifecycles/support/fleet.js';
import { folderOf, patching, type Change } from './replay.js';
import { CONTINUED, REFUSED_PAYMENT, SCENARIOS, SETTLED_AFTER_REFUSAL, type Scenario } from './scenarios.js';
import { WHOLE_WAY_CONTINUED, WHOLE_WAYS } from './whole-way.js';

/** Takes the release `v1-payment-refused` out of the code. */
const BEFORE_PAYMENT_REFUSED: Change = {
  from: `patched('payment-refused')`,
  to: 'false',
};
/** Makes a claim continue as new some five times. */
const FEW_EVENTS = 20;

interface Release {
  readonly lives: Readonly<Record<string, Scenario>>;
  /** A life of several runs. */
  readonly continued?: Scenario;
  /** Where it is not the code as it is. */
  readonly bundle?: FleetOptions['bundle'];
}

const RELEASES: Readonly<Record<string, Release>> = {
  v1: {
    lives: { ...SCENARIOS, ...REFUSED_PAYMENT },
    continued: CONTINUED,
    bundle: () => bundleWorkflows({ webpackConfigHook: patching(BEFORE_PAYMENT_REFUSED) }),
  },
  'v1-payment-refused': { lives: SETTLED_AFTER_REFUSAL },
  // The policy may name a line of business: such claims go the whole way.
  v2: { lives: WHOLE_WAYS, continued: WHOLE_WAY_CONTINUED },
};

const asked = process.env['THROUGHLINE_RECORD_HISTORIES'];
const release = asked === '1' ? Object.keys(RELEASES).at(-1) : asked;

describe.runIf(release !== undefined)('recording', () => {
  const { lives, continued, bundle } = RELEASES[release ?? ''] ?? { lives: {} };
  const options = bundle ? { bundle } : {};
  beforeAll(() => {
    if (!Object.hasOwn(RELEASES, release ?? '')) {
      throw new Error(`no release is named ${release}; name one of ${Object.keys(RELEASES).join(', ')}`);
    }
    rmSync(folder(), { recursive: true, force: true });
    mkdirSync(folder(), { recursive: true });
  });

  describe('life by life', () => {
    const fleet = useFleet(options);

    test.each(Object.entries(lives))('%s', async (name, { script, drive }) => {
      const claim = fleet.claim(script);
      await drive(claim, fleet);
      for (const [i, handle] of claim.stages.entries()) {
        write(i === 0 ? name : `${name}-stage-${i + 1}`, await complete(handle));
      }
    });
  });

  describe.runIf(continued !== undefined)('run after run', () => {
    const fleet = new Fleet({ ...options, server: 'development', suggestContinueAsNewAt: FEW_EVENTS });
    beforeAll(() => fleet.start());
    afterAll(() => fleet.stop());

    test('continued', async () => {
      const claim = fleet.claim(continued?.script);
      await continued?.drive(claim, fleet);
      let runId = (await claim.handle.describe()).raw.workflowExecutionInfo?.firstRunId;
      for (let run = 1; runId; run++) {
        const history = await fleet.client.workflow.getHandle(claim.workflowId, runId).fetchHistory();
        write(`continued-${run}`, history);
        runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      }
    });
  });
});

/** A history that ends with a completed task or with the end of the run, so that a replay covers all of it. */
function complete(handle: WorkflowHandle): Promise<History> {
  return eventually(
    () => handle.fetchHistory(),
    ({ events }) => {
      const last = events?.at(-1);
      return !last?.workflowTaskScheduledEventAttributes && !last?.workflowTaskStartedEventAttributes;
    },
  );
}

/** Which machine, process and folder took part is nobody's business, and no replay's. */
const LEFT_OUT = new Set(['identity', 'workerVersion', 'requestId', 'stackTrace']);

const folder = (): string => folderOf(release ?? '');

function write(name: string, history: History): void {
  const json = JSON.stringify(history, (key, value: unknown) => (LEFT_OUT.has(key) ? undefined : value));
  writeFileSync(`${folder()}${name}.json`, `${json}\n`);
}
