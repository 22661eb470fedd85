import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { AccountsController } from './accounts.controller.js';
import { AccountsService } from './accounts.service.js';

/** The account service. */
@Module({
  controllers: [AccountsController],
  providers: [storeOf('accounts'), AccountsService],
  exports: [AccountsService],
})
export class AccountsModule {}
