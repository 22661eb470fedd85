/** The gateway's parts. */
import { Module, type DynamicModule } from '@nestjs/common';
import { CallbacksController } from './callbacks.controller.js';
import { CommandsController } from './commands.controller.js';
import { EntitiesController } from './entities.controller.js';
import { Explainer } from './explainer.js';
import { Messenger } from './messenger.js';
import { Records } from './records.js';
import { GatewaySettings } from './settings.js';
import { StatusController } from './status.controller.js';
import { Subjects } from './subjects.js';
import { Temporal } from './temporal.js';

@Module({})
export class GatewayModule {
  /** @param settings read once, by the caller */
  static with(settings: GatewaySettings): DynamicModule {
    return {
      module: GatewayModule,
      controllers: [CallbacksController, CommandsController, EntitiesController, StatusController],
      providers: [{ provide: GatewaySettings, useValue: settings }, Temporal, Records, Explainer, Messenger, Subjects],
    };
  }
}
