import { Module } from '@nestjs/common';
import { storeOf } from '../platform/service-store.js';
import { DocumentsController } from './documents.controller.js';
import { DocumentsService } from './documents.service.js';

/** The documents service. */
@Module({
  controllers: [DocumentsController],
  providers: [storeOf('documents'), DocumentsService],
  exports: [DocumentsService],
})
export class DocumentsModule {}
