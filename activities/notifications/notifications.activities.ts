import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { instant, reference } from '../../events/common.js';
import { ServiceClient } from '../http.js';
import type {
  LetterDispatched,
  NoticeAccepted,
  NotificationsActivities,
  SendLetterInput,
  SendNoticeInput,
} from './contract.js';

const accepted = z.object({ noticeId: reference }) satisfies z.ZodType<NoticeAccepted>;

const dispatched = z.object({
  letterId: reference,
  dispatchedAt: instant,
  channel: z.enum(['mail', 'email']),
  trackingId: reference,
}) satisfies z.ZodType<LetterDispatched>;

/** {@link NotificationsActivities} over HTTP. */
@Injectable()
export class NotificationsActivitiesProvider implements NotificationsActivities {
  constructor(private readonly services: ServiceClient) {}

  sendNotice({ key, ...body }: SendNoticeInput): Promise<NoticeAccepted> {
    return this.services.post('notifications', 'notices', key, body, accepted);
  }

  sendLetter({ key, ...body }: SendLetterInput): Promise<LetterDispatched> {
    return this.services.post('notifications', 'letters', key, body, dispatched);
  }
}
