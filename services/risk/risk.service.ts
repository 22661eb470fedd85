/** Risk assessments of orders: answered at once by {@link judge}, or as it was seeded. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { destination, orderId, orderLine } from '../platform/order-schemas.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { positiveUsd } from '../platform/validation.js';
import { judge, VELOCITY_HOURS } from './rule.js';

/** Body of `POST /risk/assessments`. */
export const assessmentRequest = z.strictObject({
  orderId,
  customerId: reference,
  amount: positiveUsd,
  lines: z
    .array(orderLine.omit({ lineId: true }))
    .min(1)
    .max(200),
  destination,
});

const verdict = z.enum(['approved', 'review', 'declined']);

/** What is foreseen for an order, whatever the rule would say; `null` lifts it. */
export const riskSeed = z.strictObject({ orderId, verdict: verdict.nullable(), reason: code.default('seeded') });

type AssessmentRequest = z.infer<typeof assessmentRequest>;

/** What is known before an order is judged. */
interface Known {
  readonly seeded: { readonly verdict: z.infer<typeof verdict>; readonly reason: string } | null;
  /** Other orders of the customer. */
  readonly recent: number;
}

const SEEDED_SCORES = { approved: 0, review: 500, declined: 1_000 } as const;

@Injectable()
export class RiskService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_risk.assessment (
        assessment_id text PRIMARY KEY,
        order_id text NOT NULL,
        customer_id text NOT NULL,
        verdict text NOT NULL,
        score int NOT NULL,
        reasons jsonb NOT NULL,
        assessed_at timestamptz NOT NULL
      );
      CREATE INDEX IF NOT EXISTS assessment_customer ON svc_risk.assessment (customer_id, assessed_at);
      CREATE TABLE IF NOT EXISTS svc_risk.foreseen (
        order_id text PRIMARY KEY,
        verdict text NOT NULL,
        reason text NOT NULL
      );`);
  }

  /** Sets or lifts verdicts. */
  async seed(seeds: ReadonlyArray<z.infer<typeof riskSeed>>): Promise<void> {
    await this.store.database.query(
      `WITH given AS (
         SELECT * FROM jsonb_to_recordset($1::jsonb) AS f ("orderId" text, verdict text, reason text)
       ), lifted AS (
         DELETE FROM svc_risk.foreseen WHERE order_id IN (SELECT "orderId" FROM given WHERE verdict IS NULL)
       )
       INSERT INTO svc_risk.foreseen (order_id, verdict, reason)
       SELECT "orderId", verdict, reason FROM given WHERE verdict IS NOT NULL ORDER BY 1
       ON CONFLICT (order_id) DO UPDATE SET verdict = excluded.verdict, reason = excluded.reason`,
      [JSON.stringify(seeds)],
    );
  }

  /** Assesses (200). */
  assess(key: string, input: AssessmentRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'assessRisk', input, declines: true }, async (declined) => {
      const known = await this.#known(input);
      const seeded = declined ? ({ verdict: 'declined', reason: 'declined' } as const) : known.seeded;
      const { verdict, score, reasons } = seeded
        ? { verdict: seeded.verdict, score: SEEDED_SCORES[seeded.verdict], reasons: [seeded.reason] }
        : judge({
            amountMinor: input.amount.minor,
            pieces: input.lines.map(({ quantity }) => quantity),
            ...input.destination,
            recentOrders: known.recent + 1,
          });
      const assessmentId = `RSK-${randomUUID()}`;
      const row = {
        assessment_id: assessmentId,
        order_id: input.orderId,
        customer_id: input.customerId,
        verdict,
        score,
        reasons,
        assessed_at: new Date().toISOString(),
      };
      return {
        answer: new Answer(200, { assessmentId, verdict, score, reasons }),
        inserts: [{ table: 'assessment', rows: [row] }],
      };
    });
  }

  async #known({ orderId, customerId }: AssessmentRequest): Promise<Known> {
    const [known] = await this.store.database.query<Known>(
      `SELECT
         (SELECT json_build_object('verdict', verdict, 'reason', reason)
          FROM svc_risk.foreseen WHERE order_id = $1) AS seeded,
         (SELECT count(DISTINCT order_id)::int FROM svc_risk.assessment
          WHERE customer_id = $2 AND order_id <> $1
            AND assessed_at > now() - $3 * interval '1 hour') AS recent`,
      [orderId, customerId, VELOCITY_HOURS],
    );
    return known ?? { seeded: null, recent: 0 };
  }
}
