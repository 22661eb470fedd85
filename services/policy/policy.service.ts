/** Policies, the rule that says whether one covers a loss, and which claims look like the same loss. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { isoDate, reference } from '../../events/common.js';
import type { Queries } from '../platform/database.js';
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
  /** Line of business. A policy without line and property is of the short kind, whose claims are not compared. */
  line: z.enum(['flood', 'homeowners']).exactOptional(),
  /** References of the lenders with an interest in the building. */
  mortgagees: z.array(reference).min(1).max(5).exactOptional(),
  /** The insurer lets its claims end as denied without a person. */
  automaticDenial: z.literal(true).exactOptional(),
  /** Non-personal id of the insured property, which several policies may share. */
  propertyId: reference.exactOptional(),
});

/** Body of `POST /policy/validations`. */
export const validationRequest = z.strictObject({ claimId, policyNumber: reference, dateOfLoss: isoDate });

/** What the insured has to send after a loss: NFIP Standard Flood Insurance Policy, 44 CFR part 61 app. A(1), VII.J.3 and J.4. */
const CONDITIONS = { building: ['proofOfLoss'], contents: ['proofOfLoss', 'contentsInventory'] } as const;

/** Similar claims that are told; a person looks at them, and they lie in the claim's history. */
const MOST_SIMILAR = 20;

type PolicySeed = z.infer<typeof policySeed>;
type ValidationRequest = z.infer<typeof validationRequest>;
type Policy = Omit<PolicySeed, 'policyNumber'>;

@Injectable()
export class PolicyService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_policy.policy (
        policy_number text PRIMARY KEY,
        inception_date date NOT NULL,
        coverages json NOT NULL
      );
      ALTER TABLE svc_policy.policy
        ADD COLUMN IF NOT EXISTS line text,
        ADD COLUMN IF NOT EXISTS mortgagees jsonb,
        ADD COLUMN IF NOT EXISTS automatic_denial boolean,
        ADD COLUMN IF NOT EXISTS property_id text;
      CREATE TABLE IF NOT EXISTS svc_policy.notice (
        claim_id text PRIMARY KEY,
        policy_number text NOT NULL,
        property_id text,
        date_of_loss date NOT NULL,
        noticed_at timestamptz NOT NULL
      );
      CREATE INDEX IF NOT EXISTS notice_policy ON svc_policy.notice (policy_number, date_of_loss);
      CREATE INDEX IF NOT EXISTS notice_property ON svc_policy.notice (property_id, date_of_loss);`);
  }

  /** Inserts or replaces policies. */
  async seed(policies: readonly PolicySeed[]): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_policy.policy
         (policy_number, inception_date, coverages, line, mortgagees, automatic_denial, property_id)
       SELECT "policyNumber", "inceptionDate", coverages, line, mortgagees, "automaticDenial", "propertyId"
       FROM jsonb_to_recordset($1::jsonb) AS p ("policyNumber" text, "inceptionDate" date, coverages json,
         line text, mortgagees jsonb, "automaticDenial" boolean, "propertyId" text)
       ORDER BY 1
       ON CONFLICT (policy_number) DO UPDATE
       SET inception_date = excluded.inception_date, coverages = excluded.coverages, line = excluded.line,
         mortgagees = excluded.mortgagees, automatic_denial = excluded.automatic_denial,
         property_id = excluded.property_id`,
      [JSON.stringify(policies)],
    );
  }

  /**
   * Says whether the policy was in force on the date of loss, and for what; notes the claim, and names those before it that look
   * like the same loss.
   * @throws Problem 404 `PolicyNotFound`, by way of the answer
   */
  async validate(key: string, input: ValidationRequest): Promise<Answer> {
    const policy = await this.#find(input.policyNumber);
    // In turn, so that of two claims for one loss that come at the same moment the second sees the first.
    const turn = `${policy?.propertyId ?? input.policyNumber}/${input.dateOfLoss}`;
    return this.store.onceInTurn({ key, operation: 'validatePolicy', input }, turn, async (transaction) => {
      if (!policy) {
        throw new Problem(
          404,
          'PolicyNotFound',
          `policyNumber is ${input.policyNumber}: no such policy; correct the number on the claim`,
        );
      }
      const similar = await notice(transaction, input, policy.propertyId);
      const { propertyId, coverages, ...said } = policy;
      const compared = said.line !== undefined || propertyId !== undefined;
      return {
        answer: new Answer(200, {
          verdict: verdict(policy, input.dateOfLoss),
          ...said,
          coverages: coverages.map((bought) => ({ ...bought, documents: CONDITIONS[bought.coverage] })),
          ...(compared && similar.length > 0 && { similarClaims: similar }),
        }),
      };
    });
  }

  async #find(policyNumber: string): Promise<Policy | undefined> {
    const [row] = await this.store.database.query<{ policy: Policy }>(
      `SELECT json_strip_nulls(json_build_object('inceptionDate', inception_date, 'coverages', coverages, 'line', line,
         'mortgagees', mortgagees, 'automaticDenial', automatic_denial, 'propertyId', property_id)) AS policy
       FROM svc_policy.policy WHERE policy_number = $1`,
      [policyNumber],
    );
    return row?.policy;
  }
}

/**
 * Notes the claim. A claim keeps its place among the others when it asks again, also with a corrected policy number.
 * @returns the claims before it with the same date of loss on the same policy or property, oldest first
 */
async function notice(
  transaction: Queries,
  { claimId, policyNumber, dateOfLoss }: ValidationRequest,
  propertyId: string | undefined,
): Promise<string[]> {
  const before = await transaction.query<{ claimId: string }>(
    `WITH noted AS (
       INSERT INTO svc_policy.notice (claim_id, policy_number, property_id, date_of_loss, noticed_at)
       VALUES ($1, $2, $3, $4, clock_timestamp())
       ON CONFLICT (claim_id) DO UPDATE SET policy_number = excluded.policy_number, property_id = excluded.property_id,
         date_of_loss = excluded.date_of_loss
       RETURNING noticed_at
     )
     SELECT n.claim_id AS "claimId" FROM svc_policy.notice n, noted
     WHERE n.date_of_loss = $4 AND (n.policy_number = $2 OR n.property_id = $3)
       AND n.claim_id <> $1 AND n.noticed_at < noted.noticed_at
     ORDER BY n.noticed_at LIMIT ${MOST_SIMILAR}`,
    [claimId, policyNumber, propertyId ?? null, dateOfLoss],
  );
  return before.map((one) => one.claimId);
}

/** `startsAfterLoss` before `noCoverage`: a policy that had not begun insured nothing. Dates compare as ISO texts. */
function verdict(policy: Policy, dateOfLoss: string): string {
  if (policy.inceptionDate > dateOfLoss) return 'startsAfterLoss';
  return policy.coverages.length === 0 ? 'noCoverage' : 'covered';
}
