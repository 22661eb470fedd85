import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { SettlementController } from './settlement.controller.js';
import { SettlementService } from './settlement.service.js';

/** The settlement service. */
@Module({
  controllers: [SettlementController],
  providers: [storeOf('settlement'), SettlementService],
  exports: [SettlementService],
})
export class SettlementModule {}
