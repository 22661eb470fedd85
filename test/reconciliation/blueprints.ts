/** Sound claims and orders, as the records and the services have them: what both sides say of each agrees. */
import type { ClaimFacts } from '../../workflows/claim/facts.js';
import type { PartState } from '../../workflows/lifecycle/entry.js';
import type { OrderFacts } from '../../workflows/order/facts.js';

/** When everything happened last, longer ago than any grace period. */
export const LONG_AGO = new Date(Date.now() - 3_600_000).toISOString();

const usd = (minor: number) => ({ minor, currency: 'USD' });

/** An entity as its row is. */
export interface PlantedEntity {
  lifecycle: 'claim' | 'order';
  id: string;
  state: string;
  closed: boolean;
  parts: Record<string, PartState>;
  facts: Record<string, unknown>;
  profile?: string;
  reviews?: object;
}

interface Changed {
  state: string;
  changedAt?: string;
}

export interface PlantedPayment extends Changed {
  id: string;
  ordinal: number;
  minor: number;
}

export interface PlantedAuthorization extends Changed {
  id: string;
  minor: number;
  captured: number;
}

export interface PlantedCapture extends Changed {
  id: string;
  authorization: string;
  shipment: string;
  minor: number;
  chargedBack?: boolean;
}

export interface PlantedRefund extends Changed {
  id: string;
  capture: string;
  minor: number;
}

export interface PlantedHold extends Changed {
  id: string;
  reservation: string;
  quantity: number;
}

export interface PlantedShipment extends Changed {
  id: string;
  ordinal: number;
  updates: number;
}

/** One entity, or the lack of one, and the services' rows of it. */
export interface Plant {
  readonly id: string;
  entity?: PlantedEntity | undefined;
  payments: PlantedPayment[];
  authorizations: PlantedAuthorization[];
  captures: PlantedCapture[];
  refunds: PlantedRefund[];
  holds: PlantedHold[];
  shipments: PlantedShipment[];
}

const nothing = () => ({ payments: [], authorizations: [], captures: [], refunds: [], holds: [], shipments: [] });

const part = (state: string, minor?: number): PartState => ({
  state,
  since: LONG_AGO,
  ...(minor !== undefined && { amount: usd(minor) }),
});

/** The parts and facts of an order's entity, to be bent. */
function factsOf(plant: Plant): OrderFacts {
  return (plant.entity?.facts ?? {}) as unknown as OrderFacts;
}

const PRICE = 2_000;

/** An order whose goods are held, and whose amount the bank has not answered for yet. */
export function authorizing(id: string): Plant {
  const held = {
    holdId: `HLD-${id}`,
    lineId: '1',
    warehouseId: 'W1',
    sku: 'LAMP',
    quantity: 1,
    expiresAt: '2099-01-01T00:00:00.000Z',
  };
  const content = {
    lines: [{ lineId: '1', sku: 'LAMP', quantity: 1, unitPrice: usd(PRICE) }],
    destination: { country: 'US', postalCode: '11692' },
    addressRef: 'ADR-1',
  };
  const facts = {
    notice: { orderId: id, customerId: 'CUS-1', methodToken: 'card-1', ...content },
    content,
    revision: 1,
    methodToken: 'card-1',
    reservations: { 1: { key: `order/${id}/reservation/1`, reservationId: `RSV-${id}`, holds: [held] } },
    authorization: {
      ordinal: 1,
      key: `order/${id}/authorization/1`,
      amount: usd(PRICE),
      methodToken: 'card-1',
      authorizationId: `AUT-${id}`,
    },
  } satisfies OrderFacts;
  return {
    ...nothing(),
    id,
    entity: {
      lifecycle: 'order',
      id,
      state: 'AuthorizationPending',
      closed: false,
      parts: { 1: part('Reserved'), 'authorization:1': part('Requested', PRICE) },
      facts,
    },
    authorizations: [{ id: `AUT-${id}`, minor: PRICE, captured: 0, state: 'pending' }],
    holds: [{ id: `HLD-${id}`, reservation: `RSV-${id}`, quantity: 1, state: 'held' }],
  };
}

