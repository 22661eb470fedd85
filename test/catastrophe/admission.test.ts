/** Claims of a catastrophe start in order and at its rate, each once, whoever dies meanwhile; what waits is told. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthSettings } from '../../activities/health/settings.js';
import { ServiceClient } from '../../activities/http.js';
import {
  ConflictingSubmission,
  GatewayRefused,
  ThroughlineClient,
  type CatastropheDeclaration,
} from '../../client/index.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { lineOnRecord } from '../../workers/admissions.js';
import { Admitter, type Line } from '../../workers/admitter.js';
import { Gatekeeper } from '../../workers/gatekeeper.js';
import { setStage, type Stage } from '../gateway/stage.js';
import { eventually } from '../support/eventually.js';
import { lossOf, sandy } from './declared.js';
import { bearer } from '../support/tokens.js';

const never = new AbortController().signal;
/** Unused time that may be made up for, in seconds, and what a start may come late by on a busy machine. */
const GRACE_S = 1;
const JITTER_S = 0.5;

let stage: Stage;
let pool: pg.Pool;
let client: ThroughlineClient;
beforeAll(async () => {
  stage = await setStage();
  pool = createPool(stage.database.url, { applicationName: 'admission-test' });
  client = new ThroughlineClient({ temporal: stage.temporal, gateway: stage.gatewayUrl, source: '/test' });
});
afterAll(async () => {
  await pool.end();
  await stage.close();
});

const line = (): Line => lineOnRecord(openDatabase(pool), stage.temporal);
const gatekeeper = () => new Gatekeeper(pool, new ServiceClient('http://127.0.0.1:30998'), healthSettings({}));

/** A catastrophe of a year of its own. */
async function declared(year: number, rate: number): Promise<CatastropheDeclaration> {
  const given = sandy({
    code: `STORM-${year}`,
    name: `Storm ${year}`,
    from: `${year}-01-01`,
    to: `${year}-12-31`,
    rate,
  });
  await client.catastrophes.declare(given);
  return given;
}

const lossIn = (year: number, id?: string) => lossOf(`${year}-06-01`, 'NY', '11693', id);

interface Row {
  readonly entity_id: string;
  readonly run_id: string;
  readonly admitted_at: Date | null;
}

/** The line of a catastrophe in the order in which it came. */
const lineOf = (code: string) =>
  stage.query<Row & pg.QueryResultRow>('SELECT * FROM throughline.admission WHERE catastrophe = $1 ORDER BY position', [
    code,
  ]);

const admitted = (code: string) =>
  eventually(
    () => lineOf(code),
    (rows) => rows.every(({ admitted_at }) => admitted_at !== null),
    30_000,
  );

/** When each was started, as Temporal says, in seconds; and that it was started once, as the run that is on record. */
async function starts(rows: readonly Row[]): Promise<number[]> {
  return Promise.all(
    rows.map(async ({ entity_id, run_id }) => {
      const { startTime, runId, raw } = await stage.temporal.workflow.getHandle(`claim/${entity_id}`).describe();
      expect([runId, raw.workflowExecutionInfo?.firstRunId], entity_id).toEqual([run_id, run_id]);
      return startTime.getTime() / 1000;
    }),
  );
}

/** In no stretch of time do more start than the rate and its grace allow. */
function expectRate(times: readonly number[], rate: number): void {
  times.forEach((from, i) =>
    times.slice(i + 1).forEach((to, more) => {
      expect(more + 1, `${more + 2} starts in ${to - from} s`).toBeLessThanOrEqual(
        rate * (to - from + GRACE_S + JITTER_S) + 1,
      );
    }),
  );
}

