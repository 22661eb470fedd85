import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type { NoticeAccepted, NotificationsActivities, SendNoticeInput } from './contract.js';

const accepted = z.object({ noticeId: reference }) satisfies z.ZodType<NoticeAccepted>;

/** {@link NotificationsActivities} over HTTP. */
@Injectable()
export class NotificationsActivitiesProvider implements NotificationsActivities {
  constructor(private readonly services: ServiceClient) {}

  sendNotice({ key, ...body }: SendNoticeInput): Promise<NoticeAccepted> {
    return this.services.post('notifications', 'notices', key, body, accepted);
  }
}
