/** New claims tie to what is declared, through the gateway and through the client library, and are routed by it. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  ConflictingSubmission,
  GatewayRefused,
  InvalidMessage,
  ThroughlineClient,
  type CatastropheDeclaration,
} from '../../client/index.js';
import { createGateway } from '../../gateway/server.js';
import { settingsFromEnvironment } from '../../gateway/settings.js';
import type { ClaimSubmission } from '../../workflows/claim/messages.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { notice, SECRET, setStage, type Stage } from '../gateway/stage.js';
import { begun, lossOf, sandy, sandyLoss } from './declared.js';
import { bearer } from '../support/tokens.js';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

/** A client that knows nothing yet of what is declared. */
const client = (gateway = stage.gatewayUrl) =>
  new ThroughlineClient({ temporal: stage.temporal, gateway, source: '/test' });

async function post(data: object): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
  const response = await fetch(`${stage.gatewayUrl}/api/entities/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await bearer()) },
    body: JSON.stringify({ data }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** With what it was started. */
async function start(claimId: string) {
  const handle = stage.temporal.workflow.getHandle(`claim/${claimId}`);
  const [{ searchAttributes, priority }, { events }] = await Promise.all([handle.describe(), handle.fetchHistory()]);
  const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
  const { data } = JSON.parse(Buffer.from(input ?? []).toString()) as ClaimSubmission;
  const { priorityKey, fairnessKey } = priority ?? {};
  return { notice: data, label: searchAttributes['Catastrophe']?.[0], priority: { priorityKey, fairnessKey } };
}

const everyday = { priorityKey: 3, fairnessKey: '' };
const routed = { priorityKey: 4, fairnessKey: 'SANDY-2012' };

describe('a declaration', () => {
  it('is put on record once', async () => {
    const { catastrophes } = client();
    const first = await catastrophes.declare(sandy({ states: ['NY', 'NJ', 'NY'] }));
    expect(first).toMatchObject({
      changed: true,
      catastrophe: { ...sandy(), zips: [], rate: null, declaredBy: { id: '/test', authenticated: 'token' } },
    });
    expect(await catastrophes.declare(sandy())).toEqual({ ...first, changed: false });
    expect(await catastrophes.list({ open: true })).toEqual([first.catastrophe]);
  });

  it.each<[string, Partial<CatastropheDeclaration>, RegExp]>([
    [
      'another period under its code',
      { to: '2012-11-02' },
      /^code SANDY-2012 stands for SANDY-2012 \(Hurricane Sandy\)/,
    ],
    ['another code under its name', { code: 'SANDY' }, /^name "Hurricane Sandy" stands for SANDY-2012/],
  ])('is not changed by %s', async (_, changes, says) => {
    const refused = await client()
      .catastrophes.declare(sandy(changes))
      .catch((err: unknown) => err);
    expect(refused).toBeInstanceOf(GatewayRefused);
    expect(refused).toMatchObject({ status: 409, code: 'CatastropheDeclared', message: expect.stringMatching(says) });
  });

  it('names every field that is wrong', async () => {
    const wrong = { ...sandy(), code: 'A B', from: '2012-02-30', states: ['New York'], zips: ['116'], rate: 0 };
    const refused = await client()
      .catastrophes.declare(wrong)
      .catch((err: unknown) => err);
    expect(refused).toBeInstanceOf(InvalidMessage);
    expect((refused as InvalidMessage).issues.map(({ field, value, remedy }) => [field, value, remedy])).toEqual([
      ['code', 'A B', expect.stringContaining('a code of 1 to 64')],
      ['from', '2012-02-30', 'use a date YYYY-MM-DD that exists'],
      ['states[0]', 'New York', 'use a two-letter state or territory code'],
      ['zips[0]', '116', expect.stringContaining('such as 116*')],
      ['rate', 0, 'use at least 0.01'],
    ]);
    const backwards = await client()
      .catastrophes.declare(sandy({ code: 'X', name: 'X', to: '2012-10-01' }))
      .catch((err: unknown) => err);
    expect((backwards as InvalidMessage).issues).toMatchObject([{ field: 'to', value: '2012-10-01' }]);
  });
});

describe.each([
  ['through the gateway', async (data: ReturnType<typeof sandyLoss>) => void (await post(data))],
  ['past the gateway', async (data: ReturnType<typeof sandyLoss>) => void (await client().claims.submit(data))],
])('a claim that is submitted %s', (_, submit) => {
  it('bears the name of what met it, and yields to everyday claims', async () => {
    const data = sandyLoss();
    await submit(data);
    expect(await start(data.claimId)).toMatchObject({
      notice: { ...data, catastrophe: 'Hurricane Sandy' },
      label: 'Hurricane Sandy',
      priority: routed,
    });
  });

  it('is routed by the name that its sender gave it', async () => {
    const data = { ...lossOf('2013-05-01', 'TX', '77001'), catastrophe: 'Hurricane Sandy' };
    await submit(data);
    expect(await start(data.claimId)).toMatchObject({ notice: data, label: 'Hurricane Sandy', priority: routed });
  });

  it('is an everyday one where nothing that is declared met it', async () => {
    const [elsewhere, undeclared] = [lossOf('2012-10-29', 'CT', '06840'), { ...notice(), catastrophe: 'Irene' }];
    await submit(elsewhere);
    await submit(undeclared);
    expect(await start(elsewhere.claimId)).toEqual({ notice: elsewhere, label: undefined, priority: everyday });
    expect(await start(undeclared.claimId)).toMatchObject({ label: 'Irene', priority: everyday });
  });
});

describe('a repeat', () => {
  it('is one, whichever way it takes', async () => {
    const data = sandyLoss();
    const first = await post(data);
    expect(first).toMatchObject({ status: 201, body: { started: true } });
    const { firstRunId } = first.body;
    expect(await post(data)).toMatchObject({ status: 200, body: { started: false, firstRunId } });
    expect(await client().claims.submit(data)).toMatchObject({ started: false, firstRunId });
    const alone = client('http://127.0.0.1:30999');
    expect(await alone.claims.submit(data)).toMatchObject({ started: false, firstRunId });
  });

  it('of a claim that was there before the declaration stays what it was', async () => {
    const data = lossOf('2011-08-28', 'NY', '12401');
    await post(data);
    const irene = sandy({ code: 'IRENE-2011', name: 'Irene', from: '2011-08-27', to: '2011-08-29' });
    await client().catastrophes.declare(irene);
    expect(await post(data)).toMatchObject({ status: 200 });
    expect(await client().claims.submit(data)).toMatchObject({ started: false });
    await expect(client().claims.submit({ ...data, causeOfLoss: '9' })).rejects.toThrow(ConflictingSubmission);
    expect(await start(data.claimId)).toMatchObject({ notice: data, priority: everyday });
  });

  it('is one also when the catastrophe has been closed in between', async () => {
    const { catastrophes } = client();
    const flood = sandy({ code: 'FLOOD-2010', name: 'Flood', from: '2010-03-01', to: '2010-03-09' });
    await catastrophes.declare(flood);
    const data = lossOf('2010-03-02', 'NJ', '07030');
    await post(data);
    expect(await start(data.claimId)).toMatchObject({ label: 'Flood' });
    expect(await catastrophes.close('FLOOD-2010')).toMatchObject({ changed: true });
    expect(await post(data)).toMatchObject({ status: 200 });
    const late = lossOf('2010-03-02', 'NJ', '07030');
    await post(late);
    expect(await start(late.claimId)).toMatchObject({ label: undefined, priority: everyday });
  });
});

it('without the gateway, a claim is taken in as an everyday one', async () => {
  const data = sandyLoss();
  expect(await client('http://127.0.0.1:30999').claims.submit(data)).toMatchObject({ started: true });
  expect(await start(data.claimId)).toEqual({ notice: data, label: undefined, priority: everyday });
});

describe('closing', () => {
  it('is refused while a claim is open, with their number, and done once', async () => {
    const { catastrophes } = client();
    const ice = sandy({ code: 'ICE-2009', name: 'Ice storm', from: '2009-01-01', to: '2009-01-02' });
    await catastrophes.declare(ice);
    await stage.record({ id: 'CLM-ICE', lifecycleVersion: claimLifecycle.version }, [
      begun({ catastrophe: 'Ice storm' }),
    ]);
    const refused = await catastrophes.close('ICE-2009').catch((err: unknown) => err);
    expect(refused).toMatchObject({ status: 409, code: 'CatastropheOpen' });
    expect((refused as Error).message).toBe('1 claim of ICE-2009 (Ice storm) is not closed; close it first');
    await stage.query(`UPDATE throughline.entity SET closed = true WHERE entity_id = 'CLM-ICE'`);
    const closed = await catastrophes.close('ICE-2009');
    expect(closed).toMatchObject({ changed: true, catastrophe: { closedBy: { id: '/test' } } });
    expect(await catastrophes.close('ICE-2009')).toEqual({ ...closed, changed: false });
    expect((await catastrophes.list({ open: true })).map(({ code }) => code)).not.toContain('ICE-2009');
    expect((await catastrophes.list()).map(({ code }) => code)).toContain('ICE-2009');
  });

  it('and looking need a code that was declared', async () => {
    const { catastrophes } = client();
    for (const ask of [
      () => catastrophes.board('NONE'),
      () => catastrophes.close('NONE'),
      () => catastrophes.attachable('NONE'),
    ]) {
      await expect(ask()).rejects.toMatchObject({
        status: 404,
        code: 'UnknownCatastrophe',
        message: 'no catastrophe is declared under code "NONE"; look at the list, or declare it',
      });
    }
  });
});

describe('the rate', () => {
  const settings = {
    DATABASE_URL: 'postgres://unused',
    THROUGHLINE_CALLBACK_SECRET: SECRET,
    THROUGHLINE_DEVELOPMENT_KEY: inject('developmentKey'),
  };
  const rateIn = (text: string) =>
    settingsFromEnvironment({ ...settings, THROUGHLINE_ADMISSION_RATE: text }).admissionRate;

  it('may be set for all, and the setting names what is wrong with it', () => {
    expect(rateIn('2.5')).toBe(2.5);
    expect(rateIn('')).toBeUndefined();
    expect(settingsFromEnvironment(settings).admissionRate).toBeUndefined();
    for (const wrong of ['0', '-1', '101', 'many']) {
      expect(() => rateIn(wrong)).toThrow(
        /THROUGHLINE_ADMISSION_RATE: claims .* started per second, from 0\.01 to 100/,
      );
    }
  });

  it('of a declaration wins over the one for all, also where it is none', async () => {
    const { url } = stage.database;
    const app = await createGateway({
      ...settingsFromEnvironment({ ...settings, DATABASE_URL: url, THROUGHLINE_ADMISSION_RATE: '7' }),
      port: 0,
    });
    await app.listen(0, '127.0.0.1');
    try {
      const { catastrophes } = client(await app.getUrl());
      const rates = [undefined, null, 3].map(async (rate, i) => {
        const code = `RATE-${i}`;
        const given = sandy({
          code,
          name: code,
          from: '1990-01-01',
          to: '1990-01-02',
          ...(rate !== undefined && { rate }),
        });
        return (await catastrophes.declare(given)).catastrophe.rate;
      });
      expect(await Promise.all(rates)).toEqual([7, null, 3]);
    } finally {
      await app.close();
    }
  });
});
