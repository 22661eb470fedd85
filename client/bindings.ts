/** The lifecycles as their senders see them. One that is not in `events/catalogue.ts` is unknown to client, gateway and command line. */
import type { z } from 'zod';
import { CATALOGUE, type CatalogueEntry } from '../events/catalogue.js';
import { CLAIM, type ClaimMessages, type ClaimNotice } from '../workflows/claim/messages.js';
import { ONBOARDING, type OnboardingMessages, type OnboardingNotice } from '../workflows/onboarding/messages.js';
import { ORDER, type OrderMessages, type OrderNotice } from '../workflows/order/messages.js';
import { TICKET, type TicketMessages, type TicketNotice } from '../workflows/ticket/messages.js';
import { understood, type LifecycleBinding } from './binding.js';

/** A lifecycle whose notice and messages are known by their schemas alone. */
function bindingOf({ table, notice, key, messages, secondPerson = {} }: CatalogueEntry): LifecycleBinding {
  const { name } = table;
  const fieldOf = (given: unknown, field: string): unknown => (given as Readonly<Record<string, unknown>>)[field];
  return {
    name,
    taskQueue: `throughline-${name}`,
    initialState: table.initial,
    workflowId: (id) => `${name}/${id}`,
    notice,
    idOf: (given) => String(fieldOf(given, key)),
    catastropheOf: (given) => {
      const catastrophe = fieldOf(given, 'catastrophe');
      return typeof catastrophe === 'string' ? catastrophe : undefined;
    },
    messages: understood(
      Object.fromEntries(
        Object.entries(table.messages).map(([message, { kind }]) => [
          message,
          { kind, schema: messages[message] as z.ZodType },
        ]),
      ),
    ),
    secondPerson,
  };
}

/** All of them. Who works with any lifecycle leaves notices and messages to their schemas. */
export const BINDINGS: readonly LifecycleBinding[] = CATALOGUE.map(bindingOf);

/** The claim, whose messages have types: those of the schemas in `events/claim.ts`. */
export const claimBinding = BINDINGS.find(({ name }) => name === CLAIM) as unknown as LifecycleBinding<
  ClaimNotice,
  ClaimMessages
>;

/** The order, likewise. */
export const orderBinding = BINDINGS.find(({ name }) => name === ORDER) as unknown as LifecycleBinding<
  OrderNotice,
  OrderMessages
>;

/** The ticket, likewise. */
export const ticketBinding = BINDINGS.find(({ name }) => name === TICKET) as unknown as LifecycleBinding<
  TicketNotice,
  TicketMessages
>;

/** The onboarding, likewise. */
export const onboardingBinding = BINDINGS.find(({ name }) => name === ONBOARDING) as unknown as LifecycleBinding<
  OnboardingNotice,
  OnboardingMessages
>;
