import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { PolicyService, validationRequest } from './policy.service.js';

/** HTTP side of {@link PolicyService}. */
@Controller('policy')
export class PolicyController {
  constructor(private readonly policies: PolicyService) {}

  /** 200: verdict, inception date and coverages. */
  @Post('validations')
  validate(
    @IdempotencyKey() key: string,
    @Body(new Valid(validationRequest)) body: z.infer<typeof validationRequest>,
  ): Promise<Answer> {
    return this.policies.validate(key, body);
  }
}
