import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { ExpertsController } from './experts.controller.js';
import { ExpertsService } from './experts.service.js';

/** The dispatch of experts. */
@Module({
  controllers: [ExpertsController],
  providers: [storeOf('experts'), AGENDA, ExpertsService],
  exports: [ExpertsService],
})
export class ExpertsModule {}
