/** What every call to a service has: an Idempotency-Key, its look-up, and refusals that say what to do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { Stage, usd } from './support.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(async () => {
  await stage.strike();
});

const screen = (claimId: string) => ({
  claimId,
  policyNumber: 'POL-1',
  dateOfLoss: '2012-10-29',
  inceptionDate: '2001-05-01',
  callback: { reference: `claim/${claimId}` },
});
const problem = (type: string) => ({ type: `urn:throughline:problem:${type}` });

describe('a repeat', () => {
  it('gets the first answer, whatever the order of its fields, and has no second effect', async () => {
    const { claimId, ...rest } = screen('REP-1');
    const first = await stage.call('POST', '/fraud/screens', { claimId, ...rest }, 'claim/REP-1/fraud/1');
    const second = await stage.call('POST', '/fraud/screens', { ...rest, claimId }, 'claim/REP-1/fraud/1');
    expect(first.status).toBe(202);
    expect(second).toEqual(first);
    await eventually(
      () => stage.gateway.to('claim/REP-1'),
      (all) => all.length > 0,
    );
    expect(await stage.count('svc_fraud.screen', "claim_id = 'REP-1'")).toBe(1);
    expect(await stage.count('svc_fraud.callback', "subject = 'claim/REP-1'")).toBe(1);
  });

  it('has one effect when thirty come at once', async () => {
    const calls = Array.from({ length: 30 }, () =>
      stage.call('POST', '/fraud/screens', screen('REP-2'), 'claim/REP-2/fraud/1'),
    );
    const answers = await Promise.all(calls);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await stage.count('svc_fraud.screen', "claim_id = 'REP-2'")).toBe(1);
    expect(await stage.count('svc_fraud.callback', "subject = 'claim/REP-2'")).toBe(1);
  });

  it('is refused under a key that another body has', async () => {
    await stage.call('POST', '/fraud/screens', screen('REP-3'), 'claim/REP-3/fraud/1');
    const other = await stage.call('POST', '/fraud/screens', screen('REP-4'), 'claim/REP-3/fraud/1');
    expect(other).toMatchObject({
      status: 422,
      type: 'application/problem+json',
      body: problem('IdempotencyKeyReused'),
    });
    expect(other.body.detail).toMatch(/claim\/REP-3\/fraud\/1.*new key/);
    expect(await stage.count('svc_fraud.screen', "claim_id = 'REP-4'")).toBe(0);
  });

  it('of a refused call is refused again, even where the rule would now say yes', async () => {
    const body = { claimId: 'REP-5', policyNumber: 'POL-REP-5', dateOfLoss: '2012-10-29' };
    const refused = await stage.call('POST', '/policy/validations', body, 'claim/REP-5/policy/1');
    expect(refused).toMatchObject({ status: 404, type: 'application/problem+json', body: problem('PolicyNotFound') });
    await stage.seed({ policies: [{ policyNumber: 'POL-REP-5', inceptionDate: '2001-01-01', coverages: [] }] });
    expect(await stage.call('POST', '/policy/validations', body, 'claim/REP-5/policy/1')).toEqual(refused);
    expect(await stage.call('POST', '/policy/validations', body, 'claim/REP-5/policy/2')).toMatchObject({
      status: 200,
    });
  });
});

describe('look-up by key', () => {
  it('gives the recorded answer', async () => {
    const key = 'claim/LOOK-1/fraud/1';
    const path = `/fraud/requests/${encodeURIComponent(key)}`;
    expect(await stage.call('GET', path)).toMatchObject({ status: 404, body: problem('RequestNotFound') });
    const { body } = await stage.call('POST', '/fraud/screens', screen('LOOK-1'), key);
    expect(await stage.call('GET', path)).toMatchObject({
      status: 200,
      body: { key, operation: 'requestFraudScreen', status: 202, body },
    });
  });

  it('takes keys of 255 characters and knows only its services', async () => {
    const key = `${'k'.repeat(200)}/${'%'.repeat(54)}`;
    await stage.call('POST', '/fraud/screens', screen('LOOK-2'), key);
    expect(await stage.call('GET', `/fraud/requests/${encodeURIComponent(key)}`)).toMatchObject({ body: { key } });
    expect(await stage.call('GET', '/weather/requests/k')).toMatchObject({
      status: 404,
      body: problem('ServiceNotFound'),
    });
  });
});

describe('a bad request', () => {
  it.each([
    ['no key', undefined],
    ['a key with a blank', 'a b'],
    ['a key of 256 characters', 'k'.repeat(256)],
  ])('with %s is refused', async (_, key) => {
    const answer = await stage.call('POST', '/fraud/screens', screen('BAD-1'), key);
    expect(answer).toMatchObject({ status: 400, body: problem('IdempotencyKeyMissing') });
  });

  it('names each field, its value and the remedy', async () => {
    const body = { ...screen('BAD-2'), dateOfLoss: '2012-02-30', inceptionDate: undefined, colour: 'red' };
    const answer = await stage.call('POST', '/fraud/screens', body, 'bad/2');
    expect(answer).toMatchObject({ status: 400, type: 'application/problem+json', body: problem('InvalidRequest') });
    expect(answer.body.issues).toEqual(
      expect.arrayContaining([
        { field: 'dateOfLoss', value: '"2012-02-30"', remedy: expect.stringContaining('YYYY-MM-DD') as string },
        { field: 'inceptionDate', value: '(missing)', remedy: expect.stringContaining('YYYY-MM-DD') as string },
        { field: 'colour', value: '"red"', remedy: 'unknown field, leave it out' },
      ]),
    );
    expect(await stage.call('GET', '/fraud/requests/bad%2F2')).toMatchObject({ status: 404 });
  });

  it('names a field inside a list, and a path parameter', async () => {
    const lines = [
      { coverage: 'building', damage: { minor: 1.5, currency: 'USD' }, deductible: usd(1), limit: usd(1) },
    ];
    const answer = await stage.call('POST', '/settlement/calculations', { claimId: 'BAD-3', lines }, 'bad/3');
    expect(answer.body.issues).toMatchObject([{ field: 'lines.0.damage.minor', value: '1.5' }]);
    const path = await stage.call('POST', '/assessment/claims/not%20one/findings', { findings: [] }, 'bad/4');
    expect(path.body.issues).toMatchObject([{ field: 'claimId', value: '"not one"' }]);
  });

  it('that is no JSON, or goes nowhere, is a problem too', async () => {
    const broken = await stage.call('POST', '/fraud/screens', '{"claimId":', 'bad/5');
    expect(broken).toMatchObject({ status: 400, type: 'application/problem+json' });
    expect(await stage.call('GET', '/nowhere')).toMatchObject({
      status: 404,
      type: 'application/problem+json',
      body: problem('NotFound'),
    });
  });
});

it('survives the loss of its database connections, in the midst of calls', async () => {
  const claims = Array.from({ length: 60 }, (_, i) => `LOST-${i}`);
  const ask = (claimId: string) => stage.call('POST', '/fraud/screens', screen(claimId), `claim/${claimId}/fraud/1`);
  const calls = claims.map(ask);
  await stage.sql.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'throughline-services'`,
  );
  for (const answer of await Promise.all(calls)) {
    if (answer.status !== 202) expect(answer).toMatchObject({ status: 503, body: problem('DatabaseUnavailable') });
  }
  // Whatever became of each call, its repeat under the same key is safe.
  const repeats = await eventually(
    () => Promise.all(claims.map(ask)),
    (answers) => answers.every((answer) => answer.status === 202),
  );
  expect(repeats).toHaveLength(claims.length);
  expect(await stage.count('svc_fraud.screen', "claim_id LIKE 'LOST-%'")).toBe(claims.length);
});

describe('seeding', () => {
  const policy = { policyNumber: 'SEED-1', inceptionDate: '2001-01-01', coverages: [] };

  it('replaces what is there; of two rows with one key the last wins', async () => {
    await stage.seed({ policies: [policy, { ...policy, inceptionDate: '2002-02-02' }] });
    await stage.seed({
      policies: [{ ...policy, inceptionDate: '2003-03-03' }],
      payments: [{ claimId: 'S', decline: 'limit' }],
    });
    expect(await stage.count('svc_policy.policy', "policy_number = 'SEED-1' AND inception_date = '2003-03-03'")).toBe(
      1,
    );
    await stage.seed({ payments: [{ claimId: 'S', decline: null }] });
    expect(await stage.count('svc_payments.decline', "claim_id = 'S'")).toBe(0);
  });

  it('takes 500 rows of a kind and no more', async () => {
    const rows = Array.from({ length: 501 }, (_, i) => ({ claimId: `SEED-${i}` }));
    await stage.seed({ documents: rows.slice(1) });
    expect(await stage.call('PUT', '/seed', { documents: rows })).toMatchObject({
      status: 400,
      body: problem('InvalidRequest'),
    });
  });
});

describe('a process of some services, not open for seeds', () => {
  let part: Stage;
  beforeAll(async () => {
    part = await Stage.set({ THROUGHLINE_SERVICES: 'policy, fraud', THROUGHLINE_SEED: '0' });
  });
  afterAll(async () => {
    await part.strike();
  });

  it('serves those and no others', async () => {
    expect(await part.call('GET', '/health/ready')).toMatchObject({
      status: 200,
      body: { services: ['policy', 'fraud'] },
    });
    expect(await part.call('POST', '/fraud/screens', screen('PART-1'), 'part/1')).toMatchObject({ status: 202 });
    expect(await part.call('POST', '/payments/payments', {}, 'part/2')).toMatchObject({ status: 404 });
    expect(await part.count('pg_namespace', "nspname LIKE 'svc_%'")).toBe(2);
  });

  it('creates its tables, also when two of them start at once', async () => {
    await part.stop();
    const fresh = 'DROP SCHEMA svc_policy CASCADE; DROP SCHEMA svc_fraud CASCADE';
    await part.sql.query(fresh);
    const second = new Stage();
    await Promise.all([part.start(), second.start(part.config)]);
    await second.stop();
    expect(await part.count('pg_tables', "schemaname LIKE 'svc_%'")).toBe(6);
  });

  it('refuses seeds', async () => {
    expect(await part.call('PUT', '/seed', {})).toMatchObject({ status: 403, body: problem('SeedingDisabled') });
    await part.stop();
    await part.start({ seeding: true });
    const answer = await part.call('PUT', '/seed', { documents: [{ claimId: 'D' }] });
    expect(answer).toMatchObject({ status: 422, body: problem('ServiceNotHere') });
  });
});
