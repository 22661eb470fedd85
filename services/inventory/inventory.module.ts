import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { InventoryController } from './inventory.controller.js';
import { InventoryService } from './inventory.service.js';

/** The inventory service. */
@Module({
  controllers: [InventoryController],
  providers: [storeOf('inventory'), AGENDA, InventoryService],
  exports: [InventoryService],
})
export class InventoryModule {}
