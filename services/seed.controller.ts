/** `PUT /seed`: puts into the reference services what real ones would know of the entities. For demos, tests and the intake. */
import { Body, Controller, HttpCode, Optional, Put } from '@nestjs/common';
import { z } from 'zod';
import { AccountsService, provisionSeed } from './accounts/accounts.service.js';
import { AssessmentService, assessmentSeed } from './assessment/assessment.service.js';
import { DeskService } from './assessment/desk.service.js';
import { adjusterSeed } from './assessment/roster.js';
import { ServicesConfig } from './config.js';
import { DocumentsService, documentsSeed } from './documents/documents.service.js';
import { ExpertsService } from './experts/experts.service.js';
import { dispatchSeed, expertSeed } from './experts/roster.js';
import { EligibilityService } from './eligibility/eligibility.service.js';
import { IdentityService } from './identity/identity.service.js';
import { InventoryService } from './inventory/inventory.service.js';
import { stockSeed, warehouseSeed } from './inventory/stock.js';
import { lettersSeed, LettersService } from './notifications/letters.service.js';
import { cardsSeed } from './payments/card-seeds.js';
import { paymentsSeed } from './payments/outcome-seeds.js';
import { PaymentsService } from './payments/payments.service.js';
import { planSeed, PlansService } from './plans/plans.service.js';
import { checkSeed } from './platform/applicant-schemas.js';
import { Problem } from './platform/problem.js';
import { Valid } from './platform/validation.js';
import { PolicyService, policySeed } from './policy/policy.service.js';
import { RiskService, riskSeed } from './risk/risk.service.js';
import { ScreeningService } from './screening/screening.service.js';
import { authoritySeed, repairSeed } from './settlement/settlement-seeds.js';
import { SettlementService } from './settlement/settlement.service.js';
import { itinerarySeed } from './shipping/journey.js';
import { ShippingService } from './shipping/shipping.service.js';

/** Rows per kind and call. */
const MOST = 500;

const seedRequest = z.strictObject({
  policies: z.array(policySeed).max(MOST).default([]),
  assessments: z.array(assessmentSeed).max(MOST).default([]),
  adjusters: z.array(adjusterSeed).max(MOST).default([]),
  documents: z.array(documentsSeed).max(MOST).default([]),
  authorities: z.array(authoritySeed).max(MOST).default([]),
  repairs: z.array(repairSeed).max(MOST).default([]),
  payments: z.array(paymentsSeed).max(MOST).default([]),
  letters: z.array(lettersSeed).max(MOST).default([]),
  stock: z.array(stockSeed).max(MOST).default([]),
  warehouses: z.array(warehouseSeed).max(MOST).default([]),
  risks: z.array(riskSeed).max(MOST).default([]),
  cards: z.array(cardsSeed).max(MOST).default([]),
  itineraries: z.array(itinerarySeed).max(MOST).default([]),
  plans: z.array(planSeed).max(MOST).default([]),
  experts: z.array(expertSeed).max(MOST).default([]),
  dispatches: z.array(dispatchSeed).max(MOST).default([]),
  identities: z.array(checkSeed).max(MOST).default([]),
  eligibilities: z.array(checkSeed).max(MOST).default([]),
  screenings: z.array(checkSeed).max(MOST).default([]),
  provisions: z.array(provisionSeed).max(MOST).default([]),
});

/** How the service of a kind of rows takes them. */
type Take<T> = (rows: readonly T[]) => Promise<void>;

