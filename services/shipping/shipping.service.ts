/** Shipping: a warehouse that packs and can be stopped until goods leave it, and a carrier that tells how far they are. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ServicesConfig } from '../config.js';
import { Agenda, agendaTable } from '../platform/agenda.js';
import { orderCallback, type Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { ofOrder, orderId, orderLines, turnOfItem, turnOfOrder } from '../platform/order-schemas.js';
import { readPage, type Page } from '../platform/pages.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo } from '../platform/validation.js';
import { carrierUpdate, itineraryOf, seedItineraries, type itinerarySeed } from './journey.js';
import { SHIPMENT_TABLES } from './shipment-tables.js';
import { advance, enterLeg, LEG, lockShipment, stop, type Shipment } from './shipments.js';

/** Body of `POST /shipping/shipments`. */
export const shipmentRequest = z.strictObject({
  orderId,
  ordinal: z.int('a whole number').min(1, 'at least 1').max(999, 'at most 999'),
  warehouseId: reference,
  lines: orderLines,
  addressRef: reference,
  callback: callbackTo,
});

/** Body of `POST /shipping/stops`. */
export const stopRequest = z
  .strictObject({
    orderId,
    shipmentId: reference.exactOptional(),
    shipmentKey: z.string().min(1).max(255).exactOptional(),
  })
  .refine((body) => (body.shipmentId === undefined) !== (body.shipmentKey === undefined), {
    path: ['shipmentId'],
    error: 'give either shipmentId or shipmentKey',
  });

/** Body of `POST /shipping/orders/:orderId/shipments/:shipmentId/updates`. */
export const updateRequest = z.strictObject({ update: carrierUpdate, code: code.exactOptional() });

type ShipmentRequest = z.infer<typeof shipmentRequest>;
type StopRequest = z.infer<typeof stopRequest>;

