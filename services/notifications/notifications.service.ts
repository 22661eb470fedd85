/** Notices: noted here and sent nowhere, since the reference entities have no addresses. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { code, reference } from '../../events/common.js';
import { applicantId } from '../../events/onboarding.js';
import { orderId } from '../../events/order.js';
import { ticketId } from '../../events/ticket.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { templateValues } from './values.js';

const notice = {
  template: code,
  values: templateValues,
  /** Salted digest of the recipient in the subject store. */
  recipient: reference.exactOptional(),
};

/** Body of `POST /notifications/notices`: about one entity. */
export const noticeRequest = z.union([
  z.strictObject({ claimId, ...notice }),
  z.strictObject({ orderId, ...notice }),
  z.strictObject({ ticketId, ...notice }),
  z.strictObject({ applicantId, ...notice }),
]);

type NoticeRequest = z.infer<typeof noticeRequest>;

@Injectable()
export class NotificationsService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_notifications.notice (
        notice_id text PRIMARY KEY,
        claim_id text NOT NULL,
        template text NOT NULL,
        notice_values jsonb NOT NULL,
        recipient text
      );
      CREATE INDEX IF NOT EXISTS notice_claim ON svc_notifications.notice (claim_id);
      ALTER TABLE svc_notifications.notice ALTER COLUMN claim_id DROP NOT NULL;
      ALTER TABLE svc_notifications.notice ADD COLUMN IF NOT EXISTS order_id text;
      CREATE INDEX IF NOT EXISTS notice_order ON svc_notifications.notice (order_id);
      ALTER TABLE svc_notifications.notice ADD COLUMN IF NOT EXISTS ticket_id text;
      CREATE INDEX IF NOT EXISTS notice_ticket ON svc_notifications.notice (ticket_id);
      ALTER TABLE svc_notifications.notice ADD COLUMN IF NOT EXISTS applicant_id text;
      CREATE INDEX IF NOT EXISTS notice_applicant ON svc_notifications.notice (applicant_id);`);
  }

  /** Accepts a notice (202). */
  send(key: string, input: NoticeRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'sendNotice', input }, () => {
      const noticeId = `NTC-${randomUUID()}`;
      const row = {
        notice_id: noticeId,
        claim_id: 'claimId' in input ? input.claimId : null,
        order_id: 'orderId' in input ? input.orderId : null,
        ticket_id: 'ticketId' in input ? input.ticketId : null,
        applicant_id: 'applicantId' in input ? input.applicantId : null,
        template: input.template,
        notice_values: input.values,
        recipient: input.recipient ?? null,
      };
      return { answer: new Answer(202, { noticeId }), inserts: [{ table: 'notice', rows: [row] }] };
    });
  }
}
