/** What the client needs to know of a lifecycle: its names on the wire and its schemas. */
import type { z } from 'zod';
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

/** One message of a lifecycle: its schema and whether its sender gets an answer (`update`) or not (`signal`). */
export interface MessageBinding<Data> {
  readonly kind: 'signal' | 'update';
  readonly schema: z.ZodType<Data>;
}

/** A lifecycle as its senders see it. */
export interface LifecycleBinding<Notice = unknown, Messages = Record<string, unknown>> {
  /** Also the workflow type. */
  readonly name: string;
  readonly taskQueue: string;
  readonly initialState: string;
  readonly workflowId: (id: string) => string;
  readonly notice: z.ZodType<Notice>;
  readonly idOf: (notice: Notice) => string;
  readonly catastropheOf: (notice: Notice) => string | undefined;
  readonly messages: { readonly [Name in keyof Messages]: MessageBinding<Messages[Name]> };
}

/** The claim. */
export const claimBinding: LifecycleBinding<ClaimNotice, ClaimMessages> = {
  name: CLAIM,
  taskQueue: CLAIM_TASK_QUEUE,
  initialState: 'Submitted',
  workflowId: claimWorkflowId,
  notice: claimNotice,
  idOf: (notice) => notice.claimId,
  catastropheOf: (notice) => notice.catastrophe,
  messages: {
    documentReceived: { kind: documentReceivedSignal.type, schema: claimMessages.documentReceived },
    fraudDecision: { kind: fraudDecisionSignal.type, schema: claimMessages.fraudDecision },
    assessmentResult: { kind: assessmentResultSignal.type, schema: claimMessages.assessmentResult },
    paymentAcknowledged: { kind: paymentAcknowledgedSignal.type, schema: claimMessages.paymentAcknowledged },
    paymentFailed: { kind: paymentFailedSignal.type, schema: claimMessages.paymentFailed },
    withdraw: { kind: withdrawClaimUpdate.type, schema: claimMessages.withdraw },
    manualDecision: { kind: manualDecisionUpdate.type, schema: claimMessages.manualDecision },
  },
};
