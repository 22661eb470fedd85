/** What an order knows, and what follows from it: pure functions that the flow reads like sentences. */
import type { Hold } from '../../activities/inventory/contract.js';
import type { CardAuthorized, PaymentChargedBack } from '../../activities/payments/contract.js';
import type { RiskAssessed } from '../../activities/risk/contract.js';
import type { EntityState, Instant, Money, PartState, Patch } from '../lifecycle/entry.js';
import type { Entity } from '../lifecycle/entity.js';
import { paidOf, type OrderContent, type OrderLine, type OrderNotice, type OrderOutcome } from './messages.js';
import type { OrderState } from './states.js';

export type Order = Entity<OrderState, OrderFacts>;

/** A call to the inventory that holds goods, by its Idempotency-Key. */
export interface Reservation {
  readonly key: string;
  /** Absent while nobody knows whether the call took effect. */
  readonly reservationId?: string;
  /** It was given back as a whole. */
  readonly withdrawn?: true;
  readonly holds?: readonly Hold[];
  /** Pieces on backorder, by line. */
  readonly awaits?: Readonly<Record<string, number>>;
  /** It was made for another address than the order now goes to. */
  readonly elsewhere?: true;
}

/** What is kept on a card. */
export interface Authorization {
  readonly ordinal: number;
  readonly key: string;
  readonly amount: Money;
  readonly methodToken: string;
  readonly authorizationId?: string;
  /** Ids of those that were asked for before: news of them come too late. */
  readonly earlier?: readonly string[];
  /** Absent while the bank has not answered. */
  readonly answer?: Exclude<CardAuthorized, { readonly outcome: 'pending' }>;
  readonly authorizedAt?: Instant;
  /** How long after `authorizedAt` the rest has to be authorised again: some time before it lapses. */
  readonly renewAfterMs?: number;
}

/** Goods that leave one warehouse together. */
export interface Shipment {
  readonly ordinal: number;
  readonly key: string;
  readonly warehouseId: string;
  readonly lines: ReadonlyArray<{ readonly lineId: string; readonly sku: string; readonly quantity: number }>;
  readonly holdIds: readonly string[];
  readonly amount: Money;
  readonly shipmentId?: string;
  /** Number of the carrier's newest update. */
  readonly update?: number;
  /** The warehouse was asked to stop it: how often, and what it said last. */
  readonly stop?: { readonly asked: number; readonly outcome?: 'stopped' | 'alreadyDispatched' };
}

/** What a carrier has told last of a shipment: the state that it is in by that, and the number of the update. */
export interface News {
  readonly to: string;
  readonly number: number;
  readonly code?: string;
}

/** What was taken for a shipment. */
export interface Capture {
  /** How often it was tried, from 1. */
  readonly attempt: number;
  readonly amount: Money;
  /** Number of the authorisation that it is taken from. */
  readonly authorization?: number;
  readonly captureId?: string;
}

/** What is given back of a capture. */
export interface Refund {
  /** Number of the shipment whose capture it is of. */
  readonly of: number;
  readonly amount: Money;
  readonly attempt: number;
  readonly refundId?: string;
  readonly why: string;
}

export interface Chargeback extends PaymentChargedBack {
  readonly receivedAt: Instant;
  readonly evidenceMs: number;
  readonly from: OrderState;
  readonly answeredAt?: Instant;
}

/** The order's facts, as its journal builds them. Numbered things are kept by their number. */
export interface OrderFacts {
  readonly notice: OrderNotice;
  /** What is wanted now, as last amended. */
  readonly content: OrderContent;
  /** Counts amendments, from 1: what depends on the content is asked anew. */
  readonly revision: number;
  readonly methodToken: string;
  readonly risk?: RiskAssessed | null;
  readonly riskApproved?: boolean;
  readonly reservations?: Readonly<Record<string, Reservation>>;
  readonly authorization?: Authorization;
  readonly shipments?: Readonly<Record<string, Shipment>>;
  /** What carriers tell of shipments that no answer has named yet, by their id. */
  readonly unnamed?: Readonly<Record<string, News>>;
  readonly captures?: Readonly<Record<string, Capture>>;
  readonly refunds?: Readonly<Record<string, Refund>>;
  /** Everything that has left is captured. */
  readonly allCapturedAt?: Instant;
  /** What brought the order to a person: the state that it goes back to. */
  readonly exception?: { readonly from: OrderState; readonly reason: string };
  readonly chargeback?: Chargeback;
  /** What the customer sends back: when it was asked for, and when it had come. */
  readonly returning?: { readonly lineIds: readonly string[]; readonly receivedAt?: Instant } | null;
  /** What the customer has paid, kept and been given back, for lists: as the claim's amounts. */
  readonly amounts?: Amounts;
}

/** In minor units of one currency. */
export interface Amounts {
  readonly currency: string;
  /** Kept on the card. */
  readonly reserved: number;
  /** What was captured and what is to be. */
  readonly approved: number;
  /** Captured and not given back. */
  readonly paid: number;
  /** To be captured still. */
  readonly open: number;
}

/** Names of parts. */
export const shipmentPart = (ordinal: number): string => `shipment:${ordinal}`;
export const capturePart = (ordinal: number): string => `capture:${ordinal}`;
export const refundPart = (ordinal: number): string => `refund:${ordinal}`;
export const authorizationPart = (ordinal: number): string => `authorization:${ordinal}`;