/** An order whose goods are on backorder. */
export function waiting(id: string): Plant {
  const plant = bent(authorizing(id), (entity, facts) => {
    entity.state = 'AwaitingStock';
    entity.parts = { 1: part('Backordered') };
    const reservations = {
      1: { key: `order/${id}/reservation/1`, reservationId: `RSV-${id}`, holds: [], awaits: { 1: 1 } },
    };
    const { authorization: _none, ...rest } = facts;
    entity.facts = { ...rest, reservations };
  });
  return { ...plant, authorizations: [], holds: [] };
}

/** An order that the warehouse packs. */
export function released(id: string): Plant {
  const plant = bent(authorizing(id), (entity, facts) => {
    entity.state = 'ReleasedToWarehouse';
    entity.parts = { 1: part('Reserved'), 'authorization:1': part('Authorized', PRICE), 'shipment:1': part('Created') };
    const { authorization } = facts;
    const answer = {
      outcome: 'authorized',
      authorizationId: `AUT-${id}`,
      amount: usd(PRICE),
      expiresAt: '2099-01-01T00:00:00.000Z',
    };
    const shipment = {
      ordinal: 1,
      key: `order/${id}/shipment/1`,
      warehouseId: 'W1',
      lines: [{ lineId: '1', sku: 'LAMP', quantity: 1 }],
      holdIds: [`HLD-${id}`],
      amount: usd(PRICE),
      shipmentId: `SHP-${id}`,
    };
    entity.facts = { ...facts, authorization: { ...authorization, answer }, shipments: { 1: shipment } };
  });
  plant.authorizations = [{ id: `AUT-${id}`, minor: PRICE, captured: 0, state: 'authorized' }];
  plant.shipments = [{ id: `SHP-${id}`, ordinal: 1, updates: 0, state: 'created' }];
  return plant;
}

/** An order that has left, and is paid. */
export function shipped(id: string): Plant {
  const plant = bent(released(id), (entity, facts) => {
    entity.state = 'InDelivery';
    entity.parts = {
      1: part('Shipped'),
      'authorization:1': part('Captured', PRICE),
      'shipment:1': part('Dispatched'),
      'capture:1': part('Captured', PRICE),
    };
    const shipment = { ...facts.shipments?.['1'], update: 1, committed: true };
    const captures = { 1: { attempt: 1, amount: usd(PRICE), authorization: 1, captureId: `CAP-${id}` } };
    entity.facts = { ...facts, shipments: { 1: shipment }, captures };
  });
  plant.authorizations = [{ id: `AUT-${id}`, minor: PRICE, captured: PRICE, state: 'authorized' }];
  plant.captures = [
    { id: `CAP-${id}`, authorization: `AUT-${id}`, shipment: `SHP-${id}`, minor: PRICE, state: 'captured' },
  ];
  plant.holds = [{ id: `HLD-${id}`, reservation: `RSV-${id}`, quantity: 1, state: 'committed' }];
  plant.shipments = [{ id: `SHP-${id}`, ordinal: 1, updates: 1, state: 'dispatched' }];
  return plant;
}

/** An order that has ended, delivered. */
export function delivered(id: string): Plant {
  const plant = bent(shipped(id), (entity) => {
    entity.state = 'Completed';
    entity.closed = true;
    entity.parts = { ...entity.parts, 1: part('Delivered'), 'shipment:1': part('Delivered') };
  });
  plant.shipments = [{ id: `SHP-${id}`, ordinal: 1, updates: 2, state: 'delivered' }];
  return plant;
}

