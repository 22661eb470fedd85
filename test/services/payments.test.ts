/** The ledger's two promises, under concurrency: a payment exists once, and never more is paid than approved. */
import { afterAll, beforeAll, expect, it } from 'vitest';
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