@Controller('seed')
export class SeedController {
  constructor(
    private readonly config: ServicesConfig,
    @Optional() private readonly policies?: PolicyService,
    @Optional() private readonly assessments?: AssessmentService,
    @Optional() private readonly desk?: DeskService,
    @Optional() private readonly documents?: DocumentsService,
    @Optional() private readonly settlements?: SettlementService,
    @Optional() private readonly payments?: PaymentsService,
    @Optional() private readonly letters?: LettersService,
    @Optional() private readonly inventory?: InventoryService,
    @Optional() private readonly risk?: RiskService,
    @Optional() private readonly shipping?: ShippingService,
    @Optional() private readonly plans?: PlansService,
    @Optional() private readonly experts?: ExpertsService,
    @Optional() private readonly identity?: IdentityService,
    @Optional() private readonly eligibility?: EligibilityService,
    @Optional() private readonly screening?: ScreeningService,
    @Optional() private readonly accounts?: AccountsService,
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
    const { policies, assessments, desk, documents, settlements, payments, letters, inventory, risk, shipping } = this;
    const { plans, experts } = this;
    const { identity, eligibility, screening, accounts } = this;
    await Promise.all([
      put('policies', body.policies, (row) => row.policyNumber, policies && ((rows) => policies.seed(rows))),
      put('assessments', body.assessments, (row) => row.claimId, assessments && ((rows) => assessments.seed(rows))),
      put('adjusters', body.adjusters, (row) => row.id, desk && ((rows) => desk.seed(rows))),
      put('documents', body.documents, (row) => row.claimId, documents && ((rows) => documents.seed(rows))),
      put(
        'authorities',
        body.authorities,
        (row) => row.person,
        // The desk names them with the triage, for advances; the settlement with the amounts.
        (settlements || assessments) &&
          (async (rows) => {
            await Promise.all([settlements?.seedAuthorities(rows), assessments?.seedAuthorities(rows)]);
          }),
      ),
      put(
        'repairs',
        body.repairs,
        (row) => `${row.claimId}/${row.coverage}`,
        settlements && ((rows) => settlements.seedRepairs(rows)),
      ),
      put('payments', body.payments, (row) => row.claimId, payments && ((rows) => payments.seed(rows))),
      put('letters', body.letters, (row) => `${row.claimId}/${row.letter}`, letters && ((rows) => letters.seed(rows))),
      put(
        'stock',
        body.stock,
        (row) => `${row.sku}/${row.warehouseId}`,
        inventory && ((rows) => inventory.seedStock(rows)),
      ),
      put(
        'warehouses',
        body.warehouses,
        (row) => row.warehouseId,
        inventory && ((rows) => inventory.seedWarehouses(rows)),
      ),
      put('risks', body.risks, (row) => row.orderId, risk && ((rows) => risk.seed(rows))),
      put('cards', body.cards, (row) => row.orderId, payments && ((rows) => payments.seedCards(rows))),
      put('itineraries', body.itineraries, (row) => row.orderId, shipping && ((rows) => shipping.seed(rows))),
      put('plans', body.plans, (row) => `${row.customerId}/${row.product}`, plans && ((rows) => plans.seed(rows))),
      put('experts', body.experts, (row) => row.id, experts && ((rows) => experts.seed(rows))),
      put('dispatches', body.dispatches, (row) => row.ticketId, experts && ((rows) => experts.foresee(rows))),
      put('identities', body.identities, (row) => row.applicantId, identity && ((rows) => identity.seed(rows))),
      put(
        'eligibilities',
        body.eligibilities,
        (row) => `${row.applicantId}/${row.check}`,
        eligibility && ((rows) => eligibility.seed(rows)),
      ),
      put('screenings', body.screenings, (row) => row.applicantId, screening && ((rows) => screening.seed(rows))),
      put('provisions', body.provisions, (row) => row.applicantId, accounts && ((rows) => accounts.seed(rows))),
    ]);
    return Object.fromEntries(Object.entries(body).map(([kind, rows]) => [kind, rows.length]));
  }
}

async function put<T>(
  kind: string,
  rows: readonly T[],
  keyOf: (row: T) => string,
  take: Take<T> | undefined,
): Promise<void> {
  if (rows.length === 0) return;
  if (!take) {
    throw new Problem(
      422,
      'ServiceNotHere',
      `${kind} has ${rows.length} rows, but this process does not run their service; send them to the one that does`,
    );
  }
  // The last of a key wins, as it would in two calls; one statement may not touch a row twice.
  await take([...new Map(rows.map((row) => [keyOf(row), row])).values()]);
}
