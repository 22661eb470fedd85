/** What the insurer has laid down for settlements: who may approve how much, and which claims are offered a repair. */
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { reference } from '../../events/common.js';
import { usd } from '../platform/validation.js';

/** What a person may approve on one claim, in all its payments. */
export const authoritySeed = z.strictObject({
  /** The person's id, as it stands in the envelope of a decision. */
  person: reference,
  limit: usd,
});

/** A claim whose damage one of the insurer's vendors offers to repair. */
export const repairSeed = z.strictObject({
  claimId,
  coverage: z.enum(['building', 'contents']).default('building'),
  vendorId: reference,
  /** Whom else it offers, in order, where the insured or the vendor declines. */
  next: z.array(reference).max(10).default([]),
});
