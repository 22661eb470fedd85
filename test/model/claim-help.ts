/** Leads a claim to its end, wherever it is: what it waits for comes, and what is left is denied. */
import { coveragesIn, type ClaimFacts } from '../../workflows/claim/facts.js';
import type { EntityState } from '../../workflows/lifecycle/entry.js';
import { CLEAR, usd } from '../lifecycles/support/script.js';
import type { Talk } from './talk.js';

const FINISH = { reasonCode: 'finish' } as const;
const DAMAGE = usd(9_000);
const DIGEST = 'd'.repeat(64);

/**
 * One help; from the state that it leads to another one may be needed.
 * @param on the claim is led on; else it is denied as soon as a person has it.
 */
export async function helpClaim(talk: Talk, entity: EntityState, on: boolean): Promise<void> {
  await answerPayments(talk, entity);
  if (on) await leadOn(talk, entity);
  switch (entity.state) {
    case 'UnderInvestigation':
    case 'UnderLegalReview':
      return talk.message('concludeReferral', { finding: on ? 'continue' : 'deny', ...FINISH }, 'alice');
    case 'AwaitingRepairDecision':
      return talk.message('answerRepairOffer', { accept: on, ...FINISH }, 'customer');
    case 'EscalatedForManualReview':
      return talk.message('manualDecision', { decision: on ? 'continue' : 'deny', ...FINISH }, 'alice');
  }
}

/** Whatever was requested is issued. */
async function answerPayments(talk: Talk, { facts, parts }: EntityState): Promise<void> {
  for (const [coverage, { ordinal, amount }] of Object.entries((facts as unknown as ClaimFacts).payments ?? {})) {
    const payment = parts[`payment:${coverage}-${ordinal}`] ?? parts[coverage];
    if (payment?.state !== 'Requested' && payment?.state !== 'PaymentRequested') continue;
    await talk.message('paymentAcknowledged', { paymentId: 'P-9', coverage, ordinal, amount }, 'service');
  }
}

/** What a service or the claimant has not said is said. */
async function leadOn(talk: Talk, { state, facts, parts, expectations }: EntityState): Promise<void> {
  const { fraud, adjuster, repair } = facts as unknown as ClaimFacts;
  const about = { assignmentId: adjuster?.assignmentId ?? 'AS-8', adjusterId: adjuster?.adjusterId ?? 'adjuster-8' };
  switch (state) {
    case 'FraudScreenPending':
      if (!fraud) await talk.message('fraudDecision', CLEAR, 'service');
      return;
    case 'AwaitingAdjuster':
      await talk.message('adjusterAssigned', { requestId: 'AR-8', ...about }, 'service');
      return talk.message('adjusterAccepted', about, 'service');
    case 'AdjusterAssigned':
      return talk.message('adjusterAccepted', about, 'service');
    case 'AwaitingAssessment': {
      const findings = coveragesIn(parts, 'Open').map((coverage) => ({ coverage, damage: DAMAGE }));
      return talk.message('assessmentResult', { assignmentId: 'AS-1', findings }, 'service');
    }
    case 'AwaitingDocuments':
      for (const [name, { receivedAt }] of Object.entries(expectations)) {
        const [expected, kind] = name.split(':');
        if (expected !== 'document' || receivedAt !== undefined) continue;
        await talk.message(
          'documentReceived',
          { requestId: 'DR-1', documentId: 'D-9', kind, digest: DIGEST },
          'service',
        );
      }
      return;
    case 'RepairInProgress':
      for (const coverage of coveragesIn(parts, 'Calculated')) {
        const invoice = parts[coverage]?.amount;
        await talk.message('repairCompleted', { coverage, vendorId: repair?.vendorId, invoice }, 'service');
      }
      return;
  }
}
