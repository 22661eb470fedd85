/** Whether products are for an applicant, and whether the rules of the country let them be: answered at once. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { applicantId, country, products, profileRef } from '../../events/onboarding.js';
import { turnOfApplicant, type CheckSeed, type Outcome } from '../platform/applicant-schemas.js';
import { comesTo, foresee, foreseen, foreseenTable } from '../platform/foreseen-checks.js';
import { Answer, ServiceStore } from '../platform/service-store.js';

/** Body of `POST /eligibility/eligibility-checks` and `…/compliance-checks`. */
export const applicantRequest = z.strictObject({ applicantId, country, profileRef, products });

type ApplicantRequest = z.infer<typeof applicantRequest>;
type Check = 'eligibility' | 'compliance';

/** Where credit is offered; everything else is offered everywhere. */
const CREDIT_IN = ['US', 'CA'];
/** Countries whose applicants a person looks at: the list of high-risk jurisdictions of the Financial Action Task Force. */
const HIGH_RISK = ['IR', 'KP', 'MM'];
const VALID_MS = 90 * 86_400_000;

@Injectable()
export class EligibilityService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    const { schema } = this.store;
    return this.store.migrate(`${foreseenTable(schema)}
      CREATE TABLE IF NOT EXISTS ${schema}.applicant_check (
        check_id text PRIMARY KEY,
        applicant_id text NOT NULL,
        check_name text NOT NULL,
        outcome jsonb NOT NULL,
        made_at timestamptz NOT NULL
      );
      CREATE INDEX IF NOT EXISTS check_of_applicant ON ${schema}.applicant_check (applicant_id);`);
  }

  /** Sets what is foreseen. */
  seed(seeds: readonly CheckSeed[]): Promise<void> {
    return foresee(this.store.database, this.store.schema, 'eligibility', seeds);
  }

  /** Checks (200). */
  check(key: string, check: Check, input: ApplicantRequest): Promise<Answer> {
    const operation = check === 'eligibility' ? 'checkEligibility' : 'checkCompliance';
    const call = { key, operation, input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfApplicant(input.applicantId), async (transaction, declined) => {
      const seed = await foreseen(transaction, this.store.schema, input.applicantId, check);
      const outcome = comesTo(RULES[check](input), seed, declined);
      const row = {
        check_id: `CHK-${randomUUID()}`,
        applicant_id: input.applicantId,
        check_name: check,
        outcome,
        made_at: new Date().toISOString(),
      };
      return { answer: new Answer(200, outcome), inserts: [{ table: 'applicant_check', rows: [row] }] };
    });
  }
}

const valid = () => ({ validUntil: new Date(Date.now() + VALID_MS).toISOString() });

const RULES: Readonly<Record<Check, (request: ApplicantRequest) => Outcome>> = {
  eligibility: ({ country: where, products: wanted }) =>
    wanted.some((product) => product.startsWith('credit')) && !CREDIT_IN.includes(where)
      ? { outcome: 'failed', code: 'not-offered-there' }
      : { outcome: 'passed', ...valid() },
  compliance: ({ country: where }) =>
    HIGH_RISK.includes(where)
      ? { outcome: 'referred', code: 'high-risk-country', ...valid() }
      : { outcome: 'passed', ...valid() },
};
