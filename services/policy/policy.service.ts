/** Policies and the rule that says whether one covers a loss. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { isoDate, reference } from '../../events/common.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { positiveUsd, usd } from '../platform/validation.js';

const insured = z.strictObject({
  coverage: z.enum(['building', 'contents']),
  limit: positiveUsd,
  /** Absent: the policy record does not say. */
  deductible: usd.exactOptional(),
});

/** A policy as it is seeded: only the coverages that were bought. */
export const policySeed = z.strictObject({
  policyNumber: reference,
  /** Date of the policy's original new business. */
  inceptionDate: isoDate,
  coverages: z.array(insured).max(2),
});

/** Body of `POST /policy/validations`. */
export const validationRequest = z.strictObject({ claimId, policyNumber: reference, dateOfLoss: isoDate });

/** What the insured has to send after a loss: NFIP Standard Flood Insurance Policy, 44 CFR part 61 app. A(1), VII.J.3 and J.4. */
const CONDITIONS = { building: ['proofOfLoss'], contents: ['proofOfLoss', 'contentsInventory'] } as const;

type PolicySeed = z.infer<typeof policySeed>;
type ValidationRequest = z.infer<typeof validationRequest>;

@Injectable()
export class PolicyService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_policy.policy (
        policy_number text PRIMARY KEY,
        inception_date date NOT NULL,
        coverages json NOT NULL
      );`);
  }

  /** Inserts or replaces policies. */
  async seed(policies: readonly PolicySeed[]): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_policy.policy (policy_number, inception_date, coverages)
       SELECT "policyNumber", "inceptionDate", coverages
       FROM jsonb_to_recordset($1::jsonb) AS p ("policyNumber" text, "inceptionDate" date, coverages json)
       ORDER BY 1
       ON CONFLICT (policy_number) DO UPDATE
       SET inception_date = excluded.inception_date, coverages = excluded.coverages`,
      [JSON.stringify(policies)],
    );
  }

  /**
   * Says whether the policy was in force on the date of loss, and for what.
   * @throws Problem 404 `PolicyNotFound`, by way of the answer
   */
  validate(key: string, input: ValidationRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'validatePolicy', input }, async () => {
      const [policy] = await this.store.database.query<Omit<PolicySeed, 'policyNumber'>>(
        `SELECT inception_date::text AS "inceptionDate", coverages FROM svc_policy.policy WHERE policy_number = $1`,
        [input.policyNumber],
      );
      if (!policy) {
        throw new Problem(
          404,
          'PolicyNotFound',
          `policyNumber is ${input.policyNumber}: no such policy; correct the number on the claim`,
        );
      }
      const coverages = policy.coverages.map((bought) => ({ ...bought, documents: CONDITIONS[bought.coverage] }));
      return { answer: new Answer(200, { verdict: verdict(policy, input.dateOfLoss), ...policy, coverages }) };
    });
  }
}

/** `startsAfterLoss` before `noCoverage`: a policy that had not begun insured nothing. Dates compare as ISO texts. */
function verdict(policy: Omit<PolicySeed, 'policyNumber'>, dateOfLoss: string): string {
  if (policy.inceptionDate > dateOfLoss) return 'startsAfterLoss';
  return policy.coverages.length === 0 ? 'noCoverage' : 'covered';
}
