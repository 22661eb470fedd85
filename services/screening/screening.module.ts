import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { ScreeningController } from './screening.controller.js';
import { ScreeningService } from './screening.service.js';

/** The screening service. */
@Module({
  controllers: [ScreeningController],
  providers: [storeOf('screening'), AGENDA, ScreeningService],
  exports: [ScreeningService],
})
export class ScreeningModule {}
