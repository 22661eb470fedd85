import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsService } from './payments.service.js';

/** The payments service. */
@Module({
  controllers: [PaymentsController],
  providers: [storeOf('payments'), AGENDA, PaymentsService],
  exports: [PaymentsService],
})
export class PaymentsModule {}
