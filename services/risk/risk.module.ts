import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { RiskController } from './risk.controller.js';
import { RiskService } from './risk.service.js';

/** The risk service. */
@Module({ controllers: [RiskController], providers: [storeOf('risk'), RiskService], exports: [RiskService] })
export class RiskModule {}
