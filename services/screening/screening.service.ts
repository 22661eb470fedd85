/** Screenings of applicants for fraud and against lists of sanctions: accepted at once, told by callback. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { applicantId, country, profileRef } from '../../events/onboarding.js';
import { Agenda } from '../platform/agenda.js';
import type { CheckSeed, Outcome } from '../platform/applicant-schemas.js';
import { ServiceStore, type Answer } from '../platform/service-store.js';
import { SlowChecks } from '../platform/slow-checks.js';
import { callbackTo } from '../platform/validation.js';

/** Body of `POST /screening/screenings`. */
export const screeningRequest = z.strictObject({
  applicantId,
  ordinal: z.int().min(1).max(9_999),
  country,
  profileRef,
  callback: callbackTo,
});

type ScreeningRequest = z.infer<typeof screeningRequest>;

/** Countries under a general embargo: whoever lives there may be on a list. */
const EMBARGOED = ['CU', 'IR', 'KP'];
/** For how long a screening is good: lists change. */
const VALID_MS = 30 * 86_400_000;

@Injectable()
export class ScreeningService implements OnModuleInit {
  readonly #checks: SlowChecks<ScreeningRequest>;

  constructor(store: ServiceStore, agenda: Agenda) {
    this.#checks = new SlowChecks<ScreeningRequest>(store, agenda, {
      operation: 'screenApplicant',
      event: 'screening.completed',
      prefix: 'SCN',
      rule: judge,
    });
  }

  onModuleInit(): Promise<void> {
    return this.#checks.migrate();
  }

  /** Sets what is foreseen. */
  seed(seeds: readonly CheckSeed[]): Promise<void> {
    return this.#checks.seed(seeds);
  }

  /** Accepts a screening (202) and promises its outcome. */
  screen(key: string, input: ScreeningRequest): Promise<Answer> {
    return this.#checks.accept(key, input);
  }
}

function judge(request: Pick<ScreeningRequest, 'country'>): Outcome {
  const validUntil = new Date(Date.now() + VALID_MS).toISOString();
  return { outcome: EMBARGOED.includes(request.country) ? 'match' : 'passed', validUntil };
}
