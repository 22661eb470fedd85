/** Fraud screens: accepted at once, decided by {@link screen}, told by callback. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { isoDate, reference } from '../../events/common.js';
import { callback } from '../platform/callback.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo } from '../platform/validation.js';
import { screen } from './rule.js';

/** Body of `POST /fraud/screens`. */
export const screenRequest = z.strictObject({
  claimId,
  policyNumber: reference,
  dateOfLoss: isoDate,
  inceptionDate: isoDate,
  callback: callbackTo,
});

type ScreenRequest = z.infer<typeof screenRequest>;

@Injectable()
export class FraudService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_fraud.screen (
        screen_id text PRIMARY KEY,
        claim_id text NOT NULL,
        verdict text NOT NULL,
        score int NOT NULL,
        rule text NOT NULL
      );
      CREATE INDEX IF NOT EXISTS screen_claim ON svc_fraud.screen (claim_id);`);
  }

  /** Accepts a screen (202) and promises its decision. */
  screen(key: string, input: ScreenRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'requestFraudScreen', input }, () => {
      const screenId = `SCR-${randomUUID()}`;
      const { verdict, score, rule } = screen(input.inceptionDate, input.dateOfLoss);
      return {
        answer: new Answer(202, { screenId }),
        inserts: [{ table: 'screen', rows: [{ screen_id: screenId, claim_id: input.claimId, verdict, score, rule }] }],
        callbacks: [callback('fraud', 'fraudDecision', input.callback.reference, { screenId, verdict, score, rule })],
      };
    });
  }
}
