/**
 * The inventory: what is there, and for whom it is kept. A constraint of the database, not the code's care, keeps its promise: what is
 * held is on hand.
 */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { instant, reference } from '../../events/common.js';
import { Agenda, agendaTable } from '../platform/agenda.js';
import { orderCallback, type Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { destination, ofOrder, orderId, orderLines, turnOfItem, turnOfOrder } from '../platform/order-schemas.js';
import { readPage, type Page } from '../platform/pages.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo } from '../platform/validation.js';
import { fillBackorder } from './backorders.js';
import { endHolds, EXPIRE, extendHolds, FILL, lookAtBackorders, newHolds, take, type HoldRow } from './holds.js';
import { INVENTORY_TABLES } from './inventory-tables.js';
import { lacking, route, sum } from './routing.js';
import { lockStock, restockOf, seedStock, seedWarehouses, type stockSeed, type warehouseSeed } from './stock.js';

/** Body of `POST /inventory/reservations`. */
export const reservationRequest = z.strictObject({
  orderId,
  lines: orderLines,
  destination: destination.exactOptional(),
  holdUntil: instant,
  short: z.enum(['leave', 'backorder']).default('leave'),
  callback: callbackTo,
});

const holdIds = z.array(reference).min(1, 'at least one hold').max(1_000, 'at most 1000 holds');

/** Body of `POST /inventory/holds/extend`. */
export const extension = z.strictObject({ orderId, holdIds, holdUntil: instant });

/** Body of `POST /inventory/holds/release`. */
export const releaseRequest = z
  .strictObject({
    orderId,
    reservationKey: z.string().min(1).max(255).exactOptional(),
    holdIds: holdIds.exactOptional(),
  })
  .refine((body) => (body.reservationKey === undefined) !== (body.holdIds === undefined), {
    path: ['holdIds'],
    error: 'give either holdIds or reservationKey',
  });

/** Body of `POST /inventory/holds/commit`. */
export const commitment = z.strictObject({ orderId, holdIds });

type ReservationRequest = z.infer<typeof reservationRequest>;

/** When a new backorder is looked at once more, in milliseconds. */
const SECOND_LOOK_MS = 1_000;

/** A hold in the list for reconciliation. */
export interface ListedHold {
  readonly holdId: string;
  readonly reservationId: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly warehouseId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly state: string;
  readonly expiresAt: Date;
  readonly changedAt: Date;
}

@Injectable()
export class InventoryService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
  ) {}

  onModuleInit(): Promise<void> {
    this.agenda.on(EXPIRE, { turn: turnOfItem, perform: (transaction, id) => this.#expire(transaction, id) });
    this.agenda.on(FILL, {
      turn: turnOfItem,
      perform: (transaction, id) => fillBackorder(transaction, this.agenda, id),
    });
    return this.store.migrate(`${agendaTable(this.store.schema)} ${INVENTORY_TABLES}`);
  }

  /** Sets what is free; backorders that wait for it are looked at. */
  seedStock(seeds: ReadonlyArray<z.infer<typeof stockSeed>>): Promise<void> {
    return this.store.inTurn('seed', async (transaction) => {
      await seedStock(transaction, seeds);
      await lookAtBackorders(
        transaction,
        seeds.map(({ sku }) => sku),
      );
      return [];
    });
  }

  /** Inserts or replaces what warehouses are near to. */
  seedWarehouses(seeds: ReadonlyArray<z.infer<typeof warehouseSeed>>): Promise<void> {
    return seedWarehouses(this.store.database, seeds);
  }

  /** Holds what is there (201) and tells what is lacking. */
  reserve(key: string, input: ReservationRequest): Promise<Answer> {
    const call = { key, operation: 'reserveStock', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfOrder(input.orderId), async (transaction, declined) => {
      const { orderId, lines } = input;
      const skus = lines.map(({ sku }) => sku);
      const stock = declined ? [] : await lockStock(transaction, skus, input.destination);
      const portions = route(lines, stock);
      const reservationId = `RSV-${randomUUID()}`;
      const until = new Date(input.holdUntil);
      const holds = newHolds({ reservationId, orderId, until }, portions);
      await take(transaction, holds);
      const backorders = input.short === 'backorder' ? lacking(lines, portions) : [];
      const inMs = until.getTime() - Date.now();
      const now = new Date().toISOString();
      return {
        answer: new Answer(201, {
          reservationId,
          lines: lines.map((line) => {
            const ofLine = holds.filter(({ line_id: lineId }) => lineId === line.lineId);
            const reserved = sum(ofLine);
            const restockedAt = reserved < line.quantity ? restockOf(line, stock) : undefined;
            return {
              lineId: line.lineId,
              sku: line.sku,
              reserved,
              short: line.quantity - reserved,
              ...(restockedAt !== undefined && { restockedAt }),
              holds: ofLine.map(told),
            };
          }),
        }),
        inserts: [
          {
            table: 'reservation',
            rows: [
              {
                reservation_id: reservationId,
                order_id: orderId,
                reference: input.callback.reference,
                hold_ms: Math.max(inMs, 0),
                made_at: now,
              },
            ],
          },
          { table: 'hold', rows: holds.map((hold) => ({ ...hold, changed_at: now })) },
          {
            table: 'agenda',
            rows: [
              ...holds.map(({ hold_id: id }) => this.agenda.item(EXPIRE, `${orderId}/${id}`, inMs)),
              // A product that is stocked for the first time at this moment has no row yet to meet at.
              ...backorders.map(({ lineId }) =>
                this.agenda.item(FILL, `${orderId}/${reservationId}/${lineId}/again`, SECOND_LOOK_MS),
              ),
            ].flatMap(({ rows }) => rows),
          },
          {
            table: 'backorder',
            rows: backorders.map(({ lineId, sku, quantity }) => ({
              reservation_id: reservationId,
              order_id: orderId,
              line_id: lineId,
              sku,
              quantity,
              state: 'waiting',
              asked_at: now,
            })),
          },
        ],
      };
    });
  }

  /** Moves the end of holds that are held (200). */
  extend(key: string, input: z.infer<typeof extension>): Promise<Answer> {
    const { orderId, holdIds } = input;
    return this.store.onceInTurn(
      { key, operation: 'extendHolds', input },
      turnOfOrder(orderId),
      async (transaction) => {
        const until = new Date(input.holdUntil);
        return {
          answer: new Answer(200, { holds: await extendHolds(transaction, this.agenda, { orderId, holdIds, until }) }),
        };
      },
    );
  }

  /** Gives back holds, or all that a reservation has or would have (200). */
  release(key: string, input: z.infer<typeof releaseRequest>): Promise<Answer> {
    const { orderId } = input;
    return this.store.onceInTurn(
      { key, operation: 'releaseHolds', input },
      turnOfOrder(orderId),
      async (transaction) => {
        const holdIds = input.holdIds ?? (await this.#holdsUnder(transaction, orderId, input.reservationKey ?? ''));
        return {
          answer: new Answer(200, {
            holds: await endHolds(transaction, this.agenda, { to: 'released', orderId, holdIds }),
          }),
        };
      },
    );
  }

  /** Takes the pieces of holds off the stock: they have left (200). */
  commit(key: string, input: z.infer<typeof commitment>): Promise<Answer> {
    const { orderId, holdIds } = input;
    return this.store.onceInTurn(
      { key, operation: 'commitHolds', input },
      turnOfOrder(orderId),
      async (transaction) => ({
        answer: new Answer(200, {
          holds: await endHolds(transaction, this.agenda, { to: 'committed', orderId, holdIds }),
        }),
      }),
    );
  }

  /** Holds in whatever state, by order. */
  list({ order, ...page }: z.infer<typeof ofOrder>): Promise<Page<ListedHold>> {
    return readPage<ListedHold>(
      this.store.database,
      {
        table: 'svc_inventory.hold',
        columns: `hold_id AS "holdId", reservation_id AS "reservationId", order_id AS "orderId", line_id AS "lineId",
          warehouse_id AS "warehouseId", sku, quantity, state, expires_at AS "expiresAt", changed_at AS "changedAt"`,
        entity: 'order_id',
        id: 'hold_id',
      },
      { ...page, entity: order },
    );
  }

  /** The holds of the reservation that was made under a key, and is over now with its backorders; none where none was, or will be. */
  async #holdsUnder(transaction: Queries, orderId: string, key: string): Promise<string[]> {
    const made = (await this.store.withdraw(transaction, key)) as { reservationId?: string } | undefined;
    const reservation = [orderId, made?.reservationId ?? ''];
    await transaction.query(
      `UPDATE svc_inventory.backorder SET state = 'released'
       WHERE order_id = $1 AND reservation_id = $2 AND state = 'waiting'`,
      reservation,
    );
    const holds = await transaction.query<{ id: string }>(
      'SELECT hold_id AS id FROM svc_inventory.hold WHERE order_id = $1 AND reservation_id = $2 ORDER BY hold_id',
      reservation,
    );
    return holds.map(({ id }) => id);
  }

  async #expire(transaction: Queries, id: string): Promise<readonly Callback[]> {
    const [orderId = '', holdId = ''] = id.split('/');
    const [hold] = await transaction.query<HoldRow & { reference: string }>(
      `SELECT h.*, r.reference FROM svc_inventory.hold h JOIN svc_inventory.reservation r USING (reservation_id)
       WHERE hold_id = $1 AND state = 'held'`,
      [holdId],
    );
    if (!hold) return [];
    const leftMs = hold.expires_at.getTime() - Date.now();
    if (leftMs > 0) {
      // Extended while this was on its way.
      await this.agenda.enter(transaction, EXPIRE, id, leftMs);
      return [];
    }
    await endHolds(transaction, this.agenda, { to: 'expired', orderId, holdIds: [holdId] });
    const { expiresAt: _over, ...expired } = told(hold);
    return [orderCallback('inventory.expired', hold.reference, expired)];
  }
}

/** A hold as callers know it. */
const told = (hold: HoldRow) => ({
  holdId: hold.hold_id,
  lineId: hold.line_id,
  warehouseId: hold.warehouse_id,
  sku: hold.sku,
  quantity: hold.quantity,
  expiresAt: new Date(hold.expires_at).toISOString(),
});