it('60 claims, some of two catastrophes: everyday ones start at once, the others in order at their rates', async () => {
  const [fast, slow] = [await declared(2001, 8), await declared(2002, 4)];
  const yearOf = (i: number) => (i % 6 === 5 ? 1999 : i % 2 === 0 ? 2001 : 2002);
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, i) => client.claims.submit(lossIn(yearOf(i), `CLM-60-${i}`))),
  );
  expect(answers.every(({ started }) => started)).toBe(true);
  const everyday = answers.filter((_, i) => yearOf(i) === 1999);
  expect(everyday.map(({ waiting }) => waiting)).toEqual(Array.from({ length: 10 }, () => undefined));
  const waitingBefore = (await lineOf(slow.code)).filter(({ admitted_at }) => admitted_at === null).length;
  expect(waitingBefore).toBeGreaterThan(5);
  expect(await client.catastrophes.board(slow.code)).toMatchObject({
    received: 20,
    open: 20,
    line: { waiting: waitingBefore, starting: 20 - waitingBefore, refused: 0, since: expect.any(String) },
  });
  // Nobody takes the lead until now.
  const first = gatekeeper();
  first.start(stage.temporal);
  await eventually(
    async () => (await lineOf(slow.code)).filter(({ admitted_at }) => admitted_at === null).length < waitingBefore - 2,
  );
  // It goes, and another one goes on.
  const second = gatekeeper();
  second.start(stage.temporal);
  await first.stop();
  try {
    for (const { code, rate } of [fast, slow]) {
      const rows = await admitted(code);
      const times = await starts(rows);
      expect(times.toSorted((a, b) => a - b)).toEqual(times);
      expectRate(times, rate ?? 0);
    }
  } finally {
    await second.stop();
  }
  expect(await stage.temporal.workflow.count(`WorkflowId STARTS_WITH 'claim/CLM-60-'`)).toMatchObject({ count: 60 });
  expect((await client.catastrophes.board(slow.code)).line).toMatchObject({ waiting: 0, starting: 20 });
});

describe('an admitter that dies', () => {
  /** Dies at its n-th claim, before Temporal has heard of it or after. */
  function dying(nth: number, when: 'before' | 'after'): Line {
    const real = line();
    let count = 0;
    const live = () => {
      if (++count === nth) throw new Error('killed');
    };
    return {
      ...real,
      start: (first) => {
        if (when === 'before') live();
        return real.start(first);
      },
      settle: async (position, outcome) => {
        if (when === 'after') live();
        await real.settle(position, outcome);
      },
    };
  }

  it('leaves everything to the next one, which starts nothing twice and keeps the order', async () => {
    const { code } = await declared(2003, 50);
    // Beyond what its grace lets start at once.
    await stage.query(`UPDATE throughline.catastrophe SET free_at = now() + interval '3 seconds' WHERE code = $1`, [
      code,
    ]);
    const ids = Array.from({ length: 40 }, (_, i) => `CLM-K-${String(i).padStart(2, '0')}`);
    for (const id of ids) expect((await client.claims.submit(lossIn(2003, id))).waiting).toBeDefined();
    await stage.query(`UPDATE throughline.catastrophe SET free_at = '-infinity' WHERE code = $1`, [code]);
    for (const [nth, when] of [
      [1, 'after'],
      [3, 'before'],
      [4, 'after'],
      [7, 'after'],
    ] as const) {
      await eventually(() =>
        new Admitter(dying(nth, when)).admitSome(never).then(
          () => false,
          (err: Error) => err.message === 'killed',
        ),
      );
    }
    // Two that both believe that they lead.
    await eventually(async () => {
      await Promise.all([new Admitter(line()).admitSome(never), new Admitter(line()).admitSome(never)]);
      return (await lineOf(code)).every(({ admitted_at }) => admitted_at !== null);
    });
    const rows = await lineOf(code);
    expect(rows.map(({ entity_id }) => entity_id)).toEqual(ids);
    const times = await starts(rows);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    expect(await stage.temporal.workflow.count(`WorkflowId STARTS_WITH 'claim/CLM-K-'`)).toMatchObject({ count: 40 });
  });
});

