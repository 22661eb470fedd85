import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsService } from './notifications.service.js';

/** The notifications service. */
@Module({
  controllers: [NotificationsController],
  providers: [storeOf('notifications'), NotificationsService],
  exports: [NotificationsService],
})
export class NotificationsModule {}
