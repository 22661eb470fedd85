/** The gateway's parts. */
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { Routes } from './access/described.js';
import { AccessGuard } from './access/guard.js';
import { SessionController } from './access/session.controller.js';
import { Tokens } from './access/tokens.js';
import { Admissions } from './admissions.js';
import { CallbacksController } from './callbacks.controller.js';
import { CatastrophesController } from './catastrophes.controller.js';
import { CommandsController } from './commands.controller.js';
import { DependenciesController } from './dependencies.controller.js';
import { EntitiesController } from './entities.controller.js';
import { EntityDetailsController } from './entity-details.controller.js';
import { EntityListController } from './entity-list.controller.js';
import { Explainer } from './explainer.js';
import { FindingsController } from './findings.controller.js';
import { Inbound } from './inbound/inbound.js';
import { Lifecycles } from './lifecycles.js';
import { Messenger } from './messenger.js';
import { Overview } from './overview.js';
import { OverviewController } from './overview.controller.js';
import { Records } from './records.js';
import { ReviewCases } from './review-cases.js';
import { ReviewTasks } from './review-tasks.js';
import { ReviewsController } from './reviews.controller.js';
import { SavedViews } from './saved-views.js';
import { GatewaySettings } from './settings.js';
import { StatusController } from './status.controller.js';
import { Subjects } from './subjects.js';
import { Temporal } from './temporal.js';
import { Vitals } from './vitals.js';
import { TracingEnd } from '../telemetry/end.js';
import { Metrics } from '../telemetry/metrics.js';

@Module({})
export class GatewayModule {
  /** @param settings read once, by the caller @param lifecycles that it serves */
  static with(settings: GatewaySettings, lifecycles: Lifecycles, metrics: Metrics): DynamicModule {
    return {
      module: GatewayModule,
      imports: [DiscoveryModule],
      controllers: [
        CallbacksController,
        CatastrophesController,
        CommandsController,
        DependenciesController,
        EntityListController,
        EntitiesController,
        EntityDetailsController,
        FindingsController,
        OverviewController,
        ReviewsController,
        SessionController,
        StatusController,
      ],
      providers: [
        { provide: GatewaySettings, useValue: settings },
        { provide: Lifecycles, useValue: lifecycles },
        { provide: APP_GUARD, useClass: AccessGuard },
        Tokens,
        Routes,
        { provide: Metrics, useValue: metrics },
        Temporal,
        Records,
        Admissions,
        Explainer,
        Inbound,
        Messenger,
        Overview,
        ReviewCases,
        ReviewTasks,
        SavedViews,
        Subjects,
        TracingEnd,
        Vitals,
      ],
    };
  }
}
