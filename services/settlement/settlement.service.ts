/** Settlements: each coverage apart, the total held against the authority limit. Nothing is paid here. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { ServicesConfig } from '../config.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { positiveUsd, usd } from '../platform/validation.js';
import { calculate } from './calculation.js';

/** Body of `POST /settlement/calculations`. */
export const calculationRequest = z.strictObject({
  claimId,
  lines: z
    .array(
      z.strictObject({
        coverage: z.enum(['building', 'contents']),
        damage: usd,
        deductible: usd,
        limit: positiveUsd,
      }),
    )
    .min(1)
    .max(2)
    .refine((lines) => new Set(lines.map((line) => line.coverage)).size === lines.length, 'one line per coverage'),
});

type CalculationRequest = z.infer<typeof calculationRequest>;

@Injectable()
export class SettlementService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly config: ServicesConfig,
  ) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_settlement.settlement (
        settlement_id text PRIMARY KEY,
        claim_id text NOT NULL,
        lines json NOT NULL,
        total_minor bigint NOT NULL,
        authority_limit_minor bigint NOT NULL
      );
      CREATE INDEX IF NOT EXISTS settlement_claim ON svc_settlement.settlement (claim_id);`);
  }

  /** Calculates (200). */
  calculate(key: string, input: CalculationRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'calculateSettlement', input }, () => {
      const settlementId = `SET-${randomUUID()}`;
      const lines = input.lines.map(({ coverage, damage, deductible, limit }) => {
        const sum = { damageMinor: damage.minor, deductibleMinor: deductible.minor, limitMinor: limit.minor };
        const { amountMinor, ...rest } = calculate(sum);
        return { coverage, amount: { minor: amountMinor, currency: 'USD' }, ...rest };
      });
      const totalMinor = lines.reduce((sum, line) => sum + line.amount.minor, 0);
      const limitMinor = this.config.authorityLimitMinor;
      const settlement = {
        settlementId,
        lines,
        total: { minor: totalMinor, currency: 'USD' },
        authority: { limit: { minor: limitMinor, currency: 'USD' }, within: totalMinor <= limitMinor },
      };
      const row = {
        settlement_id: settlementId,
        claim_id: input.claimId,
        lines,
        total_minor: totalMinor,
        authority_limit_minor: limitMinor,
      };
      return { answer: new Answer(200, settlement), inserts: [{ table: 'settlement', rows: [row] }] };
    });
  }
}
