/**
 * Records the histories that `replay.test.ts` replays: `npm run histories:record`. A folder holds what the code of one release wrote
 * and stays as it is once that release runs anywhere: a change behind `patched()`, or a table that grew, gets a folder of its own,
 * with the lives that take the new way. Only the newest is recorded anew, unless `THROUGHLINE_RECORD_HISTORIES` names another: what
 * the code of today writes there is no longer what its release wrote.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';
import { Fleet, useFleet, type FleetOptions } from '../lifecycles/support/fleet.js';
import { asked, complete, write } from './recording.js';
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

// Other lifecycles are recorded by files of their own.
const release = asked === '1' ? Object.keys(RELEASES).at(-1) : /^v\d/.test(asked ?? '') ? asked : undefined;

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
        write(release ?? '', i === 0 ? name : `${name}-stage-${i + 1}`, await complete(handle));
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
        write(release ?? '', `continued-${run}`, history);
        runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      }
    });
  });
});

const folder = (): string => folderOf(release ?? '');
