import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { AssessmentController } from './assessment.controller.js';
import { AssessmentService } from './assessment.service.js';

/** The assessment service. */
@Module({
  controllers: [AssessmentController],
  providers: [storeOf('assessment'), AssessmentService],
  exports: [AssessmentService],
})
export class AssessmentModule {}
