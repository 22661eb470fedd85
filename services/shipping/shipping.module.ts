import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { ShippingController } from './shipping.controller.js';
import { ShippingService } from './shipping.service.js';

/** The shipping service. */
@Module({
  controllers: [ShippingController],
  providers: [storeOf('shipping'), AGENDA, ShippingService],
  exports: [ShippingService],
})
export class ShippingModule {}
