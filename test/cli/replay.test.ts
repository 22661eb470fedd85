/** `throughline replay --from-server` against a development server with claims on it. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { replayCommand } from '../../cli/replay.js';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';
import type { ClaimRun } from '../lifecycles/support/claim-run.js';
import { Fleet } from '../lifecycles/support/fleet.js';
import { eventually } from '../support/eventually.js';
import type { Patch } from '../replay/replay.js';

// Not by `useFleet`, which ends the claims of each test.
const fleet = new Fleet({ server: 'development', bundle: bundleWorkflows });
const SOURCES = fileURLToPath(new URL('../../', import.meta.url));
const TEMPORARY = path.join(SOURCES, 'test', '.tmp');
const copies: string[] = [];

let waiting: ClaimRun;
let runId: string;
beforeAll(async () => {
  await fleet.start();
  waiting = await fleet.claim({ documents: 'silence' }).submit();
  await waiting.reaches('AwaitingDocuments');
  ({ runId } = await waiting.handle.describe());
  await (await fleet.claim().submit()).ends();
  // The list of runs is written a moment after the runs.
  await eventually(() => listed("BusinessState = 'AwaitingDocuments' AND ExecutionStatus = 'Running'"));
  await eventually(() => listed("ExecutionStatus = 'Completed'"));
});
afterAll(async () => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  await fleet.prove();
  await fleet.stop();
});

const listed = async (query: string) => (await fleet.client.workflow.count(query)).count > 0;

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command as `cli/main.ts` does. */
async function replay(...args: readonly string[]): Promise<Answer> {
  return replayAt(fleet.env.address, ...args);
}

async function replayAt(address: string, ...args: readonly string[]): Promise<Answer> {
  const said = { out: '', err: '' };
  const listen = (stream: NodeJS.WriteStream, name: keyof typeof said) =>
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said[name] += String(text);
      return true;
    });
  const spies = [listen(process.stdout, 'out'), listen(process.stderr, 'err')];
  vi.stubEnv('TEMPORAL_ADDRESS', address);
  const exitCode = process.exitCode;
  process.exitCode = 0;
  try {
    const command = replayCommand().exitOverride();
    await new Command('throughline').addCommand(command).parseAsync(['replay', ...args], { from: 'user' });
    return { code: process.exitCode, ...said };
  } catch (err) {
    if (err instanceof CommanderError) return { code: err.exitCode === 0 ? 0 : 2, ...said };
    throw err;
  } finally {
    process.exitCode = exitCode;
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

/** Workflow code that differs from the product's in one piece. */
function codeWith({ file, from, to }: Patch): string {
  mkdirSync(TEMPORARY, { recursive: true });
  const copy = mkdtempSync(path.join(TEMPORARY, 'replay-'));
  copies.push(copy);
  for (const folder of ['workflows', 'activities']) {
    cpSync(path.join(SOURCES, folder), path.join(copy, folder), { recursive: true });
  }
  const patched = path.join(copy, 'workflows', file);
  const source = readFileSync(patched, 'utf8');
  if (!source.includes(from)) throw new Error(`${file} no longer contains: ${from}`);
  writeFileSync(
    patched,
    source.replace(from, () => to),
  );
  return path.join(copy, 'workflows');
}

describe('the code as it is', () => {
  test('replays what runs, and exits 0', async () => {
    const { code, out, err } = await replay('--from-server');
    expect(out).toBe('1 replayed, none would break\n');
    expect(code).toBe(0);
    expect(err).toBe('replay: 100 %, 1 of 1 replayed, 0 would break\n');
  });

  test('replays what a query finds, closed runs too, and not more than asked for', async () => {
    const all = await replay('--from-server', '--query', "ExecutionStatus IN ('Running', 'Completed')", '--json');
    expect(JSON.parse(all.out)).toEqual({ replayed: 2, broken: 0 });
    const one = await replay('--from-server', '--query', "WorkflowId STARTS_WITH 'claim/'", '--limit', '1', '--json');
    expect(JSON.parse(one.out)).toEqual({ replayed: 1, broken: 0 });
  });

  test('says so when nothing fits, since a query may be wrong', async () => {
    const { code, out } = await replay('--from-server', '--query', "BusinessState = 'AwaitingDocumnets'");
    expect(out).toBe(
      "nothing to replay: no run of ours on the server is one with BusinessState = 'AwaitingDocumnets'\n",
    );
    expect(code).toBe(0);
  });
});

describe('changed code', () => {
  test('that calls in another order is named with what it would break', async () => {
    const folder = codeWith({
      file: 'claim/workflow.ts',
      from: `    FraudScreenPending: screenForFraud,
    AwaitingAdjuster: afterAdvance(findAdjuster),
    AdjusterAssigned: afterAdvance(awaitAdjuster),
    AwaitingAssessment: afterAdvance(awaitAssessment),`,
      to: `    FraudScreenPending: awaitAssessment,
    AwaitingAdjuster: afterAdvance(findAdjuster),
    AdjusterAssigned: afterAdvance(awaitAdjuster),
    AwaitingAssessment: screenForFraud,`,
    });
    const { code, out } = await replay('--from-server', '--code', folder);
    expect(out).toContain(`${waiting.workflowId} in AwaitingDocuments (run ${runId})`);
    expect(out).toMatch(/nondeterminism/i);
    expect(out).toMatch(/\n1 replayed, 1 would break\n$/);
    expect(code).toBe(1);
  });

  test.each<[string, Patch]>([
    [
      'the entries in another order',
      {
        file: 'lifecycle/kernel.ts',
        from: 'args: [...input.args, load]',
        to: 'args: [...input.args, { ...load, entries: load.entries.toReversed() }]',
      },
    ],
    [
      'another causation',
      {
        file: 'lifecycle/kernel.ts',
        from: 'carrier.cause = { causationId: `activity:',
        to: 'carrier.cause = { causationId: `call:',
      },
    ],
  ])('that says %s, which the SDK lets pass, too', async (_, patch) => {
    const { code, out } = await replay('--from-server', '--code', codeWith(patch), '--json');
    const [broken, totals] = out
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(broken).toEqual({
      workflowId: waiting.workflowId,
      runId,
      state: 'AwaitingDocuments',
      difference: expect.stringMatching(/^activity \d+ \(\w+\): history holds …/) as string,
    });
    expect(totals).toEqual({ replayed: 1, broken: 1 });
    expect(code).toBe(1);
  });
});

describe('where nothing can be found out it exits 2 and says why:', () => {
  test.each<[string, readonly string[], string]>([
    ['the source is not said', [], "required option '--from-server' not specified"],
    [
      'the query is none',
      ['--from-server', '--query', 'BusinessState is'],
      '--query BusinessState is is not understood',
    ],
    ['there is no code', ['--from-server', '--code', 'docs'], '--code docs has no index.js and no index.ts'],
    ['the limit is no number', ['--from-server', '--limit', 'few'], 'Give a whole number from 1.'],
  ])('%s', async (_, args, reason) => {
    const { code, out, err } = await replay(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(reason);
  });

  test('the server cannot be reached', async () => {
    // Nobody listens on the port that the system reserves.
    const { code, out, err } = await replayAt('127.0.0.1:1', '--from-server');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe('throughline: Temporal at 127.0.0.1:1 cannot be reached; start it, or set TEMPORAL_ADDRESS\n');
  });
});
