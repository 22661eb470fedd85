/** Notices: noted here and sent nowhere, since the reference claims have no addresses. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { code, reference } from '../../events/common.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { templateValues } from './values.js';

/** Body of `POST /notifications/notices`. */
export const noticeRequest = z.strictObject({
  claimId,
  template: code,
  values: templateValues,
  /** Salted digest of the recipient in the subject store. */
  recipient: reference.exactOptional(),
});

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
      CREATE INDEX IF NOT EXISTS notice_claim ON svc_notifications.notice (claim_id);`);
  }

  /** Accepts a notice (202). */
  send(key: string, input: NoticeRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'sendNotice', input }, () => {
      const noticeId = `NTC-${randomUUID()}`;
      const notice = {
        notice_id: noticeId,
        claim_id: input.claimId,
        template: input.template,
        notice_values: input.values,
        recipient: input.recipient ?? null,
      };
      return { answer: new Answer(202, { noticeId }), inserts: [{ table: 'notice', rows: [notice] }] };
    });
  }
}