describe('a claim that waits', () => {
  const YEAR = 2004;
  beforeAll(async () => {
    const { code } = await declared(YEAR, 0.01);
    await stage.query(`UPDATE throughline.catastrophe SET free_at = now() + interval '1 minute' WHERE code = $1`, [
      code,
    ]);
    for (const id of ['CLM-W-1', 'CLM-W-2', 'CLM-W-3']) await client.claims.submit(lossIn(YEAR, id));
  });

  it('is told its place, and told it again', async () => {
    const answer = await client.claims.submit(lossIn(YEAR, 'CLM-W-3'));
    expect(answer).toEqual({
      started: false,
      id: 'CLM-W-3',
      workflowId: 'claim/CLM-W-3',
      waiting: {
        catastrophe: 'STORM-2004',
        name: 'Storm 2004',
        ahead: 2,
        since: expect.any(String),
        expectedAt: expect.any(String),
        rate: 0.01,
      },
    });
    const expectedInS = (Date.parse(answer.waiting?.expectedAt ?? '') - Date.now()) / 1000;
    expect(expectedInS).toBeGreaterThan(230);
    expect(expectedInS).toBeLessThanOrEqual(260);
    const direct = await fetch(`${stage.gatewayUrl}/api/entities/claim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await bearer()) },
      body: JSON.stringify({ data: lossIn(YEAR, 'CLM-W-4') }),
    });
    expect(direct.status).toBe(202);
    expect(await direct.json()).toMatchObject({ started: true, waiting: { ahead: 3 } });
  });

  it('refuses other content under its id', async () => {
    const other = { ...lossIn(YEAR, 'CLM-W-1'), causeOfLoss: '9' };
    await expect(client.claims.submit(other)).rejects.toThrow(ConflictingSubmission);
    // Also where that would be an everyday claim.
    const everyday = lossOf('1999-06-01', 'NY', '11693', 'CLM-W-1');
    await expect(client.claims.submit(everyday)).rejects.toThrow(ConflictingSubmission);
  });

  it('is explained', async () => {
    const explanation = await client.claims.explain('CLM-W-2');
    expect(explanation).toMatchObject({
      state: 'Submitted',
      closed: false,
      blockedBy: { kind: 'queue', detail: 'waiting for admission, 1 ahead', admission: { catastrophe: 'STORM-2004' } },
      run: { error: 'it waits for admission and has not been started' },
    });
    expect(explanation.sentence).toMatch(
      /^CLM-W-2 has been waiting for admission, 1 ahead, for \d+ seconds? because claims of Storm 2004 are started at 0\.01 per second; it starts by itself about \d{4}-\d\d-\d\d \d\d:\d\d UTC, and nobody needs to act\.$/,
    );
  });

  it('takes no message yet, and says when it will', async () => {
    const refused = await client.claims.withdraw('CLM-W-2', { reasonCode: 'repaired' }).catch((err: unknown) => err);
    expect(refused).toBeInstanceOf(GatewayRefused);
    expect(refused).toMatchObject({ status: 409, code: 'WaitingForAdmission' });
    expect((refused as Error).message).toMatch(
      /^claim CLM-W-2 is waiting for admission, 1 ahead, and takes messages once/,
    );
    expect(await stage.strays('CLM-W-2')).toEqual([]);
  });

  it('keeps its catastrophe open', async () => {
    await expect(client.catastrophes.close('STORM-2004')).rejects.toMatchObject({ code: 'CatastropheOpen' });
  });

  it('whose id was used past the gateway meanwhile never starts, and holds up nobody', async () => {
    await stage.temporal.workflow.start('claim', {
      workflowId: 'claim/CLM-W-1',
      taskQueue: 'nobody',
      memo: { contentHash: 'other' },
    });
    await stage.query(`UPDATE throughline.catastrophe SET rate = 100, free_at = '-infinity' WHERE code = 'STORM-2004'`);
    await eventually(async () => {
      await new Admitter(line()).admitSome(never);
      return (await lineOf('STORM-2004')).every(({ admitted_at }) => admitted_at !== null);
    });
    expect((await client.catastrophes.board('STORM-2004')).line).toEqual({ waiting: 0, starting: 3, refused: 1 });
    await expect(client.claims.submit(lossIn(YEAR, 'CLM-W-1'))).rejects.toThrow(ConflictingSubmission);
  });
});
