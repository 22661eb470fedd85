/**
 * Letters, with proof that they left. They are noted here and sent nowhere, since the reference claims have no addresses; the
 * proof is such as a carrier would give.
 */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { reference } from '../../events/common.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { templateValues } from './values.js';

const letter = z.enum(['acknowledgment', 'delay', 'denial']);

/** A letter of a claim that cannot be sent, as it is seeded; `fails: false` lets it pass again. */
export const lettersSeed = z.strictObject({ claimId, letter, fails: z.boolean() });

/** Body of `POST /notifications/letters`. */
export const letterRequest = z.strictObject({
  claimId,
  letter,
  values: templateValues,
  /** Salted digest of the recipient in the subject store. */
  recipient: reference.exactOptional(),
});

type LetterRequest = z.infer<typeof letterRequest>;

/** A denial goes on paper, since a time to appeal runs from it. */
const CHANNEL = { acknowledgment: 'email', delay: 'email', denial: 'mail' } as const;

@Injectable()
export class LettersService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_notifications.undeliverable (
        claim_id text NOT NULL,
        letter text NOT NULL,
        PRIMARY KEY (claim_id, letter)
      );
      CREATE TABLE IF NOT EXISTS svc_notifications.letter (
        letter_id text PRIMARY KEY,
        claim_id text NOT NULL,
        letter text NOT NULL CHECK (letter IN ('acknowledgment', 'delay', 'denial')),
        letter_values jsonb NOT NULL,
        recipient text,
        channel text NOT NULL CHECK (channel IN ('mail', 'email')),
        tracking_id text NOT NULL UNIQUE,
        dispatched_at timestamptz NOT NULL
      );
      CREATE INDEX IF NOT EXISTS letter_claim ON svc_notifications.letter (claim_id);`);
  }

  /** Sets or lifts failures. */
  async seed(letters: ReadonlyArray<z.infer<typeof lettersSeed>>): Promise<void> {
    await this.store.database.query(
      `WITH given AS (
         SELECT "claimId" AS claim_id, letter, fails
         FROM jsonb_to_recordset($1::jsonb) AS l ("claimId" text, letter text, fails boolean)
       ), lifted AS (
         DELETE FROM svc_notifications.undeliverable u USING given g
         WHERE u.claim_id = g.claim_id AND u.letter = g.letter AND NOT g.fails
       )
       INSERT INTO svc_notifications.undeliverable (claim_id, letter)
       SELECT claim_id, letter FROM given WHERE fails ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
      [JSON.stringify(letters)],
    );
  }

  /**
   * Sends a letter (200 with the proof of dispatch).
   * @throws Problem 503 `LetterNotDispatched`, where it cannot leave now; the same call may be repeated
   */
  send(key: string, input: LetterRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'sendLetter', input }, async () => {
      const { claimId, letter: kind } = input;
      const undeliverable = await this.store.database.query(
        'SELECT FROM svc_notifications.undeliverable WHERE claim_id = $1 AND letter = $2',
        [claimId, kind],
      );
      if (undeliverable.length > 0) {
        throw new Problem(
          503,
          'LetterNotDispatched',
          `letter is ${kind}: it could not be handed over for ${claimId}; send the same call again under the same Idempotency-Key`,
          undefined,
          1,
        );
      }
      const proof = {
        letterId: `LTR-${randomUUID()}`,
        dispatchedAt: new Date().toISOString(),
        channel: CHANNEL[kind],
        trackingId: `TRK-${randomUUID()}`,
      };
      const row = {
        letter_id: proof.letterId,
        claim_id: claimId,
        letter: kind,
        letter_values: input.values,
        recipient: input.recipient ?? null,
        channel: proof.channel,
        tracking_id: proof.trackingId,
        dispatched_at: proof.dispatchedAt,
      };
      return { answer: new Answer(200, proof), inserts: [{ table: 'letter', rows: [row] }] };
    });
  }
}
