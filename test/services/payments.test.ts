/**
 * The ledger's promises, under concurrency: a payment exists once, never more is paid than approved, and only what came back is
 * replaced.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimMessages } from '../../events/claim.js';
import { eventually } from '../support/eventually.js';
import { Stage, usd } from './support.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(async () => {
  await stage.strike();
});

const pay = (
  claimId: string,
  ordinal: number,
  amount: number,
  approved: number,
  key = `claim/${claimId}/payment/${ordinal}`,
  more: object = {},
) =>
  stage.call(
    'POST',
    '/payments/payments',
    {
      claimId,
      coverage: 'building',
      ordinal,
      amount: usd(amount),
      approved: usd(approved),
      callback: { reference: `claim/${claimId}` },
      ...more,
    },
    key,
  );
const paid = async (claimId: string): Promise<number> => {
  const { rows } = await stage.sql.query<{ sum: string }>(
    "SELECT coalesce(sum(amount_minor), 0) AS sum FROM svc_payments.payment WHERE claim_id = $1 AND status = 'paid'",
    [claimId],
  );
  return Number(rows[0]?.sum);
};

it('books one payment for one key, however many ask at once', async () => {
  const answers = await Promise.all(Array.from({ length: 25 }, () => pay('L-1', 1, 100, 100)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
  expect(answers[0]?.status).toBe(202);
  expect(await stage.count('svc_payments.payment', "claim_id = 'L-1'")).toBe(1);
  expect(await stage.count('svc_payments.callback', "subject = 'claim/L-1'")).toBe(1);
  expect(await paid('L-1')).toBe(10_000);
});

it('books one payment for one ordinal, under whatever keys', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => pay('L-2', 1, 1, 100, `rival/${i}`)));
  expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
  const refused = answers.filter((answer) => answer.status === 409);
  expect(refused).toHaveLength(9);
  expect(refused[0]?.body.type).toBe('urn:throughline:problem:PaymentOrdinalUsed');
  expect(await paid('L-2')).toBe(100);
});

it('never pays more than is approved, however many ask at once', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => pay('L-3', i + 1, 30, 100)));
  expect(answers.filter((answer) => answer.status === 202)).toHaveLength(3);
  const refused = answers.filter((answer) => answer.status === 422);
  expect(refused).toHaveLength(17);
  expect(refused[0]?.body).toMatchObject({ type: 'urn:throughline:problem:PaymentExceedsApproval' });
  expect(refused[0]?.body.detail).toMatch(/amount is 3000 cents.*approved 10000 cents/);
  expect(await paid('L-3')).toBe(9_000);
});

it('follows a changed approval, in both directions', async () => {
  expect(await pay('L-4', 1, 60, 100)).toMatchObject({ status: 202 });
  expect(await pay('L-4', 2, 10, 50)).toMatchObject({ status: 422 });
  expect(await pay('L-4', 3, 60, 120)).toMatchObject({ status: 202 });
  expect(await paid('L-4')).toBe(12_000);
});

it('does not count a failed payment, which is tried anew under the next ordinal', async () => {
  await stage.seed({ payments: [{ claimId: 'L-5', decline: 'account-closed' }] });
  expect(await pay('L-5', 1, 100, 100)).toMatchObject({ status: 202 });
  expect(await paid('L-5')).toBe(0);
  await stage.seed({ payments: [{ claimId: 'L-5', decline: null }] });
  expect(await pay('L-5', 2, 100, 100)).toMatchObject({ status: 202 });
  expect(await pay('L-5', 3, 1, 100)).toMatchObject({ status: 422 });
  expect(await paid('L-5')).toBe(10_000);
});

const paidUnder = async (claimId: string, ordinal: number, amount: number, more: object = {}) => {
  const { status, body } = await pay(claimId, ordinal, amount, 100, undefined, more);
  expect(status, JSON.stringify(body)).toBe(202);
  return body['paymentId'] as string;
};
const replacing = (claimId: string, ordinal: number, replaces: number, amount = 100) =>
  pay(claimId, ordinal, amount, 100, undefined, { replaces });
const becomes = (paymentId: string, body: object, key = `outcome/${paymentId}`) =>
  stage.call('POST', `/payments/payments/${paymentId}/outcome`, body, key);
const told = (claimId: string, event: 'cleared' | 'returned', n = 1) =>
  eventually(
    () =>
      stage.gateway
        .to(`claim/${claimId}`)
        .filter((callback) => callback.event.type === `com.throughline.payments.${event}.v1`)
        .map(({ event: { data } }) => data),
    (all) => all.length >= n,
  );

describe('what becomes of a payment', () => {
  it('is told: cleared, returned, voided; once, of a payment that was issued', async () => {
    const cleared = await paidUnder('O-1', 1, 10);
    expect(await becomes(cleared, { outcome: 'cleared' })).toMatchObject({ status: 202 });
    expect(claimMessages.paymentCleared.parse((await told('O-1', 'cleared'))[0])).toEqual({
      paymentId: cleared,
      coverage: 'building',
      ordinal: 1,
    });
    const voided = await paidUnder('O-1', 2, 10);
    const answers = await Promise.all([
      becomes(voided, { outcome: 'voided', code: 'stop-payment' }, 'o/1'),
      becomes(voided, { outcome: 'returned' }, 'o/2'),
      becomes(cleared, { outcome: 'returned' }, 'o/3'),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409, 409]);
    expect(answers[2]?.body).toMatchObject({
      type: 'urn:throughline:problem:PaymentNotOpen',
      detail: expect.stringContaining('it is cleared') as string,
    });
    const back = claimMessages.paymentReturned.parse((await told('O-1', 'returned'))[0]);
    expect(back).toMatchObject({ paymentId: voided, ordinal: 2 });
    expect([`voided stop-payment`, `returned returned`]).toContain(`${back.how} ${back.code}`);
    expect(await becomes('PAY-none', { outcome: 'cleared' }, 'o/4')).toMatchObject({ status: 404 });
  });

  it('counts no more when it came back, and does when it cleared', async () => {
    const first = await paidUnder('O-2', 1, 100);
    expect(await pay('O-2', 2, 1, 100)).toMatchObject({ status: 422 });
    await becomes(first, { outcome: 'returned', code: 'R02' });
    const second = await paidUnder('O-2', 3, 100, { replaces: 1 });
    await becomes(second, { outcome: 'cleared' });
    expect(await pay('O-2', 4, 1, 100)).toMatchObject({ status: 422 });
    expect(await stage.count('svc_payments.balance', "claim_id = 'O-2' AND paid_minor = 10000")).toBe(1);
  });

  it('of a failed one is nothing', async () => {
    await stage.seed({ payments: [{ claimId: 'O-3', decline: 'account-closed', outcome: 'cleared' }] });
    const failed = await paidUnder('O-3', 1, 10);
    expect(await becomes(failed, { outcome: 'returned' })).toMatchObject({ status: 409 });
    expect(await stage.count('svc_payments.agenda', `id = '${failed}'`)).toBe(0);
  });

  it('can be seeded: it comes back, and its replacement is cleared; a lifted seed brings nothing', async () => {
    await stage.seed({ payments: [{ claimId: 'O-4', outcome: 'returned', code: 'R02', afterMs: 10 }] });
    const first = await paidUnder('O-4', 1, 100);
    expect(await told('O-4', 'returned')).toEqual([
      { paymentId: first, coverage: 'building', ordinal: 1, how: 'returned', code: 'R02' },
    ]);
    const second = await paidUnder('O-4', 2, 100, { replaces: 1 });
    expect(await told('O-4', 'cleared')).toEqual([{ paymentId: second, coverage: 'building', ordinal: 2 }]);

    await stage.seed({ payments: [{ claimId: 'O-5', outcome: 'voided' }] });
    await stage.seed({ payments: [{ claimId: 'O-5', outcome: null }] });
    const third = await paidUnder('O-5', 1, 100);
    expect(await stage.count('svc_payments.agenda', `id = '${third}'`)).toBe(0);
  });
});

describe('a replacement', () => {
  it('is refused while the other payment is out, and where there is none', async () => {
    const first = await paidUnder('R-1', 1, 50);
    for (const [ordinal, replaces] of [
      [2, 1],
      [3, 7],
      [4, 4],
    ] as const) {
      expect(await replacing('R-1', ordinal, replaces, 50)).toMatchObject({
        status: 409,
        body: { type: 'urn:throughline:problem:PaymentNotReturned' },
      });
    }
    await becomes(first, { outcome: 'cleared' });
    expect(await replacing('R-1', 5, 1, 50)).toMatchObject({ status: 409 });
    expect(await paid('R-1')).toBe(0);
    expect(await stage.count('svc_payments.payment', "claim_id = 'R-1'")).toBe(1);
  });

  it('is made once, however many ask at once: the approval has room for one', async () => {
    await becomes(await paidUnder('R-2', 1, 100), { outcome: 'voided' });
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => replacing('R-2', i + 2, 1)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([202, ...Array.from({ length: 9 }, () => 422)]);
    expect(await paid('R-2')).toBe(10_000);
  });

  it('that failed may be tried again, and one that came back be replaced itself', async () => {
    await becomes(await paidUnder('R-3', 1, 100), { outcome: 'returned' });
    await stage.seed({ payments: [{ claimId: 'R-3', decline: 'bank-closed' }] });
    await paidUnder('R-3', 2, 100, { replaces: 1 });
    await stage.seed({ payments: [{ claimId: 'R-3', decline: null }] });
    const third = await paidUnder('R-3', 3, 100, { replaces: 1 });
    await becomes(third, { outcome: 'returned' });
    await paidUnder('R-3', 4, 100, { replaces: 3 });
    expect(await paid('R-3')).toBe(10_000);
  });
});

it('keeps kind and payees with the payment', async () => {
  await paidUnder('K-1', 1, 5, { kind: 'advance', payees: ['insured', 'mortgagee:LENDER-1'] });
  const { rows } = await stage.sql.query(
    "SELECT kind, payees, replaces FROM svc_payments.payment WHERE claim_id = 'K-1'",
  );
  expect(rows).toEqual([{ kind: 'advance', payees: ['insured', 'mortgagee:LENDER-1'], replaces: null }]);
});

it('goes on with a ledger of before, whose payments have no reference: their outcome is noted, and told to nobody', async () => {
  const before = await paidUnder('B-1', 1, 100);
  await stage.stop();
  await stage.sql.query(
    `ALTER TABLE svc_payments.payment DROP CONSTRAINT replaces_what_came_back, DROP CONSTRAINT payment_status_check,
       DROP COLUMN kind, DROP COLUMN payees, DROP COLUMN replaces, DROP COLUMN reference;
     UPDATE svc_payments.payment SET status = 'paid' WHERE status <> 'failed';
     ALTER TABLE svc_payments.payment ADD CONSTRAINT payment_status_check CHECK (status IN ('paid', 'failed'));
     DROP TABLE svc_payments.returned_payment;`,
  );
  await stage.start();
  expect(await becomes(before, { outcome: 'returned' })).toMatchObject({ status: 202 });
  expect(await stage.count('svc_payments.callback', "subject = 'claim/B-1' AND type LIKE '%returned%'")).toBe(0);
  const anew = await paidUnder('B-1', 2, 100, { replaces: 1 });
  await becomes(anew, { outcome: 'cleared' });
  await told('B-1', 'cleared');
});
