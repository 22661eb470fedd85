/** The gateway's parts. */
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { Routes } from './access/described.js';
import { AccessGuard } from './access/guard.js';
import { SessionController } from './access/session.controller.js';
import { Tokens } from './access/tokens.js';
import { Admissions } from './admissions.js';
import { Audit } from './audit/audit.js';
import { AuditController } from './audit/audit.controller.js';
import { CountRows } from './audit/rows.js';
import { Bulk } from './bulk.js';
import { CallbacksController } from './callbacks.controller.js';
import { CatastrophesController } from './catastrophes.controller.js';
import { CommandsController } from './commands.controller.js';
import { DependenciesController } from './dependencies.controller.js';
import { EntitiesController } from './entities.controller.js';
import { EntityDetailsController } from './entity-details.controller.js';
import { EntityListController } from './entity-list.controller.js';
import { Explainer } from './explainer.js';
import { FaultsController } from './faults.controller.js';
import { Fleet } from './fleet.js';
import { FleetController } from './fleet.controller.js';
import { FindingsController } from './findings.controller.js';
import { Idempotency } from './idempotency.js';
import { Inbound } from './inbound/inbound.js';
import { Lifecycles } from './lifecycles.js';
import { Limits } from './limits.js';
import { Feed } from './live/feed.js';
import { StreamController } from './live/stream.controller.js';
import { Messenger } from './messenger.js';
import { Operations } from './operations.js';
import { Overview } from './overview.js';
import { OverviewController } from './overview.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { Records } from './records.js';
import { ReviewBulkController } from './review-bulk.controller.js';
import { ReviewCases } from './review-cases.js';
import { ReviewTasks } from './review-tasks.js';
import { ReviewWorkController } from './review-work.controller.js';
import { ReviewsController } from './reviews.controller.js';
import { SavedViews } from './saved-views.js';
import { ServicesFaults } from './services-faults.js';
import { GatewaySettings } from './settings.js';
import { StatusController } from './status.controller.js';
import { Subjects } from './subjects.js';
import { Temporal } from './temporal.js';
import { Vitals } from './vitals.js';
import { TracingEnd } from '../telemetry/end.js';
import { Metrics } from '../telemetry/metrics.js';

/** Every route of the gateway is in one of these; the document and the table of roles are made from them. */
export const CONTROLLERS = [
  AuditController,
  CallbacksController,
  CatastrophesController,
  CommandsController,
  DependenciesController,
  EntityListController,
  EntitiesController,
  EntityDetailsController,
  FaultsController,
  FindingsController,
  FleetController,
  OpenApiController,
  OverviewController,
  ReviewsController,
  ReviewWorkController,
  ReviewBulkController,
  SessionController,
  StatusController,
  StreamController,
];

@Module({})
export class GatewayModule {
  /** @param settings read once, by the caller @param lifecycles that it serves */
  static with(settings: GatewaySettings, lifecycles: Lifecycles, metrics: Metrics): DynamicModule {
    return {
      module: GatewayModule,
      imports: [DiscoveryModule],
      controllers: CONTROLLERS,
      providers: [
        { provide: GatewaySettings, useValue: settings },
        { provide: Lifecycles, useValue: lifecycles },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: CountRows },
        { provide: APP_INTERCEPTOR, useClass: Idempotency },
        Audit,
        Limits,
        Tokens,
        Routes,
        { provide: Metrics, useValue: metrics },
        Temporal,
        Records,
        Admissions,
        Bulk,
        Explainer,
        Feed,
        Fleet,
        Inbound,
        Messenger,
        Operations,
        Overview,
        ReviewCases,
        ReviewTasks,
        SavedViews,
        ServicesFaults,
        Subjects,
        TracingEnd,
        Vitals,
      ],
    };
  }
}
