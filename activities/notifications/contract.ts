/** What the claim asks the notification service: courtesy notes that never hold anything up. */
export const NOTIFICATIONS_TASK_QUEUE = 'throughline-notifications';

export interface SendNoticeInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  /** `claimClosed`, `claimEscalated`. */
  readonly template: string;
  /** Codes and amounts that the template shows; no personal data. */
  readonly values: Readonly<Record<string, string>>;
  /** Salted digest of the recipient in the subject store. */
  readonly recipient?: string;
}

export interface NoticeAccepted {
  readonly noticeId: string;
}

export interface NotificationsActivities {
  sendNotice(input: SendNoticeInput): Promise<NoticeAccepted>;
}
