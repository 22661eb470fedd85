/** A payment that the payment system refuses for good, since `payment-refused`: nothing moved, so a person may decide anew. */
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import type { Coverage } from '../../workflows/claim/messages.js';
import { useFleet } from './support/fleet.js';
import { covered, damage, usd, type Script } from './support/script.js';

const fleet = useFleet();

const settle = (dollars: number) =>
  ({ decision: 'settle', amounts: [{ coverage: 'building', amount: usd(dollars) }], reasonCode: 'agreed' }) as const;

/** The payment system refuses more than so many dollars on a coverage. */
const approved = (limits: Partial<Record<Coverage, number>>): Partial<Script> => ({
  payment: ({ coverage, amount }) => {
    if (amount.minor > usd(limits[coverage] ?? 250_000).minor) {
      throw ApplicationFailure.nonRetryable('more than was approved', 'PaymentExceedsApproval');
    }
    return 'acknowledge';
  },
});

test('is on record as failed with its code, and no longer waited for', async () => {
  const claim = await fleet.claim(approved({ building: 20_000 })).submit();
  const { parts, expectations, attention } = await claim.reaches('EscalatedForManualReview');
  expect(attention).toBe('paymentFailed');
  expect(parts['building']).toMatchObject({
    state: 'PaymentFailed',
    reason: 'PaymentExceedsApproval',
    amount: usd(38_000),
  });
  expect(expectations['payment:building']?.receivedAt).toBeDefined();
  expect(claim.calls('requestPayment').map(({ attempt }) => attempt)).toEqual([1]);
});

test('is settled at another amount, which is asked for under the next ordinal', async () => {
  const claim = await fleet.claim(approved({ building: 20_000 })).submit();
  await claim.reaches('EscalatedForManualReview');
  await claim.decide(settle(20_000));
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(20_000) }] });
  expect(claim.calls('requestPayment').map(({ input }) => input.key)).toEqual([
    `${claim.workflowId}/payment-building/1`,
    `${claim.workflowId}/payment-building/2`,
  ]);
});

test('is asked for again where a person lets it go on', async () => {
  const claim = await fleet.claim(approved({ building: 20_000 })).submit();
  await claim.reaches('EscalatedForManualReview');
  claim.script(approved({}));
  await claim.decide({ decision: 'continue', reasonCode: 'approvalRaised' });
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
});

test('is denied, and leaves what was paid beside it as it is', async () => {
  const claim = await fleet
    .claim({
      policy: covered('building', 'contents'),
      findings: damage({ building: 39_000, contents: 11_000 }),
      ...approved({ building: 20_000 }),
    })
    .submit();
  const { parts } = await claim.reaches('EscalatedForManualReview');
  expect(parts['contents']).toMatchObject({ state: 'Paid' });
  await claim.decide({ decision: 'deny', reasonCode: '08' });
  expect(await claim.ends()).toMatchObject({
    outcome: 'partlyPaid',
    coverages: [{ state: 'NotPayable', reason: '08' }, { state: 'Paid' }],
  });
});
