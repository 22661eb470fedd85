import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { IdentityService, verificationRequest } from './identity.service.js';

/** HTTP side of {@link IdentityService}. */
@Controller('identity')
export class IdentityController {
  constructor(private readonly identity: IdentityService) {}

  /** 202: the verification's id; how it has come out follows by callback. */
  @Post('verifications')
  verify(
    @IdempotencyKey() key: string,
    @Body(new Valid(verificationRequest)) body: z.infer<typeof verificationRequest>,
  ): Promise<Answer> {
    return this.identity.verify(key, body);
  }
}
