import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { AuthorizationsService } from './authorizations.service.js';
import { CapturesService } from './captures.service.js';
import { CardsController } from './cards.controller.js';
import { PaymentsController } from './payments.controller.js';
import { PaymentsService } from './payments.service.js';

/** The payments service: checks for claims, cards for orders. */
@Module({
  controllers: [PaymentsController, CardsController],
  providers: [storeOf('payments'), AGENDA, PaymentsService, AuthorizationsService, CapturesService],
  exports: [PaymentsService],
})
export class PaymentsModule {}
