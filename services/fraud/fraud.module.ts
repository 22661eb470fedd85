import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { FraudController } from './fraud.controller.js';
import { FraudService } from './fraud.service.js';

/** The fraud service. */
@Module({ controllers: [FraudController], providers: [storeOf('fraud'), FraudService], exports: [FraudService] })
export class FraudModule {}
