import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { reference } from '../../events/common.js';
import { ofOrder, orderId } from '../platform/order-schemas.js';
import type { Page } from '../platform/pages.js';
import type { Answer } from '../platform/service-store.js';
import { IdempotencyKey, Valid } from '../platform/validation.js';
import {
  shipmentRequest,
  ShippingService,
  stopRequest,
  updateRequest,
  type ListedShipment,
} from './shipping.service.js';

/** HTTP side of {@link ShippingService}. */
@Controller('shipping')
export class ShippingController {
  constructor(private readonly shipping: ShippingService) {}

  /** 201: the shipment's id and tracking number; the carrier's updates follow by callback. */
  @Post('shipments')
  create(
    @IdempotencyKey() key: string,
    @Body(new Valid(shipmentRequest)) body: z.infer<typeof shipmentRequest>,
  ): Promise<Answer> {
    return this.shipping.create(key, body);
  }

  /** 200: whether it was stopped; 202: the answer follows by callback. */
  @Post('stops')
  stop(
    @IdempotencyKey() key: string,
    @Body(new Valid(stopRequest)) body: z.infer<typeof stopRequest>,
  ): Promise<Answer> {
    return this.shipping.stop(key, body);
  }

  /** 202: an update is noted and goes to the order by callback. */
  @Post('orders/:orderId/shipments/:shipmentId/updates')
  update(
    @IdempotencyKey() key: string,
    @Param('orderId', new Valid(orderId, 'orderId')) order: string,
    @Param('shipmentId', new Valid(reference, 'shipmentId')) shipmentId: string,
    @Body(new Valid(updateRequest)) body: z.infer<typeof updateRequest>,
  ): Promise<Answer> {
    return this.shipping.update(key, order, shipmentId, body);
  }

  /** 200: shipments by order, a page at a time. */
  @Get('shipments')
  list(@Query(new Valid(ofOrder, 'query')) query: z.infer<typeof ofOrder>): Promise<Page<ListedShipment>> {
    return this.shipping.list(query);
  }
}
