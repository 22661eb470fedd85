/** Schemas of what a sender gets back: the answer of an update, how each lifecycle ends. For documentation and other languages. */
import { z } from 'zod';
import type { ClaimResult } from '../workflows/claim/messages.js';
import type { Answer } from '../workflows/lifecycle/message.js';
import type { OnboardingResult } from '../workflows/onboarding/messages.js';
import type { OrderResult } from '../workflows/order/messages.js';
import type { TicketResult } from '../workflows/ticket/messages.js';
import { claimId } from './claim.js';
import { code, instant, money } from './common.js';
import { applicantId } from './onboarding.js';
import { orderId } from './order.js';
import { ticketId } from './ticket.js';

/** What the sender of an update is told. */
export const answer = z
  .strictObject({
    outcome: z.enum(['applied', 'held', 'duplicate', 'late', 'rejected']),
    state: z.string().describe("The entity's state after the message"),
    sequence: z.int().min(1).describe('The journal entry that records the message'),
    code: code.exactOptional().describe('With rejected and late: why'),
  })
  .describe('Answer to an update') satisfies z.ZodType<Answer>;

/** How a claim ended. */
export const claimResult = z
  .strictObject({
    claimId,
    outcome: z.enum(['paid', 'partlyPaid', 'closedWithoutPayment', 'openedInError', 'denied', 'withdrawn', 'merged']),
    closedAt: instant,
    coverages: z.array(
      z.strictObject({
        coverage: z.enum(['building', 'contents']),
        state: z.string(),
        reason: z.string().exactOptional(),
        paid: money.exactOptional(),
      }),
    ),
  })
  .describe('Result of the claim workflow') satisfies z.ZodType<ClaimResult>;

/** How an order ended. */
export const orderResult = z
  .strictObject({
    orderId,
    outcome: z.enum(['delivered', 'partlyDelivered', 'returned', 'cancelled']),
    closedAt: instant,
    paid: money.describe('Captured and not given back'),
  })
  .describe('Result of the order workflow') satisfies z.ZodType<OrderResult>;

/** How a ticket ended. */
export const ticketResult = z
  .strictObject({
    ticketId,
    outcome: z.enum(['resolved', 'noReply', 'closedBySupervisor', 'withdrawn', 'notCovered']),
    closedAt: instant,
    hops: z.int().min(0).describe('How many experts have had it'),
  })
  .describe('Result of the ticket workflow') satisfies z.ZodType<TicketResult>;

/** How an onboarding ended. */
export const onboardingResult = z
  .strictObject({
    applicantId,
    outcome: z.enum(['completed', 'partlyCompleted', 'rejected', 'withdrawn', 'incomplete']),
    closedAt: instant,
    products: z.array(code).describe('Codes of the products that the customer has'),
  })
  .describe('Result of the onboarding workflow') satisfies z.ZodType<OnboardingResult>;
