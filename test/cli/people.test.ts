/** The built command line at work on real claims: review tasks, clocks and holds. */
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { writesRideAlong } from '../../activities/records/carrier.js';
import { ThroughlineClient, type ReviewView } from '../../client/index.js';
import { createPool } from '../../records/pool.js';
import { JournalWriter } from '../../records/writer.js';
import { notice, setStage, type Stage } from '../gateway/stage.js';
import { covered, usd, type Script } from '../lifecycles/support/script.js';
import { ScriptedServices } from '../lifecycles/support/services.js';
import { eventually } from '../support/eventually.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SERVICES = ['policy', 'fraud', 'assessment', 'documents', 'settlement', 'payments', 'notifications', 'records'];

let stage: Stage;
let client: ThroughlineClient;
let services: ScriptedServices;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  stage = await setStage();
  const { temporal, namespace, gatewayUrl, database } = stage;
  client = new ThroughlineClient({ temporal, gateway: gatewayUrl, source: '/test' });
  services = new ScriptedServices(() => temporal);
  const pool = createPool(database.url, { applicationName: 'people-test' });
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const interceptors = { activity: [writesRideAlong(new JournalWriter(pool))] };
  const workers = await Promise.all([
    Worker.create({
      connection,
      namespace,
      taskQueue: 'throughline-claim',
      workflowBundle: { codePath: inject('workflowBundlePath') },
    }),
    ...SERVICES.map((service) =>
      Worker.create({
        connection,
        namespace,
        taskQueue: `throughline-${service}`,
        activities: services.activities,
        interceptors,
        maxConcurrentActivityTaskPolls: 2,
      }),
    ),
  ]);
  const runs = workers.map((worker) => worker.run());
  closing.push(async () => {
    for (const worker of workers) worker.shutdown();
    await Promise.all(runs);
    await Promise.all([pool.end(), connection.close()]);
    await stage.close();
  });
});
afterAll(async () => {
  for (const close of closing) await close();
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command with no environment but what tells it where the test's servers are. */
function throughline(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const { PATH = '', HOME = '' } = process.env;
    const env = {
      PATH,
      HOME,
      THROUGHLINE_STATE_DIR: '/nonexistent',
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      TEMPORAL_NAMESPACE: stage.namespace,
      THROUGHLINE_GATEWAY_URL: stage.gatewayUrl,
      THROUGHLINE_DEVELOPMENT_KEY: inject('developmentKey'),
    };
    execFile(process.execPath, [MAIN, ...args], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

/** A claim that has come to a person, and its task. */
async function escalated(script: Partial<Script> = { findings: [{ coverage: 'building' }] }): Promise<ReviewView> {
  const given = notice();
  services.expect(given.claimId, script);
  await client.claims.submit(given);
  return eventually(async () => {
    for await (const task of client.reviews.list({ lifecycle: 'claim' })) if (task.id === given.claimId) return task;
    throw new Error('there is no task yet');
  });
}

const assignee = (taskId: string, who: string | undefined) =>
  eventually(
    () => client.reviews.get(taskId),
    (task) => task.assignee === who,
  );

describe('review', () => {
  it('lists, takes, releases and assigns', async () => {
    const { taskId } = await escalated();
    const me = userInfo().username;
    const listed = await throughline('review', 'list', '--queue', 'claims-review');
    expect(listed.out.split('\n')[0]?.split('\t').slice(0, 4)).toEqual(['task', 'state', 'reason', 'queue']);
    expect(listed.out).toContain(`${taskId}\tEscalatedForManualReview\t`);
    expect(await throughline('review', 'take', taskId)).toMatchObject({
      code: 0,
      out: `${taskId} is assigned to ${me}\n`,
    });
    await assignee(taskId, me);
    const mine = await throughline('review', 'list', '--mine', '--json');
    expect(mine.out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(mine.out)).toMatchObject({ taskId, assignee: me, decidedBy: ['manualDecision'] });
    expect(await throughline('review', 'take', taskId, '--actor', 'bob')).toEqual({
      code: 1,
      out: '',
      err: `throughline: ${taskId} is assigned to ${me}; release it or reassign it\n`,
    });
    expect((await throughline('review', 'release', taskId)).out).toBe(`${taskId} is released\n`);
    expect((await throughline('review', 'assign', taskId, 'dora')).out).toBe(`${taskId} is assigned to dora\n`);
  });

  it('parks, notes and shows', async () => {
    const { taskId } = await escalated();
    await client.reviews.take(taskId, { actor: { kind: 'staff', id: 'carol', authenticated: 'none' } });
    const park = ['review', 'park', taskId, '--until', '2999-01-01', '--reason', 'waits', '--actor', 'carol'];
    expect((await throughline(...park)).out).toBe(`${taskId} is parked until 2999-01-01T00:00:00.000Z\n`);
    await eventually(
      () => client.reviews.get(taskId),
      ({ parkedUntil }) => parkedUntil !== undefined,
    );
    expect((await throughline('review', 'list', '--assignee', 'carol')).out).toBe('none\n');
    expect((await throughline('review', 'list', '--assignee', 'carol', '--all')).out).toContain('parked until');
    expect((await throughline('review', 'note', taskId, 'called twice', '--actor', 'carol')).code).toBe(0);
    const shown = await throughline('review', 'show', taskId);
    expect(shown.out).toMatch(/assignee +carol/);
  });

  it('resolves', async () => {
    const { taskId, id } = await escalated();
    const deny = '{"decision":"deny","reasonCode":"notCredible"}';
    const wrong = await throughline('review', 'resolve', taskId, '--decision', 'x', '--reason', 'y');
    expect(wrong.err).toContain('is decided by manualDecision; resolve it with the data of that message');
    const resolved = await throughline('review', 'resolve', taskId, '--data', deny, '--actor', 'carol');
    expect(resolved).toMatchObject({ code: 0, out: `${taskId} is resolved\n` });
    expect(await client.claims.waitForOutcome(id)).toMatchObject({ outcome: 'denied' });
    expect((await throughline('review', 'show', taskId)).err).toMatch(/there is no open review task/);
  });

  it('takes two above the authority of one, and corrects what was decided wrongly', async () => {
    const script = { policy: covered('building'), authority: usd(1_000), payment: () => 'silence' as const };
    const { taskId, id } = await escalated(script);
    const goOn = '{"decision":"continue","reasonCode":"checked"}';
    const proposed = await throughline('review', 'resolve', taskId, '--data', goOn, '--actor', 'alice');
    expect(proposed.out).toMatch(/a second person must approve it\n$/);
    await eventually(
      () => client.reviews.get(taskId),
      ({ proposal }) => proposal !== undefined,
    );
    expect((await throughline('review', 'show', taskId)).out).toContain(`manualDecision ${goOn}`);
    expect((await throughline('review', 'approve', taskId, '--actor', 'alice')).err).toMatch(/alice proposed/);
    const declined = await throughline('review', 'decline', taskId, '--reason', 'too-much', '--actor', 'bob');
    expect(declined.out).toBe(`the proposal of ${taskId} is declined\n`);
    expect((await throughline('review', 'approve', taskId, '--actor', 'bob')).err).toMatch(/nothing is proposed/);
    await throughline('review', 'resolve', taskId, '--data', goOn, '--actor', 'alice');
    await eventually(
      () => client.reviews.get(taskId),
      ({ proposal }) => proposal !== undefined,
    );
    expect((await throughline('review', 'approve', taskId, '--actor', 'bob')).out).toBe(`${taskId} is approved\n`);
    const wrong = await throughline('review', 'correct', 'claim', id, '1', '--reason', 'mistaken');
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('notCorrectable') });
  });
});

describe('clock', () => {
  it('lists, moves, pauses and resumes', async () => {
    const { id } = await escalated();
    const why = ['--reason', 'extension', '--reference', 'BUL-1'];
    const listed = await throughline('clock', 'list', 'claim', id);
    expect(listed.out).toMatch(/^clock\tdue\tthen\tnow\t/);
    expect(listed.out).toMatch(/^state\t.*\tEscalatedForManualReview\trunning\tentered EscalatedForManualReview\t/m);
    const moved = await throughline('clock', 'move', 'claim', id, 'state', '--to', '2998-12-31', ...why);
    expect(moved).toMatchObject({ code: 0, out: `clock state of claim ${id} strikes 2999-01-01T00:00:00.000Z\n` });
    await eventually(
      () => client.claims.explain(id),
      ({ clocks }) => clocks.some(({ originalDueAt }) => originalDueAt !== undefined),
    );
    expect((await throughline('clock', 'pause', 'claim', id, 'decision', ...why)).out).toBe(
      `clock decision of claim ${id} is paused\n`,
    );
    expect((await throughline('clock', 'resume', 'claim', id, 'decision', ...why)).code).toBe(0);
    const unknown = await throughline('clock', 'move', 'claim', id, 'none', '--by', '3', ...why);
    expect(unknown).toMatchObject({ code: 1, err: expect.stringMatching(/has no clock "none" now; it has .*state/) });
  });

  it('moves those of many, after a preview, and says which could not be moved', async () => {
    const { id } = await escalated();
    const bulk = ['clock', 'move', 'claim', 'state', '--state', 'EscalatedForManualReview', '--reason', 'storm'];
    const order = [...bulk, '--by', '30', '--reference', 'BUL-2'];
    const before = (await client.claims.lookup([id]))[0]?.clocks['state']?.dueAt ?? '';
    const preview = await throughline(...order, '--dry-run');
    expect(preview.out).toMatch(
      /^\d+ open claim entities fit; clock state of \d+ is to be moved by 30 days, 0 have none/,
    );
    const done = await throughline(...order);
    expect(done).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ moved, none refused\n$/) });
    const due = new Date(Date.parse(before) + 30 * 86_400_000).toISOString();
    await eventually(
      () => client.claims.lookup([id]),
      ([claim]) => claim?.clocks['state']?.dueAt === due,
    );
    expect((await throughline(...order)).code).toBe(0);
    expect((await client.claims.lookup([id]))[0]?.clocks['state']?.dueAt).toBe(due);
    const back = await throughline(...bulk, '--by', '-9999', '--reference', 'BUL-3', '--json');
    expect(back.code).toBe(1);
    expect(JSON.parse(back.out)).toMatchObject({
      refused: expect.arrayContaining([{ id, why: expect.stringContaining('notInFuture') }]),
    });
  });

  it.each([
    [['clock', 'move', 'claim', 'C', 'state', '--reason', 'r', '--reference', 'x']],
    [['clock', 'move', 'claim', 'state', '--by', '1', '--reason', 'r', '--reference', 'x']],
    [['clock', 'move', 'claim', 'C', 'state', '--by', '1', '--state', 'S', '--reason', 'r', '--reference', 'x']],
    [['clock', 'move', 'claim', 'C', 'state', '--to', '2012-02-30', '--reason', 'r', '--reference', 'x']],
    [['clock', 'pause', 'claim', 'C', 'state', '--reason', 'r']],
    [['review', 'resolve', 'claim/C#1']],
    [['review', 'resolve', 'claim/C#1', '--data', '{}', '--decision', 'x']],
    [['review', 'park', 'claim/C#1', '--until', 'soon', '--reason', 'r']],
  ])('that is used wrongly, %j, exits 2 and says what is wrong', async (args) => {
    const { code, out, err } = await throughline(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^error: /);
  });
});

describe('hold', () => {
  it('is placed and released', async () => {
    const { id } = await escalated();
    const why = ['--reason', 'court-order', '--reference', 'DKT-1'];
    const place = ['hold', 'place', 'claim', id, 'legal', ...why];
    expect(await throughline(...place)).toMatchObject({ code: 0, out: `hold legal of claim ${id} is placed\n` });
    expect(await throughline(...place)).toMatchObject({ code: 1, err: expect.stringContaining('in force already') });
    const released = await throughline('hold', 'release', 'claim', id, 'legal', ...why);
    expect(released.out).toBe(`hold legal of claim ${id} is released\n`);
  });
});
