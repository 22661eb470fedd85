/** Type tests: what must not compile is marked; `tsc` fails where a mark stands for nothing. Nothing here is executed. */
import { expect, it } from 'vitest';
import type { ThroughlineClient } from '../../../client/index.js';
import type { ClaimNotice } from '../../../workflows/claim/messages.js';
import type { Actor } from '../../../workflows/lifecycle/entry.js';

declare const notice: ClaimNotice;
declare const incomplete: Omit<ClaimNotice, 'policyNumber'>;
declare const actor: Actor;

export async function misuse({ claims, reviews }: ThroughlineClient): Promise<void> {
  // @ts-expect-error a notice without its policy number
  await claims.submit(incomplete);
  // @ts-expect-error an amount in a notice: damage is found by the adjuster
  await claims.submit({ ...notice, damage: { minor: 1, currency: 'USD' } });
  // @ts-expect-error an unknown profile
  await claims.submit(notice, { profile: 'slow' });
  // @ts-expect-error an unknown message
  await claims.message('C', 'approve', {});
  // @ts-expect-error data of another message
  await claims.message('C', 'documentReceived', { reasonCode: 'x' });
  // @ts-expect-error a coverage that no policy has
  await claims.message('C', 'paymentFailed', { paymentId: 'p', coverage: 'roof', ordinal: 1, code: 'c' });
  // @ts-expect-error a decision without anyone who takes it
  await claims.decide('C', { decision: 'continue', reasonCode: 'x' });
  // @ts-expect-error a settlement without amounts
  await claims.decide('C', { decision: 'settle', reasonCode: 'x' }, { actor });
  // @ts-expect-error a message of every lifecycle, without what allows it
  await claims.message('C', 'placeHold', { hold: 'legal', reasonCode: 'x' });
  // @ts-expect-error a task that is taken by nobody
  await reviews.take('claim/C#1', {});
  // @ts-expect-error a finding without its reason
  await reviews.resolve('claim/C#1', { decision: 'x' });
  // @ts-expect-error an unknown filter
  claims.list({ colour: 'red' });

  const delivery = await claims.message('C', 'withdraw', { reasonCode: 'x' });
  // @ts-expect-error a signal has no state to tell: look at the outcome first
  delivery.state satisfies string;
  if (delivery.outcome !== 'accepted') delivery.state satisfies string;
  const { outcome } = await claims.waitForOutcome('C');
  // @ts-expect-error an outcome that a claim never has
  if (outcome === 'shipped') return;
  await claims.message('C', 'assignReview', { taskId: 'claim/C#1', assignee: 'alice' });
  const answer = await claims.withdraw('C', { reasonCode: 'x' });
  answer.state satisfies string;
}

it('is checked by the compiler', () => {
  expect(misuse).toBeTypeOf('function');
});
