import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { reference } from '../../events/common.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { adjusterAnswer, adjusterRequest, DeskService } from './desk.service.js';

/** HTTP side of {@link DeskService}. */
@Controller('assessment')
export class DeskController {
  constructor(private readonly desk: DeskService) {}

  /** 202: the request, and how many are before it; who is assigned follows by callback. */
  @Post('adjuster-requests')
  request(
    @IdempotencyKey() key: string,
    @Body(new Valid(adjusterRequest)) body: z.infer<typeof adjusterRequest>,
  ): Promise<Answer> {
    return this.desk.request(key, body);
  }

  /** 202: an adjuster's answer is taken and goes to the claim by callback. */
  @Post('assignments/:assignmentId/answer')
  answer(
    @IdempotencyKey() key: string,
    @Param('assignmentId', new Valid(reference, 'assignmentId')) assignmentId: string,
    @Body(new Valid(adjusterAnswer)) body: z.infer<typeof adjusterAnswer>,
  ): Promise<Answer> {
    return this.desk.answer(key, assignmentId, body);
  }

  /** 200: the claim has and wants no adjuster any more. */
  @Post('claims/:claimId/release')
  release(
    @IdempotencyKey() key: string,
    @Param('claimId', new Valid(claimId, 'claimId')) claim: string,
  ): Promise<Answer> {
    return this.desk.release(key, claim);
  }

  /** 200: how busy each adjuster is, and how many claims wait for one. */
  @Get('adjusters')
  load(): ReturnType<DeskService['load']> {
    return this.desk.load();
  }
}