/** A shipment in the list for reconciliation. */
export interface ListedShipment {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly ordinal: number;
  readonly warehouseId: string;
  readonly lines: ReadonlyArray<{ readonly lineId: string; readonly sku: string; readonly quantity: number }>;
  readonly trackingNumber: string;
  readonly state: string;
  /** Number of the carrier's newest update; 0: there was none. */
  readonly updates: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** Items of the agenda: the answer to a stop, `<order>/<shipment>/<any>`. */
const ANSWER_STOP = 'answerStop';

@Injectable()
export class ShippingService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
    private readonly config: ServicesConfig,
  ) {}

  onModuleInit(): Promise<void> {
    this.agenda.on(LEG, { turn: turnOfItem, perform: (transaction, id) => this.#travel(transaction, id) });
    this.agenda.on(ANSWER_STOP, { turn: turnOfItem, perform: (transaction, id) => this.#answerStop(transaction, id) });
    return this.store.migrate(`${agendaTable(this.store.schema)} ${SHIPMENT_TABLES}`);
  }

  /** Inserts, replaces or lifts itineraries. */
  seed(seeds: ReadonlyArray<z.infer<typeof itinerarySeed>>): Promise<void> {
    return seedItineraries(this.store.database, seeds);
  }

  /**
   * Releases a shipment to its warehouse (201); the carrier's updates follow.
   * @throws Problem 409 `ShipmentOrdinalUsed`, 422 `ShipmentDeclined`, by way of the answer
   */
  create(key: string, input: ShipmentRequest): Promise<Answer> {
    const call = { key, operation: 'createShipment', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfOrder(input.orderId), async (transaction, declined) => {
      const { orderId, ordinal } = input;
      if (declined) throw shipmentDeclined(input);
      const { legs } = await this.#itinerary(transaction, orderId);
      const shipmentId = `SHP-${randomUUID()}`;
      const trackingNumber = `TRK-${randomUUID()}`;
      await enterLeg(transaction, this.agenda, { orderId, shipmentId }, legs, 0);
      const now = new Date().toISOString();
      const row = {
        shipment_id: shipmentId,
        order_id: orderId,
        ordinal,
        warehouse_id: input.warehouseId,
        lines: input.lines,
        address_ref: input.addressRef,
        tracking_number: trackingNumber,
        reference: input.callback.reference,
        state: 'created',
        updates: 0,
        created_at: now,
        changed_at: now,
      };
      return {
        answer: new Answer(201, { shipmentId, trackingNumber }),
        inserts: [{ table: 'shipment', rows: [row] }],
        refusals: { one_shipment_per_ordinal: () => ordinalUsed(input) },
      };
    });
  }

  /**
   * Stops a shipment, where it has not left (200); or has the warehouse look first, and calls back.
   * @throws Problem 404 `ShipmentNotFound`, by way of the answer
   */
  stop(key: string, input: StopRequest): Promise<Answer> {
    const call = { key, operation: 'stopShipment', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfOrder(input.orderId), async (transaction, declined) => {
      const shipmentId = input.shipmentId ?? (await this.#madeUnder(transaction, input.shipmentKey ?? ''));
      if (shipmentId === undefined) return { answer: new Answer(200, { outcome: 'notCreated' }) };
      const shipment = await lockShipment(transaction, input.orderId, shipmentId);
      if (!shipment) throw notFound(input.orderId, shipmentId);
      if (declined && shipment.state === 'created') {
        // It leaves at this moment.
        const callbacks = await this.#leave(transaction, shipment);
        return { answer: new Answer(200, { outcome: 'alreadyDispatched', shipmentId }), callbacks };
      }
      const { stopAfterMs } = await this.#itinerary(transaction, input.orderId);
      if (shipment.state === 'created' && stopAfterMs !== null) {
        const item = `${input.orderId}/${shipmentId}/${randomUUID()}`;
        await this.agenda.enter(transaction, ANSWER_STOP, item, stopAfterMs);
        return { answer: new Answer(202, { outcome: 'asked', shipmentId }) };
      }
      return { answer: new Answer(200, { outcome: await this.#stopped(transaction, shipment), shipmentId }) };
    });
  }

  /**
   * Takes an update that a person or a test tells (202), and promises to tell the order.
   * @throws Problem 404 `ShipmentNotFound`, 409 `UpdateCannotFollow`, by way of the answer
   */
  update(key: string, orderId: string, shipmentId: string, body: z.infer<typeof updateRequest>): Promise<Answer> {
    const call = { key, operation: 'updateShipment', input: { orderId, shipmentId, ...body } };
    return this.store.onceInTurn(call, turnOfOrder(orderId), async (transaction) => {
      const shipment = await lockShipment(transaction, orderId, shipmentId);
      if (!shipment) throw notFound(orderId, shipmentId);
      const told = await advance(transaction, shipment, body.update, body.code);
      if (!told) {
        throw new Problem(
          409,
          'UpdateCannotFollow',
          `update is ${body.update}: shipment ${shipmentId} is ${shipment.state}, which it cannot follow; look it up first`,
        );
      }
      return { answer: new Answer(202, { shipmentId, update: body.update }), callbacks: [told] };
    });
  }

  /** Shipments in whatever state, by order. */
  list({ order, ...page }: z.infer<typeof ofOrder>): Promise<Page<ListedShipment>> {
    return readPage<ListedShipment>(
      this.store.database,
      {
        table: 'svc_shipping.shipment',
        columns: `shipment_id AS "shipmentId", order_id AS "orderId", ordinal, warehouse_id AS "warehouseId", lines,
          tracking_number AS "trackingNumber", state, updates, created_at AS "createdAt", changed_at AS "changedAt"`,
        entity: 'order_id',
        id: 'shipment_id',
      },
      { ...page, entity: order },
    );
  }

  #itinerary(queries: Queries, orderId: string): ReturnType<typeof itineraryOf> {
    return itineraryOf(queries, orderId, this.config.carrierLegMs);
  }

  /** The shipment that was made under a key; undefined where none was, and none will be. */
  async #madeUnder(transaction: Queries, key: string): Promise<string | undefined> {
    const made = (await this.store.withdraw(transaction, key)) as { shipmentId?: string } | undefined;
    return made?.shipmentId;
  }

  /** Stops it where it can be stopped. @returns what has become of it */
  async #stopped(transaction: Queries, shipment: Shipment): Promise<'stopped' | 'alreadyDispatched'> {
    if (shipment.state === 'created') {
      await stop(transaction, shipment);
      await this.agenda.strike(transaction, LEG, `${shipment.orderId}/${shipment.shipmentId}/0`);
    }
    return shipment.state === 'created' || shipment.state === 'stopped' ? 'stopped' : 'alreadyDispatched';
  }

  async #leave(transaction: Queries, shipment: Shipment): Promise<readonly Callback[]> {
    const { orderId, shipmentId } = shipment;
    const told = await advance(transaction, shipment, 'dispatched', undefined);
    if (await this.agenda.strike(transaction, LEG, `${orderId}/${shipmentId}/0`)) {
      const { legs } = await this.#itinerary(transaction, orderId);
      await enterLeg(transaction, this.agenda, shipment, legs, 1);
    }
    return told ? [told] : [];
  }

  /** The next leg of a journey; what cannot follow, since a person was first, is left out. */
  async #travel(transaction: Queries, id: string): Promise<readonly Callback[]> {
    const [orderId = '', shipmentId = '', n = '0'] = id.split('/');
    const shipment = await lockShipment(transaction, orderId, shipmentId);
    const { legs } = await this.#itinerary(transaction, orderId);
    const leg = legs[Number(n)];
    if (!shipment || !leg) return [];
    const told = await advance(transaction, shipment, leg.update, leg.code);
    await enterLeg(transaction, this.agenda, shipment, legs, Number(n) + 1);
    return told ? [told] : [];
  }

  async #answerStop(transaction: Queries, id: string): Promise<readonly Callback[]> {
    const [orderId = '', shipmentId = ''] = id.split('/');
    const shipment = await lockShipment(transaction, orderId, shipmentId);
    if (!shipment) return [];
    const outcome = await this.#stopped(transaction, shipment);
    return [orderCallback('shipping.stopAnswered', shipment.reference, { shipmentId, outcome })];
  }
}

const notFound = (order: string, shipmentId: string): Problem =>
  new Problem(404, 'ShipmentNotFound', `shipmentId is ${shipmentId}: order ${order} has no such shipment; look it up`);

const ordinalUsed = ({ orderId, ordinal }: ShipmentRequest): Problem =>
  new Problem(
    409,
    'ShipmentOrdinalUsed',
    `ordinal is ${ordinal}: shipment ${ordinal} of order ${orderId} was made under another Idempotency-Key; look that up, or give a ` +
      'new shipment the next ordinal',
  );

const shipmentDeclined = ({ warehouseId, orderId }: ShipmentRequest): Problem =>
  new Problem(
    422,
    'ShipmentDeclined',
    `warehouseId is ${warehouseId}: it does not take a shipment of order ${orderId}; ship from another`,
  );
