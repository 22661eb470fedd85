import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { LettersService } from './letters.service.js';
import { NotificationsController } from './notifications.controller.js';
import { NotificationsService } from './notifications.service.js';

/** The notifications service. */
@Module({
  controllers: [NotificationsController],
  providers: [storeOf('notifications'), NotificationsService, LettersService],
  exports: [LettersService],
})
export class NotificationsModule {}
