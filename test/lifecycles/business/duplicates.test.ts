/** Two claims for one loss: a person merges them or says that they are two. */
import { expect, test } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { refusal, type ClaimRun } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { REVIEWER } from '../support/messages.js';
import { managed } from '../support/script.js';
import { checks, documentArrives, facts, LET_IT_GO_ON } from './words.js';

const fleet = useFleet();

const POLICY = managed('building', 'contents');
const FINDINGS = [
  { coverage: 'building', damage: { minor: 3_900_000, currency: 'USD' } },
  { coverage: 'contents', damage: { minor: 600_000, currency: 'USD' } },
] as const;

/** One claim that waits for papers, and a second one on the same policy for the same day. */
async function twoClaims(): Promise<{ readonly first: ClaimRun; readonly second: ClaimRun }> {
  const first = await fleet.claim({ policy: POLICY, findings: FINDINGS, documents: 'silence' }).submit();
  await first.reaches('AwaitingDocuments');
  const second = await fleet
    .claim({ policy: { ...POLICY, similarClaims: [first.id] }, findings: FINDINGS, documents: 'silence' })
    .submit();
  expect((await second.reaches('EscalatedForManualReview')).reason?.code).toBe('possibleDuplicate');
  return { first, second };
}

const merge = (claim: ClaimRun, into: string) => claim.decide({ decision: 'merge', into, reasonCode: 'sameLoss' });

test('merged, the first goes on with the evidence of both, and each names the other', async () => {
  const { first, second } = await twoClaims();
  await documentArrives(first, 'proofOfLoss');
  await documentArrives(second, 'contentsInventory');
  await second.settled();

  await merge(second, first.id);
  expect(await second.ends()).toMatchObject({ outcome: 'merged' });
  expect(await first.ends()).toMatchObject({ outcome: 'paid' });
  expect((await facts(second)).mergedInto).toBe(first.id);
  expect((await facts(first)).merged).toEqual([second.id]);
  expect((await facts(first)).documentsReceived).toEqual(['proofOfLoss', 'contentsInventory']);
  expect(checks(second)).toEqual([]);
  expect(checks(first)).toMatchObject([{ dollars: 38_000 }, { dollars: 5_000 }]);
});

test('the same paper on both sides counts once, and the proof of loss of the second proves the loss', async () => {
  const { first, second } = await twoClaims();
  await documentArrives(second, 'proofOfLoss');
  await second.settled();
  await merge(second, first.id);
  await second.ends();
  const merged = await first.settled();
  expect(merged.expectations['document:proofOfLoss']?.receivedAt).toBeDefined();
  expect((await facts(first)).proofOfLossAt).toBeDefined();
  await documentArrives(first, 'proofOfLoss');
  await documentArrives(first, 'contentsInventory');
  await first.ends();
  expect(await first.outcomes('documentReceived')).toEqual(['rejected alreadyReceived', 'applied']);
});

test('dismissed, both go on', async () => {
  const { first, second } = await twoClaims();
  await second.decide(LET_IT_GO_ON);
  await second.reaches('AwaitingDocuments');
  expect((await first.state()).state).toBe('AwaitingDocuments');
  expect((await facts(second)).mergedInto).toBeUndefined();
});

test('a claim is merged only into one that was found to be similar', async () => {
  const { second } = await twoClaims();
  const stranger = await fleet.claim({ policy: POLICY, fraud: 'silence' }).submit();
  expect(await refusal(merge(second, stranger.id))).toBe('notSimilar');
});

test.each([
  ['openLitigation', { reference: 'Docket 13-0815', reasonCode: 'suit' }],
  ['appeal', { reference: 'APPEAL-2012-17', reasonCode: 'engineerDisagrees' }],
  ['requestSupplement', { coverages: ['building'], reasonCode: 'hiddenDamage' }],
] as const)('merged, it answers %s with the claim that goes on, and stays merged', async (name, data) => {
  const { first, second } = await twoClaims();
  await merge(second, first.id);
  await second.ends();
  await first.withdraw();
  await first.ends();

  await second.reopen(name, data);
  expect(await second.ends()).toMatchObject({ outcome: 'merged' });
  expect(await second.outcomes(name)).toEqual([`rejected mergedInto.${first.id}`]);
  expect(await second.path()).not.toContain('Reopened');
  // The other claim, which has ended since, is not told a second time.
  expect(await first.outcomes('claimMerged')).toEqual(['applied']);
  expect((await second.state()).attention).toBeUndefined();
});

test('a paper that still reaches the merged claim is looked at by a person', async () => {
  const { first, second } = await twoClaims();
  // The closing note is not out yet when the paper comes.
  await fleet.unpoll('notifications');
  await merge(second, first.id);
  await eventually(
    () => second.state(),
    ({ state }) => state === 'Closed',
  );
  await documentArrives(second, 'contentsInventory');
  const { reviews } = await eventually(
    () => second.state(),
    ({ reviews: open }) => Object.keys(open).length > 0,
  );
  const [[taskId, task] = []] = Object.entries(reviews);
  expect(task).toMatchObject({ queue: 'late-evidence', reason: 'late.documentReceived' });
  await fleet.poll('notifications');
  await second.ask('resolveReview', { taskId, decision: 'movedToSurvivor', reasonCode: 'merged' }, { actor: REVIEWER });
  expect(await second.ends()).toMatchObject({ outcome: 'merged' });
});
