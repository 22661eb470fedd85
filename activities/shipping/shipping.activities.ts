import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import type { Found } from '../found.js';
import { ServiceClient } from '../http.js';
import type {
  CreateShipmentInput,
  ShipmentCreated,
  ShipmentStop,
  ShippingActivities,
  StopShipmentInput,
} from './contract.js';

const created = z.object({ shipmentId: reference, trackingNumber: reference }) satisfies z.ZodType<ShipmentCreated>;

const stop = z.object({
  outcome: z.enum(['stopped', 'alreadyDispatched', 'asked', 'notCreated']),
  shipmentId: reference.exactOptional(),
}) satisfies z.ZodType<ShipmentStop>;

/** {@link ShippingActivities} over HTTP. */
@Injectable()
export class ShippingActivitiesProvider implements ShippingActivities {
  constructor(private readonly services: ServiceClient) {}

  createShipment({ key, ...body }: CreateShipmentInput): Promise<ShipmentCreated> {
    return this.services.post('shipping', 'shipments', key, body, created);
  }

  stopShipment({ key, ...body }: StopShipmentInput): Promise<ShipmentStop> {
    return this.services.post('shipping', 'stops', key, body, stop);
  }

  lookUpShipment({ key }: { readonly key: string }): Promise<Found<ShipmentCreated>> {
    return this.services.lookUp('shipping', key, created);
  }
}
