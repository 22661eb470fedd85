/** Documents: which ones a claim needs is this service's rule; each that arrives is told by callback. */
import { createHash, randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId, claimMessages, claimNotice } from '../../events/claim.js';
import { callback } from '../platform/callback.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo } from '../platform/validation.js';

const coverage = z.enum(['building', 'contents']);
const KINDS = ['proofOfLoss', 'contentsInventory', 'photos'] as const;

/** NFIP causes of damage that are water which rose or ran: tidal water, stream, alluvial fan, rainfall or snowmelt. */
const FLOOD_CAUSES: ReadonlySet<string> = new Set(['1', '2', '3', '4']);

/** A claim whose documents arrive by themselves, as it is seeded. */
export const documentsSeed = z.strictObject({ claimId });

/** Body of `POST /documents/document-requests`. */
export const documentsRequest = z.strictObject({
  claimId,
  coverages: z.array(coverage).min(1).max(2),
  /** NFIP cause of damage code; absent or empty: unknown. */
  causeOfLoss: claimNotice.shape.causeOfLoss.exactOptional(),
  callback: callbackTo,
});

/** Body of `POST /documents/claims/:claimId/documents`; the document itself stays with whoever sends this. */
export const documentArrival = z.strictObject({
  kind: z.enum(KINDS, { error: `a kind out of ${KINDS.join(', ')}` }),
  digest: claimMessages.documentReceived.shape.digest,
});

type DocumentsRequest = z.infer<typeof documentsRequest>;
type DocumentArrival = z.infer<typeof documentArrival>;
type Kind = (typeof KINDS)[number];
type Document = z.infer<typeof claimMessages.documentReceived>;

@Injectable()
export class DocumentsService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_documents.prompt_claim (claim_id text PRIMARY KEY);
      CREATE TABLE IF NOT EXISTS svc_documents.document_request (
        request_id text PRIMARY KEY,
        claim_id text NOT NULL,
        kinds jsonb NOT NULL,
        reference text NOT NULL,
        requested_at timestamptz NOT NULL
      );
      CREATE INDEX IF NOT EXISTS document_request_claim ON svc_documents.document_request (claim_id);
      CREATE TABLE IF NOT EXISTS svc_documents.document (
        document_id text PRIMARY KEY,
        request_id text NOT NULL REFERENCES svc_documents.document_request,
        kind text NOT NULL,
        digest text NOT NULL
      );
      CREATE INDEX IF NOT EXISTS document_of_request ON svc_documents.document (request_id);`);
  }

  /** Marks claims whose documents arrive by themselves. */
  async seed(claims: ReadonlyArray<z.infer<typeof documentsSeed>>): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_documents.prompt_claim (claim_id) SELECT unnest($1::text[]) ORDER BY 1 ON CONFLICT DO NOTHING`,
      [claims.map((claim) => claim.claimId)],
    );
  }

  /**
   * Asks the claimant for the documents that the coverages need (202). What the claimant sent for an earlier request is not
   * asked for again but told to the new one at once.
   */
  request(key: string, input: DocumentsRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'requestDocuments', input }, async () => {
      const [known] = await this.store.database.query<{ prompt: boolean; documents: Record<string, string> | null }>(
        `SELECT EXISTS (SELECT FROM svc_documents.prompt_claim WHERE claim_id = $1) AS prompt,
           (SELECT json_object_agg(d.kind, d.digest)
            FROM svc_documents.document d JOIN svc_documents.document_request r USING (request_id)
            WHERE r.claim_id = $1) AS documents`,
        [input.claimId],
      );
      const requestId = `DRQ-${randomUUID()}`;
      const kinds = requiredKinds(input);
      const arrived = kinds.flatMap((kind): Document[] => {
        const digest = known?.documents?.[kind] ?? (known?.prompt ? standInDigest(input.claimId, kind) : undefined);
        return digest === undefined ? [] : [{ requestId, documentId: `DOC-${randomUUID()}`, kind, digest }];
      });
      const request = {
        request_id: requestId,
        claim_id: input.claimId,
        kinds,
        reference: input.callback.reference,
        requested_at: new Date().toISOString(),
      };
      return {
        answer: new Answer(202, { requestId, kinds }),
        inserts: [
          { table: 'document_request', rows: [request] },
          { table: 'document', rows: arrived.map(row) },
        ],
        callbacks: arrived.map((one) => callback('documents', 'documentReceived', input.callback.reference, one)),
      };
    });
  }

  /**
   * Takes a document that has arrived for the claim's latest request (202) and promises to tell the claim.
   * @throws Problem 404 `DocumentRequestNotFound`, by way of the answer
   */
  arrive(key: string, claimId: string, { kind, digest }: DocumentArrival): Promise<Answer> {
    const call = { key, operation: 'documentArrived', input: { claimId, kind, digest } };
    return this.store.once(call, async () => {
      const [request] = await this.store.database.query<{ id: string; reference: string }>(
        `SELECT request_id AS id, reference FROM svc_documents.document_request
         WHERE claim_id = $1 ORDER BY requested_at DESC LIMIT 1`,
        [claimId],
      );
      if (!request) {
        throw new Problem(
          404,
          'DocumentRequestNotFound',
          `claimId is ${claimId}: no documents were asked for; send them when the claim asks`,
        );
      }
      const document: Document = { requestId: request.id, documentId: `DOC-${randomUUID()}`, kind, digest };
      return {
        answer: new Answer(202, { requestId: request.id, documentId: document.documentId }),
        inserts: [{ table: 'document', rows: [row(document)] }],
        callbacks: [callback('documents', 'documentReceived', request.reference, document)],
      };
    });
  }
}

/** A proof of loss always; an inventory where contents are to be settled; photos where it is known not to be a flood. */
function requiredKinds({ coverages, causeOfLoss = '' }: DocumentsRequest): Kind[] {
  return [
    'proofOfLoss',
    ...(coverages.includes('contents') ? (['contentsInventory'] as const) : []),
    ...(causeOfLoss !== '' && !FLOOD_CAUSES.has(causeOfLoss) ? (['photos'] as const) : []),
  ];
}

/** Stands in for the digest of a document that exists only in the real claim's paper file. */
function standInDigest(claimId: string, kind: Kind): string {
  return createHash('sha256').update(`${claimId}/${kind}`).digest('hex');
}

const row = (document: Document): object => ({
  document_id: document.documentId,
  request_id: document.requestId,
  kind: document.kind,
  digest: document.digest,
});
