/**
 * The lifecycles of the fleet, each with its table and its schemas: the one place where a lifecycle is registered. What else needs the
 * list (`workflows/index.ts`, `workflows/lifecycles.ts`, the workflow's validators, the pages) is generated from it.
 */
import type { z } from 'zod';
import { claimLifecycle } from '../workflows/claim/states.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { onboardingLifecycle } from '../workflows/onboarding/states.js';
import { orderLifecycle } from '../workflows/order/states.js';
import { ticketLifecycle } from '../workflows/ticket/states.js';
import { claimResult, onboardingResult, orderResult, ticketResult } from './answers.js';
import { claimMessages, claimNotice } from './claim.js';
import { onboardingMessages, onboardingNotice } from './onboarding.js';
import { orderMessages, orderNotice } from './order.js';
import { ticketMessages, ticketNotice } from './ticket.js';

/** A lifecycle as everything outside its workflow sees it. */
export interface CatalogueEntry {
  readonly table: Lifecycle;
  readonly notice: z.ZodType;
  /** The notice's field that holds the business key. */
  readonly key: string;
  /** By wire name, one for each message of the table. */
  readonly messages: Readonly<Record<string, z.ZodType>>;
  /**
   * Its decisions that may wait for a second person, each with when: for people, before they decide. The rule itself is the `needsSecondPerson`
   * of its workflow, which a test compares.
   */
  readonly secondPerson?: Readonly<Record<string, string>>;
  /** Result of its workflow, for the wire contract. */
  readonly result?: z.ZodType;
}

/** All of them. `<name>Lifecycle` is in `workflows/<name>/states.ts`, `<name>Spec` in `workflows/<name>/workflow.ts`. */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    table: claimLifecycle,
    notice: claimNotice,
    key: 'claimId',
    messages: claimMessages,
    secondPerson: { manualDecision: 'where it pays more than one person may' },
    result: claimResult,
  },
  {
    table: orderLifecycle,
    notice: orderNotice,
    key: 'orderId',
    messages: orderMessages,
    secondPerson: { resolveException: 'where it says that all is settled by hand' },
    result: orderResult,
  },
  {
    table: ticketLifecycle,
    notice: ticketNotice,
    key: 'ticketId',
    messages: ticketMessages,
    secondPerson: { supervise: 'where it closes the ticket' },
    result: ticketResult,
  },
  {
    table: onboardingLifecycle,
    notice: onboardingNotice,
    key: 'applicantId',
    messages: onboardingMessages,
    secondPerson: {
      decideCompliance: 'always',
      decideApplication: 'where it says that all is settled by hand',
    },
    result: onboardingResult,
  },
];
