/** The machinery, for those who run it. */
import { Controller, Get } from '@nestjs/common';
import type { FleetView } from '../client/console-views.js';
import { fleet } from './answers/console.js';
import { Fleet } from './fleet.js';
import { Operation } from './operation.js';

@Controller('api/fleet')
export class FleetController {
  constructor(private readonly fleet: Fleet) {}

  /** Workers, task queues with their backlog, Temporal, database, broker and outbox. */
  @Get()
  @Operation({ summary: 'How the machinery stands', may: ['viewer'], answers: { 200: fleet } })
  view(): Promise<FleetView> {
    return this.fleet.view();
  }
}
