/** The lifecycles as their senders see them. One that is not in the list at the end is unknown to client, gateway and command line. */
import { claimMessages, claimNotice } from '../events/claim.js';
import {
  assessmentResultSignal,
  CLAIM,
  CLAIM_TASK_QUEUE,
  claimWorkflowId,
  documentReceivedSignal,
  fraudDecisionSignal,
  manualDecisionUpdate,
  paymentAcknowledgedSignal,
  paymentFailedSignal,
  withdrawClaimUpdate,
  type ClaimMessages,
  type ClaimNotice,
} from '../workflows/claim/messages.js';
import { understood, type LifecycleBinding } from './binding.js';

/** The claim. */
export const claimBinding: LifecycleBinding<ClaimNotice, ClaimMessages> = {
  name: CLAIM,
  taskQueue: CLAIM_TASK_QUEUE,
  initialState: 'Submitted',
  workflowId: claimWorkflowId,
  notice: claimNotice,
  idOf: (notice) => notice.claimId,
  catastropheOf: (notice) => notice.catastrophe,
  messages: understood({
    documentReceived: { kind: documentReceivedSignal.type, schema: claimMessages.documentReceived },
    fraudDecision: { kind: fraudDecisionSignal.type, schema: claimMessages.fraudDecision },
    assessmentResult: { kind: assessmentResultSignal.type, schema: claimMessages.assessmentResult },
    paymentAcknowledged: { kind: paymentAcknowledgedSignal.type, schema: claimMessages.paymentAcknowledged },
    paymentFailed: { kind: paymentFailedSignal.type, schema: claimMessages.paymentFailed },
    withdraw: { kind: withdrawClaimUpdate.type, schema: claimMessages.withdraw },
    manualDecision: { kind: manualDecisionUpdate.type, schema: claimMessages.manualDecision },
  }),
};

/** All of them. Who works with any lifecycle leaves notices and messages to their schemas. */
export const BINDINGS: readonly LifecycleBinding[] = [claimBinding as unknown as LifecycleBinding];
