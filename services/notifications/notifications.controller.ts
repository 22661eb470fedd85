import { Body, Controller, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import { noticeRequest, NotificationsService } from './notifications.service.js';

/** HTTP side of {@link NotificationsService}. */
@Controller('notifications')
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  /** 202: the notice's id. */
  @Post('notices')
  send(
    @IdempotencyKey() key: string,
    @Body(new Valid(noticeRequest)) body: z.infer<typeof noticeRequest>,
  ): Promise<Answer> {
    return this.notifications.send(key, body);
  }
}
