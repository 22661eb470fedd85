/** Verifications of identity by documents: accepted at once, told by callback. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { applicantId, documents, profileRef } from '../../events/onboarding.js';
import { Agenda } from '../platform/agenda.js';
import type { CheckSeed } from '../platform/applicant-schemas.js';
import { ServiceStore, type Answer } from '../platform/service-store.js';
import { SlowChecks } from '../platform/slow-checks.js';
import { callbackTo } from '../platform/validation.js';
import { judge } from './rule.js';

/** Body of `POST /identity/verifications`. */
export const verificationRequest = z.strictObject({
  applicantId,
  ordinal: z.int().min(1).max(9_999),
  profileRef,
  documents,
  callback: callbackTo,
});

type VerificationRequest = z.infer<typeof verificationRequest>;

@Injectable()
export class IdentityService implements OnModuleInit {
  readonly #checks: SlowChecks<VerificationRequest>;

  constructor(store: ServiceStore, agenda: Agenda) {
    this.#checks = new SlowChecks<VerificationRequest>(store, agenda, {
      operation: 'verifyIdentity',
      event: 'identity.verified',
      prefix: 'IDV',
      rule: (request) => judge(request.documents, Date.now()),
    });
  }

  onModuleInit(): Promise<void> {
    return this.#checks.migrate();
  }

  /** Sets what is foreseen. */
  seed(seeds: readonly CheckSeed[]): Promise<void> {
    return this.#checks.seed(seeds);
  }

  /** Accepts a verification (202) and promises its outcome. */
  verify(key: string, input: VerificationRequest): Promise<Answer> {
    return this.#checks.accept(key, input);
  }
}
