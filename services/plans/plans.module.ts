import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { PlansController } from './plans.controller.js';
import { PlansService } from './plans.service.js';

/** The support plan service. */
@Module({ controllers: [PlansController], providers: [storeOf('plans'), PlansService], exports: [PlansService] })
export class PlansModule {}
