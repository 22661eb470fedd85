/** Papers: what is asked for follows from what is found, also where that changes. */
import { expect, test } from 'vitest';
import { hours } from '../../../workflows/lifecycle/definition.js';
import { eventually } from '../../support/eventually.js';
import { useFleet } from '../support/fleet.js';
import { damage, managed, usd } from '../support/script.js';
import { documentArrives, LET_IT_GO_ON } from './words.js';

const fleet = useFleet();

/** Damage to the building is found, of the contents nobody can tell yet. */
const HALF_FOUND = {
  policy: managed('building', 'contents'),
  findings: [...damage({ building: 39_000 }), { coverage: 'contents' }],
  documents: 'silence',
} as const;

test('what is found later is asked about under a key of its own, and its papers are waited for', async () => {
  const claim = await fleet.claim(HALF_FOUND).submit();
  await claim.reaches('AwaitingDocuments');
  await claim.ask('refer', { to: 'investigation', reasonCode: 'doubt' });
  await claim.tell('assessmentResult', { assignmentId: 'AS-1', findings: damage({ contents: 6_000 }) });
  await claim.settled();
  await claim.ask('concludeReferral', { finding: 'continue', reasonCode: 'nothingFound' });
  await claim.reaches('AwaitingDocuments');
  const asked = await eventually(
    () => claim.calls('requestDocuments'),
    (calls) => calls.length === 2,
  );
  expect(asked.map(({ input }) => [input.key, input['coverages']])).toEqual([
    [`${claim.workflowId}/documents/1`, ['building']],
    [`${claim.workflowId}/documents/1.2`, ['building', 'contents']],
  ]);

  await documentArrives(claim, 'proofOfLoss');
  expect((await claim.settled()).state).toBe('AwaitingDocuments');
  await documentArrives(claim, 'contentsInventory');
  expect(await claim.ends()).toMatchObject({
    outcome: 'paid',
    coverages: [{ paid: usd(38_000) }, { paid: usd(5_000) }],
  });
});

test('the same question is asked under the same key, however often', async () => {
  let there = false;
  const claim = await fleet
    .claim({
      ...HALF_FOUND,
      findings: damage({ building: 39_000, contents: 6_000 }),
      trouble: (activity) => {
        if (activity === 'requestDocuments' && !there) throw new Error('nobody there');
      },
    })
    .submit();
  await claim.reaches('AwaitingDocuments');
  await fleet.sleep(hours(1));
  await claim.reaches('EscalatedForManualReview');
  // A second look changes the amount, not what is to be settled.
  await claim.tell('assessmentResult', { assignmentId: 'AS-1', findings: damage({ contents: 7_000 }) });
  there = true;
  await claim.decide(LET_IT_GO_ON);
  const calls = await eventually(
    () => claim.calls('requestDocuments'),
    (all) => all.filter(({ attempt }) => attempt === 1).length === 2,
  );
  expect(new Set(calls.map(({ input }) => input.key))).toEqual(new Set([`${claim.workflowId}/documents/1`]));
});
