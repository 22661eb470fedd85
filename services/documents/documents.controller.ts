import { Body, Controller, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import { claimId } from '../../events/claim.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { documentArrival, DocumentsService, documentsRequest } from './documents.service.js';

/** HTTP side of {@link DocumentsService}. */
@Controller('documents')
export class DocumentsController {
  constructor(private readonly documents: DocumentsService) {}

  /** 202: the request and the kinds it asks for; each document follows by callback. */
  @Post('document-requests')
  request(
    @IdempotencyKey() key: string,
    @Body(new Valid(documentsRequest)) body: z.infer<typeof documentsRequest>,
  ): Promise<Answer> {
    return this.documents.request(key, body);
  }

  /** 202: the document is noted and goes to the claim by callback. */
  @Post('claims/:claimId/documents')
  arrive(
    @IdempotencyKey() key: string,
    @Param('claimId', new Valid(claimId, 'claimId')) claim: string,
    @Body(new Valid(documentArrival)) body: z.infer<typeof documentArrival>,
  ): Promise<Answer> {
    return this.documents.arrive(key, claim, body);
  }
}