/** An order that was stopped before it left. */
export function cancelled(id: string): Plant {
  const plant = bent(released(id), (entity, facts) => {
    entity.state = 'Cancelled';
    entity.closed = true;
    entity.parts = { 1: part('NotShipped'), 'authorization:1': part('Voided'), 'shipment:1': part('Stopped') };
    const shipment = { ...facts.shipments?.['1'], stop: { asked: 1, outcome: 'stopped' } };
    entity.facts = { ...facts, shipments: { 1: shipment } };
  });
  plant.authorizations = [{ id: `AUT-${id}`, minor: PRICE, captured: 0, state: 'voided' }];
  plant.holds = [{ id: `HLD-${id}`, reservation: `RSV-${id}`, quantity: 1, state: 'released' }];
  plant.shipments = [{ id: `SHP-${id}`, ordinal: 1, updates: 0, state: 'stopped' }];
  return plant;
}

/** An order that asked the warehouse to stop, and waits for the answer. */
export const stopping = (id: string): Plant =>
  bent(released(id), (entity, facts) => {
    entity.state = 'StopPending';
    entity.facts = { ...facts, shipments: { 1: { ...facts.shipments?.['1'], stop: { asked: 1 } } } };
  });

/** An order whose refund the bank has not answered yet. */
export function refunding(id: string): Plant {
  const plant = bent(delivered(id), (entity, facts) => {
    entity.state = 'RefundPending';
    entity.closed = false;
    entity.parts = { ...entity.parts, 'refund:1': part('Requested', PRICE) };
    const refunds = { 1: { of: 1, amount: usd(PRICE), attempt: 1, refundId: `REF-${id}`, why: 'returned' } };
    entity.facts = { ...facts, refunds };
  });
  plant.refunds = [{ id: `REF-${id}`, capture: `CAP-${id}`, minor: PRICE, state: 'pending' }];
  return plant;
}

/** An order whose refund is done. */
export function refunded(id: string): Plant {
  const plant = bent(refunding(id), (entity) => {
    entity.state = 'Completed';
    entity.closed = true;
    entity.parts = { ...entity.parts, 'refund:1': part('Refunded', PRICE) };
  });
  plant.refunds = [{ id: `REF-${id}`, capture: `CAP-${id}`, minor: PRICE, state: 'refunded' }];
  return plant;
}

/** A claim that was paid on one coverage, and has ended. */
export function paid(id: string): Plant {
  return {
    ...nothing(),
    id,
    entity: {
      lifecycle: 'claim',
      id,
      state: 'Closed',
      closed: true,
      parts: { building: part('Paid', PRICE) },
      facts: { payments: { building: { ordinal: 1, amount: usd(PRICE) } } } satisfies Partial<ClaimFacts>,
    },
    payments: [{ id: `PAY-${id}`, ordinal: 1, minor: PRICE, state: 'paid' }],
  };
}

/** A claim whose payment was issued, and which goes on: it follows the payment until it is cashed. */
export const issued = (id: string): Plant =>
  bent(paid(id), (entity) => {
    entity.state = 'AwaitingDocuments';
    entity.closed = false;
    entity.parts = { building: part('Assessed', PRICE), 'payment:building-1': part('Issued', PRICE) };
  });

/** A claim that has asked for its payment, of which nobody knows yet. */
export const paying = (id: string): Plant => ({
  ...bent(paid(id), (entity) => {
    entity.state = 'PaymentPending';
    entity.closed = false;
    entity.parts = { building: part('PaymentRequested', PRICE) };
  }),
  payments: [],
});

/** Every sound one. */
export const SOUND: ReadonlyArray<(id: string) => Plant> = [
  authorizing,
  waiting,
  released,
  shipped,
  delivered,
  cancelled,
  stopping,
  refunding,
  refunded,
  paid,
  issued,
  paying,
];

/** A plant whose entity is changed. */
export function bent(plant: Plant, change: (entity: PlantedEntity, facts: OrderFacts) => void): Plant {
  if (plant.entity) change(plant.entity, factsOf(plant));
  return plant;
}
