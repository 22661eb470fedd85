/** What must hold of each order, by the books of the services alone. Pure. */
import type { Books } from './books.js';
import { DELIVERY, type Catalogue } from './catalogue.js';

/** Shipments that have left the warehouse, and of those the ones that the customer has, or is still to get. */
const LEFT = ['dispatched', 'inTransit', 'deliveryFailed', 'delivered', 'returned', 'lost'];
const KEPT = ['dispatched', 'inTransit', 'deliveryFailed', 'delivered'];

/**
 * More is taken, and not given back, than for what has left and did not come back. While an order is open, what came back may still be
 * on its way to be refunded.
 */
export function isChargedTwice({ captures, shipments }: Books, shop: Catalogue, ended: boolean): boolean {
  const taken = captures.reduce(
    (sum, { state, amount, refunded, chargedBack }) =>
      sum + (state === 'captured' && !chargedBack ? amount.minor - refunded.minor : 0),
    0,
  );
  return taken > worth(shipments, ended ? KEPT : LEFT, shop);
}

/** What is kept in a warehouse or on a card; of an order that has ended, nothing may be. */
export function holdsIn({ holds, authorizations }: Books): number {
  const kept = authorizations.filter(
    ({ state, amount, captured }) => ['pending', 'authorized'].includes(state) && captured.minor < amount.minor,
  );
  return holds.filter(({ state }) => state === 'held').length + kept.length;
}

/** What shipments in these states come to; delivery is paid with the first. */
function worth(shipments: Books['shipments'], states: readonly string[], shop: Catalogue): number {
  return shipments.reduce((sum, { state, ordinal, lines }) => {
    if (!states.includes(state)) return sum;
    const goods = lines.reduce((minor, { sku, quantity }) => minor + shop.priceOf(sku).minor * quantity, 0);
    return sum + goods + (ordinal === 1 ? DELIVERY.minor : 0);
  }, 0);
}
