import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { PolicyController } from './policy.controller.js';
import { PolicyService } from './policy.service.js';

/** The policy service. */
@Module({ controllers: [PolicyController], providers: [storeOf('policy'), PolicyService], exports: [PolicyService] })
export class PolicyModule {}
