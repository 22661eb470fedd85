import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { AssessmentController } from './assessment.controller.js';
import { AssessmentService } from './assessment.service.js';
import { DeskController } from './desk.controller.js';
import { DeskService } from './desk.service.js';

/** The assessment service. */
@Module({
  controllers: [AssessmentController, DeskController],
  providers: [storeOf('assessment'), AGENDA, AssessmentService, DeskService],
  exports: [AssessmentService, DeskService],
})
export class AssessmentModule {}
