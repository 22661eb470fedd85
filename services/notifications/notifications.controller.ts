import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { letterRequest, LettersService } from './letters.service.js';
import { noticeRequest, NotificationsService } from './notifications.service.js';

/** HTTP side of {@link NotificationsService} and {@link LettersService}. */
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly letters: LettersService,
  ) {}

  /** 202: the notice's id. */
  @Post('notices')
  send(
    @IdempotencyKey() key: string,
    @Body(new Valid(noticeRequest)) body: z.infer<typeof noticeRequest>,
  ): Promise<Answer> {
    return this.notifications.send(key, body);
  }

  /** 200: the letter has left, with the proof. */
  @Post('letters')
  sendLetter(
    @IdempotencyKey() key: string,
    @Body(new Valid(letterRequest)) body: z.infer<typeof letterRequest>,
  ): Promise<Answer> {
    return this.letters.send(key, body);
  }
}
