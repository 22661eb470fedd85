/** The lifecycles as their senders see them. One that is not in `events/catalogue.ts` is unknown to client, gateway and command line. */
import type { z } from 'zod';
import { CATALOGUE, type CatalogueEntry } from '../events/catalogue.js';
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

/** A lifecycle whose notice and messages are known by their schemas alone. */
function bindingOf({ table, notice, key, messages }: CatalogueEntry): LifecycleBinding {
  const { name } = table;
  const fieldOf = (given: unknown, field: string): unknown => (given as Readonly<Record<string, unknown>>)[field];
  return {
    name,
    taskQueue: `throughline-${name}`,
    initialState: table.initial,
    workflowId: (id) => `${name}/${id}`,
    notice,
    idOf: (given) => String(fieldOf(given, key)),
    catastropheOf: (given) => {
      const catastrophe = fieldOf(given, 'catastrophe');
      return typeof catastrophe === 'string' ? catastrophe : undefined;
    },
    messages: understood(
      Object.fromEntries(
        Object.entries(table.messages).map(([message, { kind }]) => [
          message,
          { kind, schema: messages[message] as z.ZodType },
        ]),
      ),
    ),
  };
}

/** Those with a client of their own, whose messages have types. */
const TYPED: readonly LifecycleBinding[] = [claimBinding as unknown as LifecycleBinding];

/** All of them. Who works with any lifecycle leaves notices and messages to their schemas. */
export const BINDINGS: readonly LifecycleBinding[] = CATALOGUE.map(
  (entry) => TYPED.find(({ name }) => name === entry.table.name) ?? bindingOf(entry),
);
