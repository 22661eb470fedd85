import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { EligibilityController } from './eligibility.controller.js';
import { EligibilityService } from './eligibility.service.js';

/** The eligibility service. */
@Module({
  controllers: [EligibilityController],
  providers: [storeOf('eligibility'), EligibilityService],
  exports: [EligibilityService],
})
export class EligibilityModule {}
