/**
 * Stands in for the claim workflow where the gateway and the client are tested: it takes every message and tells what it got.
 * No activity and no record is involved; the tests write records themselves.
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  continueAsNew,
  defineQuery,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import {
  manualDecisionUpdate,
  withdrawClaimUpdate,
  type ClaimResult,
  type ClaimSubmission,
} from '../../workflows/claim/messages.js';

/** Everything that came in, in order. */
export const heardQuery = defineQuery<{ name: string; message: unknown }[]>('heard');

/**
 * Ends when `paymentFailed` comes with code `END`, fails on `FAIL`, continues as new on `AGAIN`. `withdraw` is answered;
 * with reason `CUT-OFF` its answer is cut off once by continue-as-new, with `SLOW` it never comes. `manualDecision` is refused.
 */
export async function claim(submission: ClaimSubmission, run = 1): Promise<ClaimResult> {
  const heard: { name: string; message: unknown }[] = [];
  let next: string | undefined;
  setHandler(heardQuery, () => heard);
  setDefaultSignalHandler((name, message) => {
    heard.push({ name, message });
    const { code } = (message as { data: { code?: string } }).data;
    if (code !== undefined) next = code;
  });
  setHandler(withdrawClaimUpdate, async (message) => {
    heard.push({ name: 'withdraw', message });
    const { reasonCode } = message.data;
    if (reasonCode === 'SLOW') await condition(() => false);
    if (reasonCode === 'CUT-OFF' && run === 1) {
      next = 'AGAIN';
      await condition(() => false);
    }
    return { outcome: 'applied', state: 'Closed', sequence: run };
  });
  setHandler(manualDecisionUpdate, () => {
    const answer = { outcome: 'rejected', state: 'Submitted', sequence: 7, code: 'wrongState' };
    throw ApplicationFailure.nonRetryable(
      'manualDecision is rejected in Submitted: wrongState',
      'MessageRejected',
      answer,
    );
  });

  await condition(() => next !== undefined);
  if (next === 'AGAIN') await continueAsNew<typeof claim>(submission, run + 1);
  if (next === 'FAIL') throw ApplicationFailure.nonRetryable('it broke', 'Broken');
  await condition(allHandlersFinished);
  return {
    claimId: submission.data.claimId,
    outcome: 'withdrawn',
    closedAt: '2012-11-01T00:00:00.000Z',
    coverages: [],
  };
}
