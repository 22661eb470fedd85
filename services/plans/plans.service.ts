/** Support plans: what of a customer's is covered, and how fast help is promised. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ticketId } from '../../events/ticket.js';
import { Answer, ServiceStore } from '../platform/service-store.js';

/** Body of `POST /plans/look-ups`. */
export const lookUpRequest = z.strictObject({ ticketId, customerId: reference, product: code });

/** A year: no plan promises anything slower. */
const promiseMs = z.int('a whole number of milliseconds').min(1, 'above 0').max(31_536_000_000, 'at most a year');
const level = z.strictObject({ responseMs: promiseMs, resolutionMs: promiseMs });

/** A customer's plan for a product, or for all that have none of their own (`*`); `covered: false`: expressly none. */
export const planSeed = z.strictObject({
  customerId: reference,
  product: z.union([code, z.literal('*')]).default('*'),
  planId: reference.default('PLAN-SEEDED'),
  covered: z.boolean().default(true),
  /** By priority; absent: as in the standard plan. */
  levels: z.strictObject({ 1: level, 2: level, 3: level, 4: level }).exactOptional(),
});

type PlanSeed = z.infer<typeof planSeed>;
type LookUpRequest = z.infer<typeof lookUpRequest>;

const HOUR_MS = 3_600_000;
const within = (responseHours: number, resolutionHours: number) => ({
  responseMs: responseHours * HOUR_MS,
  resolutionMs: resolutionHours * HOUR_MS,
});

/** What every customer has who has no other plan. */
const STANDARD_LEVELS = { 1: within(1, 8), 2: within(2, 24), 3: within(8, 72), 4: within(24, 240) } as const;

interface Plan {
  readonly planId: string;
  readonly covered: boolean;
  readonly levels: typeof STANDARD_LEVELS | null;
}

@Injectable()
export class PlansService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_plans.plan (
        customer_id text NOT NULL,
        product text NOT NULL,
        plan_id text NOT NULL,
        covered boolean NOT NULL,
        levels jsonb,
        PRIMARY KEY (customer_id, product)
      );`);
  }

  /** Inserts or replaces plans. */
  async seed(seeds: readonly PlanSeed[]): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_plans.plan (customer_id, product, plan_id, covered, levels)
       SELECT "customerId", product, "planId", covered, levels FROM jsonb_to_recordset($1::jsonb)
         AS p ("customerId" text, product text, "planId" text, covered boolean, levels jsonb) ORDER BY 1, 2
       ON CONFLICT (customer_id, product) DO UPDATE
       SET plan_id = excluded.plan_id, covered = excluded.covered, levels = excluded.levels`,
      [JSON.stringify(seeds)],
    );
  }

  /** Whether a plan covers the product (200). */
  lookUp(key: string, input: LookUpRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'lookUpPlan', input, declines: true }, async (declined) => {
      if (declined) return { answer: new Answer(200, { covered: false, code: 'declined' }) };
      const { planId, covered, levels } = (await this.#planOf(input)) ?? STANDARD;
      const answer = covered
        ? { covered, planId, levels: levels ?? STANDARD_LEVELS }
        : { covered, code: 'product-not-covered' };
      return { answer: new Answer(200, answer) };
    });
  }

  /** One for the product itself before one for all. */
  async #planOf({ customerId, product }: LookUpRequest): Promise<Plan | undefined> {
    const [plan] = await this.store.database.query<Plan>(
      `SELECT plan_id AS "planId", covered, levels FROM svc_plans.plan
       WHERE customer_id = $1 AND product IN ($2, '*') ORDER BY product = '*' LIMIT 1`,
      [customerId, product],
    );
    return plan;
  }
}

const STANDARD: Plan = { planId: 'PLAN-STANDARD', covered: true, levels: null };
