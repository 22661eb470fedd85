/** How a claim comes to rest in each state of its table: a new state without a way to it fails to compile. */
import { claimLifecycle, type ClaimState } from '../../../workflows/claim/states.js';
import type { StateDefinition } from '../../../workflows/lifecycle/definition.js';
import type { ClaimRun } from './claim-run.js';
import type { Fleet } from './fleet.js';
import { REFERRED, type Script } from './script.js';

export type OpenState = Exclude<ClaimState, 'Closed'>;

/** A service that is silent there, or a step that never ends. */
const RESTING: Readonly<Record<OpenState, Partial<Script> | 'stall'>> = {
  Submitted: 'stall',
  PolicyValidationPending: 'stall',
  FraudScreenPending: { fraud: 'silence' },
  AwaitingAssessment: { findings: 'silence' },
  AwaitingDocuments: { documents: 'silence' },
  SettlementCalculated: 'stall',
  PaymentPending: { payment: () => 'silence' },
  EscalatedForManualReview: { fraud: REFERRED },
};

/** The states that are no end, with what the table says of them. */
export const OPEN_STATES = Object.entries<StateDefinition<ClaimState>>(claimLifecycle.states).filter(
  ([, { terminal }]) => !terminal,
) as [OpenState, StateDefinition<ClaimState>][];

/** A claim at rest in a state. The fleet must run the bent workflows. */
export async function restingIn(fleet: Fleet, state: OpenState): Promise<ClaimRun> {
  const way = RESTING[state];
  const claim = fleet.claim(way === 'stall' ? {} : way);
  await claim.submit(way === 'stall' ? claim.submissionWith({ policyNumber: `stall:${state}` }) : claim.submission);
  await claim.reaches(state);
  return claim;
}

/** A claim that has ended and whose run goes on, since somebody has to look at a document that nobody asked for. */
export async function lingering(fleet: Fleet): Promise<ClaimRun> {
  const claim = await fleet.claim({ fraud: 'silence' }).submit();
  await claim.reaches('FraudScreenPending');
  await claim.tell('documentReceived', {
    requestId: 'DR-0',
    documentId: 'D-0',
    kind: 'proofOfLoss',
    digest: '0'.repeat(64),
  });
  await claim.withdraw();
  await claim.reaches('Closed');
  return claim;
}
