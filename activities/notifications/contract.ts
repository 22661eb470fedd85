/** What lifecycles ask the notification service: courtesy notes, and letters with proof that they left. */
export const NOTIFICATIONS_TASK_QUEUE = 'throughline-notifications';

/** About one entity, by its business key. */
export type SendNoticeInput = Notice &
  (
    | { readonly claimId: string }
    | { readonly orderId: string }
    | { readonly ticketId: string }
    | { readonly applicantId: string }
  );

interface Notice {
  /** Idempotency-Key of the call. */
  readonly key: string;
  /** `claimClosed`, `documentsReminder`, `orderCustomerNeeded`, `onboardingWelcome`, … */
  readonly template: string;
  /** Codes and amounts that the template shows; no personal data. */
  readonly values: Readonly<Record<string, string>>;
  /** Salted digest of the recipient in the subject store. */
  readonly recipient?: string;
}

export interface NoticeAccepted {
  readonly noticeId: string;
}

export interface SendLetterInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  readonly letter: LetterKind;
  /** Codes, dates and amounts that the letter states; no personal data. */
  readonly values: Readonly<Record<string, string>>;
  /** Salted digest of the recipient in the subject store. */
  readonly recipient?: string;
}

/** Letters that a regulator asks for. */
export type LetterKind = 'acknowledgment' | 'delay' | 'denial';

/** Proof of dispatch: that the letter left, when, and how it can be traced. */
export interface LetterDispatched {
  readonly letterId: string;
  /** ISO-8601 instant. */
  readonly dispatchedAt: string;
  readonly channel: 'mail' | 'email';
  /** The carrier's number, or the mail server's message id. */
  readonly trackingId: string;
}

export interface NotificationsActivities {
  /** A courtesy: its failure holds nothing up. */
  sendNotice(input: SendNoticeInput): Promise<NoticeAccepted>;
  /** A step of the claim: it answers when the letter has left. */
  sendLetter(input: SendLetterInput): Promise<LetterDispatched>;
}