/** The state of a part; empty where there is none. */
export const partState = ({ parts }: EntityState, name: string): string => parts[name]?.state ?? '';

/** Several parts in one state. */
export function all(names: readonly string[], state: string, since: Instant, more: Partial<PartState> = {}) {
  return Object.fromEntries(names.map((name): [string, PartState] => [name, { ...more, state, since }]));
}

export const currencyOf = ({ content }: Pick<OrderFacts, 'content'>): string =>
  content.lines[0]?.unitPrice.currency ?? 'USD';

/** Everything that is held, whichever call holds it. */
export function heldNow({ reservations = {} }: OrderFacts): Hold[] {
  return Object.values(reservations).flatMap(({ holds = [] }) => holds);
}

/** Pieces that are held for a line. */
export function heldFor(facts: OrderFacts, lineId: string): number {
  return heldNow(facts).reduce((sum, hold) => sum + (hold.lineId === lineId ? hold.quantity : 0), 0);
}

/** The lines that are not wholly held, with what is lacking. */
export function lacking(facts: OrderFacts): Array<OrderLine & { readonly lacking: number }> {
  return facts.content.lines.flatMap((line) => {
    const missing = line.quantity - heldFor(facts, line.lineId);
    return missing > 0 ? [{ ...line, lacking: missing }] : [];
  });
}

/** What pieces of lines come to. */
export function priceOf(
  { content }: Pick<OrderFacts, 'content'>,
  pieces: ReadonlyArray<{ readonly lineId: string; readonly quantity: number }>,
): number {
  const price = new Map(content.lines.map(({ lineId, unitPrice }) => [lineId, unitPrice.minor]));
  return pieces.reduce((sum, { lineId, quantity }) => sum + (price.get(lineId) ?? 0) * quantity, 0);
}

/** The lines of which more is lacking than is on backorder, with how much. */
export function uncovered(facts: OrderFacts): ReturnType<typeof lacking> {
  const awaited = Object.values(facts.reservations ?? {}).map(({ awaits = {} }) => awaits);
  return lacking(facts).flatMap((line) => {
    const missing = awaited.reduce((rest, pieces) => rest - (pieces[line.lineId] ?? 0), line.lacking);
    return missing > 0 ? [{ ...line, lacking: missing }] : [];
  });
}

/** What is authorised: everything that is held, and the delivery. */
export function toAuthorize(facts: OrderFacts): Money {
  const delivery = facts.content.delivery?.minor ?? 0;
  return { minor: priceOf(facts, heldNow(facts)) + delivery, currency: currencyOf(facts) };
}

/** What is left to be captured of all that will be shipped. */
export function toCapture(order: Order): Money {
  const open = shipmentsOf(order.facts).filter(
    ({ ordinal }) =>
      !['Stopped', 'Refused'].includes(partState(order.state, shipmentPart(ordinal))) &&
      ['', 'Requested', 'Declined'].includes(partState(order.state, capturePart(ordinal))),
  );
  return { minor: open.reduce((sum, { amount }) => sum + amount.minor, 0), currency: currencyOf(order.facts) };
}

/** By their number. */
export function shipmentsOf({ shipments = {} }: OrderFacts): Shipment[] {
  return Object.values(shipments).sort((a, b) => a.ordinal - b.ordinal);
}

/** The shipments whose part is in one of these states. */
export function shipmentsIn(order: Order, ...states: readonly string[]): Shipment[] {
  return shipmentsOf(order.facts).filter(({ ordinal }) =>
    states.includes(partState(order.state, shipmentPart(ordinal))),
  );
}

/** What has left the warehouse, whatever became of it. */
export const leftWarehouse = (order: Order): Shipment[] =>
  shipmentsIn(order, 'Dispatched', 'Delivered', 'Returned', 'Lost');

/** How an order ends that something was shipped of. */
export function outcomeOf({ parts }: EntityState): OrderOutcome {
  const lines = Object.entries(parts).flatMap(([name, { state }]) => (name.includes(':') ? [] : [state]));
  if (!lines.includes('Delivered'))
    return lines.some((state) => ['Returned', 'Lost'].includes(state)) ? 'returned' : 'cancelled';
  return lines.every((state) => state === 'Delivered') ? 'delivered' : 'partlyDelivered';
}

/** A patch, and what the order comes to with it. */
export function withAmounts(order: Order, patch: Patch): Patch {
  const facts = { ...order.facts, ...patch.facts };
  const state = { ...order.state, parts: { ...order.state.parts, ...patch.parts } };
  const kept = Object.entries(state.parts).reduce(
    (sum, [name, part]) =>
      sum + (name.startsWith('authorization:') && part.state === 'Authorized' ? (part.amount?.minor ?? 0) : 0),
    0,
  );
  const paid = paidOf(state.parts);
  const after = { state, facts } as unknown as Order;
  const open = facts.shipments ? toCapture(after).minor : kept;
  const amounts: Amounts = { currency: currencyOf(facts), reserved: kept, approved: paid + open, paid, open };
  return { ...patch, facts: { ...patch.facts, amounts } };
}
