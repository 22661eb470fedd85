/** What customers of the shop do where their story says nothing. */
import type { EntitySummary } from '../../../client/index.js';
import type { Told } from './stories.js';

/** How often a customer whose card is declined tries another one. */
const MOST_CARDS = 3;

/** Whom fate asks to choose, chooses. */
export function usual({ state, reason }: EntitySummary, nthCard: number): Told | undefined {
  const another: Told = { name: 'changePayment', data: { methodToken: `card-${nthCard}`, reasonCode: 'otherCard' } };
  if (state === 'AwaitingPaymentMethod') return another;
  if (state !== 'AwaitingCustomer') return undefined;
  if (reason === 'paymentDeclined' && nthCard <= MOST_CARDS + 1) return another;
  return { name: 'cancelOrder', data: { reasonCode: 'changedMind' } };
}
