/** What the claim asks the documents service. */
import type { Coverage } from '../../workflows/claim/messages.js';
import type { CallbackTo } from '../callback.js';

export const DOCUMENTS_TASK_QUEUE = 'throughline-documents';

export interface RequestDocumentsInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  /** The coverages to be settled; which documents they need is the service's rule. */
  readonly coverages: readonly Coverage[];
  readonly callback: CallbackTo;
}

export interface DocumentsRequested {
  readonly requestId: string;
  /** Kinds asked for: `proofOfLoss` always, `contentsInventory` with contents. Each arrives as a `documentReceived` message. */
  readonly kinds: readonly string[];
}

export interface DocumentsActivities {
  requestDocuments(input: RequestDocumentsInput): Promise<DocumentsRequested>;
}
