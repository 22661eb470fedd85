/**
 * Settlements: each coverage apart, and what the claim comes to in all, with what is paid already, held against the authority
 * limit. Nothing is paid here.
 */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { ServicesConfig } from '../config.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { positiveUsd, usd } from '../platform/validation.js';
import { calculate } from './calculation.js';
import type { authoritySeed, repairSeed } from './settlement-seeds.js';

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
        /** Paid on the coverage already. */
        paid: usd.exactOptional(),
      }),
    )
    .min(1)
    .max(2)
    .refine((lines) => new Set(lines.map((line) => line.coverage)).size === lines.length, 'one line per coverage'),
});

type CalculationRequest = z.infer<typeof calculationRequest>;
type Money = z.infer<typeof usd>;

/** What the insurer has laid down for a claim. */
interface Rules {
  /** Vendors by coverage, the first one first, where a repair is offered. */
  readonly repairs: Readonly<Record<string, readonly string[]>> | null;
  /** Authority limits in cents by person. */
  readonly people: Readonly<Record<string, number>> | null;
}

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
      CREATE INDEX IF NOT EXISTS settlement_claim ON svc_settlement.settlement (claim_id);
      CREATE TABLE IF NOT EXISTS svc_settlement.authority (
        person text PRIMARY KEY,
        limit_minor bigint NOT NULL CHECK (limit_minor >= 0)
      );
      CREATE TABLE IF NOT EXISTS svc_settlement.repair (
        claim_id text NOT NULL,
        coverage text NOT NULL,
        vendor_id text NOT NULL,
        PRIMARY KEY (claim_id, coverage)
      );
      ALTER TABLE svc_settlement.repair ADD COLUMN IF NOT EXISTS next jsonb NOT NULL DEFAULT '[]';`);
  }

  /** Inserts or replaces authority limits. */
  async seedAuthorities(authorities: ReadonlyArray<z.infer<typeof authoritySeed>>): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_settlement.authority (person, limit_minor)
       SELECT person, ("limit" ->> 'minor')::bigint FROM jsonb_to_recordset($1::jsonb) AS a (person text, "limit" jsonb)
       ORDER BY 1
       ON CONFLICT (person) DO UPDATE SET limit_minor = excluded.limit_minor`,
      [JSON.stringify(authorities)],
    );
  }

  /** Inserts or replaces offers of a repair. */
  async seedRepairs(repairs: ReadonlyArray<z.infer<typeof repairSeed>>): Promise<void> {
    await this.store.database.query(
      `INSERT INTO svc_settlement.repair (claim_id, coverage, vendor_id, next)
       SELECT "claimId", coverage, "vendorId", next
       FROM jsonb_to_recordset($1::jsonb) AS r ("claimId" text, coverage text, "vendorId" text, next jsonb)
       ORDER BY 1, 2
       ON CONFLICT (claim_id, coverage) DO UPDATE SET vendor_id = excluded.vendor_id, next = excluded.next`,
      [JSON.stringify(repairs)],
    );
  }

  /** Calculates (200). */
  calculate(key: string, input: CalculationRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'calculateSettlement', input }, async () => {
      const { repairs, people } = await this.#rules(input.claimId);
      const settlementId = `SET-${randomUUID()}`;
      const lines = input.lines.map(({ coverage, damage, deductible, limit, paid }) => {
        const { amountMinor, ...rest } = calculate({
          damageMinor: damage.minor,
          deductibleMinor: deductible.minor,
          limitMinor: limit.minor,
          paidMinor: paid?.minor ?? 0,
        });
        const [vendorId, ...next] = (amountMinor > 0 && repairs?.[coverage]) || [];
        const repair = vendorId !== undefined && { repair: { vendorId, ...(next.length > 0 && { next }) } };
        return { coverage, amount: dollarsOf(amountMinor), ...rest, ...repair };
      });
      const totalMinor = lines.reduce((sum, line) => sum + line.amount.minor, 0);
      const paidMinor = input.lines.reduce((sum, line) => sum + (line.paid?.minor ?? 0), 0);
      const limitMinor = this.config.authorityLimitMinor;
      const settlement = {
        settlementId,
        lines,
        total: dollarsOf(totalMinor),
        authority: {
          limit: dollarsOf(limitMinor),
          // A claim's payments are held against it together, so that splitting one does not pass below it.
          within: totalMinor + paidMinor <= limitMinor,
          ...(people && {
            people: Object.fromEntries(Object.entries(people).map(([person, minor]) => [person, dollarsOf(minor)])),
          }),
        },
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

  async #rules(claimId: string): Promise<Rules> {
    const [rules] = await this.store.database.query<Rules>(
      `SELECT (SELECT json_object_agg(coverage, jsonb_build_array(vendor_id) || next) FROM svc_settlement.repair WHERE claim_id = $1) AS repairs,
         (SELECT json_object_agg(person, limit_minor ORDER BY person) FROM svc_settlement.authority) AS people`,
      [claimId],
    );
    return rules ?? { repairs: null, people: null };
  }
}

const dollarsOf = (minor: number): Money => ({ minor, currency: 'USD' });
