import { Module } from '@nestjs/common';
import { AGENDA } from '../platform/agenda.js';
import { storeOf } from '../platform/service-store.js';
import { IdentityController } from './identity.controller.js';
import { IdentityService } from './identity.service.js';

/** The identity service. */
@Module({
  controllers: [IdentityController],
  providers: [storeOf('identity'), AGENDA, IdentityService],
  exports: [IdentityService],
})
export class IdentityModule {}
