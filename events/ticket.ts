/**
 * Schemas of everything that enters a ticket, for every boundary outside the workflow. The types in `workflows/ticket/messages.ts` and
 * the workflow's own validators (`workflows/ticket/shapes.ts`, generated) say the same.
 */
import { z } from 'zod';
import type { TicketMessages, TicketNotice } from '../workflows/ticket/messages.js';
import { code, reference } from './common.js';

export const ticketId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    'a ticket id is 1 to 64 letters, digits and dashes, starting with a letter or digit',
  )
  .describe('Business key of the ticket; never made from personal data');

const priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]).describe('1 is most urgent');

export const ticketNotice = z.strictObject({
  ticketId,
  customerId: reference,
  product: code.describe('What does not work, as the support plan names it'),
  skill: code.describe('What an expert has to know'),
  location: z.strictObject({
    country: z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 code such as US'),
    postalCode: z.string().max(16),
  }),
  priority,
  problemRef: reference
    .describe('Where the description is kept: a reference into the subject store, never the words')
    .exactOptional(),
}) satisfies z.ZodType<TicketNotice>;

const because = { reasonCode: code, note: reference.exactOptional() };
const hop = z.int().min(1).max(9_999).describe('Number of the assignment, from 1');
const answered = { expertId: reference, hop };
const replied = z.strictObject({ reference: reference.exactOptional().describe('Of what was said') });

export const ticketMessages = {
  expertAvailable: z.strictObject({ skill: code }),
  expertAccepted: z.strictObject(answered),
  expertDeclined: z.strictObject({ ...answered, code }),
  askCustomer: z.strictObject(because),
  askThirdParty: z.strictObject(because),
  customerReplied: replied,
  thirdPartyReplied: replied,
  noShow: z.strictObject({ who: z.enum(['expert', 'customer']), ...because }),
  handOver: z.strictObject(because),
  changePriority: z.strictObject({ priority, ...because }),
  resolveTicket: z.strictObject({ solution: code, workMinutes: z.int().min(0).max(100_000), ...because }),
  supervise: z.strictObject({
    decision: z.enum(['continue', 'search', 'assign', 'close']),
    expertId: reference.exactOptional(),
    ...because,
  }),
  withdrawTicket: z.strictObject(because),
  reopenTicket: z.strictObject(because),
  followUpCompleted: z.strictObject({
    steps: z.array(code).max(50),
    resolution: z.int().min(1).max(9_999).describe('The number of the resolution that it followed'),
  }),
} satisfies { [Name in keyof TicketMessages]: z.ZodType<TicketMessages[Name]> };
