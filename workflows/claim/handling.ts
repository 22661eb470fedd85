/** From notice to inspection: the acknowledgment, the triage, and the search for an adjuster who takes the claim. */
import { proxyActivities } from '@temporalio/workflow';
import { ASSESSMENT_TASK_QUEUE, type AssessmentActivities } from '../../activities/assessment/contract.js';
import type { Entity } from '../lifecycle/entity.js';
import type { Patch } from '../lifecycle/entry.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import type { ClaimFacts } from './facts.js';
import { sendLetter } from './letters.js';
import type { AdjusterAccepted, AdjusterAssigned, AdjusterDeclined } from './messages.js';
import { withAmounts } from './money.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;
type Next = Promise<Move<ClaimState>>;
type Taken = Effect<ClaimState>;

const assessments = proxyActivities<AssessmentActivities>(serviceCalls(ASSESSMENT_TASK_QUEUE));

/** After so many adjusters in a row who did not take the claim, a person looks for one. */
const MOST_ATTEMPTS = 3;

/** The notice is acknowledged and the claim is routed, both at once. */
export async function triage(claim: Claim): Next {
  const { notice, policy, catastrophe } = claim.facts;
  const [triaged] = await Promise.all([
    claim.facts.triage ??
      assessments.triageClaim({
        // One that failed may be asked again after the claim was attached: that is another question.
        key: claim.key(catastrophe === notice.catastrophe ? 'triage' : 'triage-catastrophe'),
        claimId: claim.id,
        line: policy?.line ?? 'flood',
        causeOfLoss: notice.causeOfLoss,
        property: notice.property,
        // All that are insured, be some of them inspected already: asked again, it is the same question.
        coverages: policy?.coverages.map(({ coverage }) => coverage) ?? [],
        ...(catastrophe !== undefined && { catastrophe }),
      }),
    acknowledge(claim),
  ]); // yields
  const reserves = Object.fromEntries(triaged.reserves.map(({ coverage, amount }) => [coverage, amount]));
  const patch = withAmounts(claim, {
    facts: { triage: triaged, reserves: { ...reserves, ...claim.facts.reserves } },
  });
  return { to: 'FraudScreenPending', patch };
}

/** What has left is on record at once, whatever becomes of the triage: the regulator's clock stops with it. */
async function acknowledge(claim: Claim): Promise<void> {
  if (claim.facts.letters?.acknowledgment) return;
  const acknowledgment = await sendLetter(claim, 'acknowledgment', { policyNumber: claim.facts.notice.policyNumber }); // yields
  claim.learn({ facts: { letters: { ...claim.facts.letters, acknowledgment } } });
}

/** Waits until somebody with skill, area and capacity is free. */
export async function findAdjuster(claim: Claim): Next {
  const { triage: triaged, adjuster } = claim.facts;
  const { attempt = 1, attemptsBefore = 0, excluded = [] } = adjuster ?? {};
  if (attempt - attemptsBefore > MOST_ATTEMPTS) {
    return { to: 'EscalatedForManualReview', reason: { code: 'noAdjuster' } };
  }
  await assessments.assignAdjuster({
    key: claim.key('adjuster', `${claim.ref.stage}.${attempt}`),
    claimId: claim.id,
    skill: triaged?.skill ?? 'flood',
    area: triaged?.area ?? claim.facts.notice.property.state,
    priority: triaged?.priority ?? 3,
    excluded,
    callback: { reference: claim.workflowId },
  }); // yields
  await claim.until(() => claim.facts.adjuster?.adjusterId !== undefined); // yields
  return { to: 'AdjusterAssigned' };
}

/** Waits for the adjuster's answer; a refusal and the deadline lead back to the search by themselves. */
export async function awaitAdjuster(claim: Claim): Next {
  await claim.until(() => claim.facts.adjuster?.accepted === true); // yields
  return { to: 'AwaitingAssessment' };
}

/** On the way into AwaitingAdjuster: the next attempt, without whoever did not take it. A person who has looked begins the count anew. */
export function nextAdjuster(claim: Claim, from: ClaimState): Patch {
  const { attempt = 0, attemptsBefore, excluded = [], adjusterId } = claim.facts.adjuster ?? {};
  const without = adjusterId === undefined ? excluded : [...new Set([...excluded, adjusterId])];
  const lookedAt = from === 'EscalatedForManualReview' && claim.facts.escalation?.reason === 'noAdjuster';
  const before = lookedAt ? attempt : attemptsBefore;
  const adjuster = {
    attempt: attempt + 1,
    ...(before !== undefined && { attemptsBefore: before }),
    excluded: without,
  };
  return { facts: { adjuster }, ...claim.expect('adjuster') };
}

/** Somebody is free and was asked. */
export function takeAssignment(claim: Claim, { assignmentId, adjusterId }: AdjusterAssigned): Taken {
  const search = claim.facts.adjuster;
  if (!search || search.excluded.includes(adjusterId)) return { reject: 'noLongerAsked' };
  return { apply: { facts: { adjuster: { ...search, assignmentId, adjusterId } }, ...claim.received('adjuster') } };
}

/** The adjuster takes the claim. */
export function takeAcceptance(claim: Claim, { assignmentId }: AdjusterAccepted): Taken {
  const search = claim.facts.adjuster;
  if (!search || search.assignmentId !== assignmentId) return { reject: 'noLongerAsked' };
  return { apply: { facts: { adjuster: { ...search, accepted: true } }, ...claim.received('acceptance') } };
}

/** The adjuster does not; somebody else is asked. */
export function takeRefusal(claim: Claim, { assignmentId, code }: AdjusterDeclined): Taken {
  if (claim.facts.adjuster?.assignmentId !== assignmentId) return { reject: 'noLongerAsked' };
  return {
    apply: claim.received('acceptance'),
    move: { to: 'AwaitingAdjuster', reason: { code: `declined.${code}` } },
  };
}
