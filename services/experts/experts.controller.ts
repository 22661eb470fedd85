import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { ticketId } from '../../events/ticket.js';
import type { Page } from '../platform/pages.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import {
  answerRequest,
  assignmentRequest,
  ExpertsService,
  hopNumber,
  notificationRequest,
  ofTicket,
  releaseRequest,
  type ListedAssignment,
} from './experts.service.js';

/** HTTP side of {@link ExpertsService}. */
@Controller('experts')
export class ExpertsController {
  constructor(private readonly experts: ExpertsService) {}

  /** 200: the expert, or that nobody is free. */
  @Post('assignments')
  assign(
    @IdempotencyKey() key: string,
    @Body(new Valid(assignmentRequest)) body: z.infer<typeof assignmentRequest>,
  ): Promise<Answer> {
    return this.experts.assign(key, body);
  }

  /** 200: when the expert was told; the answer follows by callback. */
  @Post('notifications')
  notify(
    @IdempotencyKey() key: string,
    @Body(new Valid(notificationRequest)) body: z.infer<typeof notificationRequest>,
  ): Promise<Answer> {
    return this.experts.notify(key, body);
  }

  /** 200: the ticket has no expert up to that hop. */
  @Post('releases')
  release(
    @IdempotencyKey() key: string,
    @Body(new Valid(releaseRequest)) body: z.infer<typeof releaseRequest>,
  ): Promise<Answer> {
    return this.experts.release(key, body);
  }

  /** 202: an expert's answer is noted and goes to the ticket by callback. */
  @Post('tickets/:ticketId/hops/:hop/answer')
  answer(
    @IdempotencyKey() key: string,
    @Param('ticketId', new Valid(ticketId, 'ticketId')) ticket: string,
    @Param('hop', new Valid(hopNumber, 'hop')) hop: number,
    @Body(new Valid(answerRequest)) body: z.infer<typeof answerRequest>,
  ): Promise<Answer> {
    return this.experts.answer(key, ticket, hop, body);
  }

  /** 200: what has become of an assignment. */
  @Get('tickets/:ticketId/hops/:hop')
  @HttpCode(200)
  find(
    @Param('ticketId', new Valid(ticketId, 'ticketId')) ticket: string,
    @Param('hop', new Valid(hopNumber, 'hop')) hop: number,
  ): Promise<{ readonly status: string; readonly code?: string }> {
    return this.experts.find(ticket, hop);
  }

  /** 200: assignments by ticket, a page at a time. */
  @Get('assignments')
  list(@Query(new Valid(ofTicket, 'query')) query: z.infer<typeof ofTicket>): Promise<Page<ListedAssignment>> {
    return this.experts.list(query);
  }
}
