import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { DocumentsActivities, DocumentsRequested, RequestDocumentsInput } from './contract.js';

const requested = z.object({
  requestId: reference,
  kinds: z.array(code).min(1),
}) satisfies z.ZodType<DocumentsRequested>;

/** {@link DocumentsActivities} over HTTP. */
@Injectable()
export class DocumentsActivitiesProvider implements DocumentsActivities {
  constructor(private readonly services: ServiceClient) {}

  requestDocuments({ key, ...body }: RequestDocumentsInput): Promise<DocumentsRequested> {
    return this.services.post('documents', 'document-requests', key, body, requested);
  }
}
