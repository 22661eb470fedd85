/** `PUT /seed`: puts into the reference services what real ones would know of a claim. For demos, tests and the intake. */
import { Body, Controller, HttpCode, Optional, Put } from '@nestjs/common';
import { z } from 'zod';
import { AssessmentService, assessmentSeed } from './assessment/assessment.service.js';
import { ServicesConfig } from './config.js';
import { DocumentsService, documentsSeed } from './documents/documents.service.js';
import { PaymentsService, paymentsSeed } from './payments/payments.service.js';
import { Problem } from './platform/problem.js';
import { Valid } from './platform/validation.js';
import { PolicyService, policySeed } from './policy/policy.service.js';

/** Rows per kind and call. */
const MOST = 500;

const seedRequest = z.strictObject({
  policies: z.array(policySeed).max(MOST).default([]),
  assessments: z.array(assessmentSeed).max(MOST).default([]),
  documents: z.array(documentsSeed).max(MOST).default([]),
  payments: z.array(paymentsSeed).max(MOST).default([]),
});

interface Seedable<T> {
  seed(rows: readonly T[]): Promise<void>;
}

@Controller('seed')
export class SeedController {
  constructor(
    private readonly config: ServicesConfig,
    @Optional() private readonly policies?: PolicyService,
    @Optional() private readonly assessments?: AssessmentService,
    @Optional() private readonly documents?: DocumentsService,
    @Optional() private readonly payments?: PaymentsService,
  ) {}

  /**
   * 200: how many rows were taken per kind. Idempotent: rows are inserted or replaced by their key.
   * @throws Problem 403 `SeedingDisabled`, 422 `ServiceNotHere`
   */
  @Put()
  @HttpCode(200)
  async seed(@Body(new Valid(seedRequest)) body: z.infer<typeof seedRequest>): Promise<Record<string, number>> {
    if (!this.config.seeding) {
      throw new Problem(
        403,
        'SeedingDisabled',
        'THROUGHLINE_SEED is not 1: this process takes no seeds; set it where that is wanted',
      );
    }
    await Promise.all([
      put('policies', body.policies, (row) => row.policyNumber, this.policies),
      put('assessments', body.assessments, (row) => row.claimId, this.assessments),
      put('documents', body.documents, (row) => row.claimId, this.documents),
      put('payments', body.payments, (row) => row.claimId, this.payments),
    ]);
    return Object.fromEntries(Object.entries(body).map(([kind, rows]) => [kind, rows.length]));
  }
}

async function put<T>(
  kind: string,
  rows: readonly T[],
  keyOf: (row: T) => string,
  service?: Seedable<T>,
): Promise<void> {
  if (rows.length === 0) return;
  if (!service) {
    throw new Problem(
      422,
      'ServiceNotHere',
      `${kind} has ${rows.length} rows, but this process does not run their service; send them to the one that does`,
    );
  }
  // The last of a key wins, as it would in two calls; one statement may not touch a row twice.
  await service.seed([...new Map(rows.map((row) => [keyOf(row), row])).values()]);
}
