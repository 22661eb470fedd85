/** Assembles the services process: one NestJS module per service, on Fastify. */
import 'reflect-metadata';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccountsModule } from './accounts/accounts.module.js';
import { AssessmentModule } from './assessment/assessment.module.js';
import { ServicesConfig, type ServiceName } from './config.js';
import { DocumentsModule } from './documents/documents.module.js';
import { ExpertsModule } from './experts/experts.module.js';
import { EligibilityModule } from './eligibility/eligibility.module.js';
import { FraudModule } from './fraud/fraud.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { InventoryModule } from './inventory/inventory.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { AnswerInterceptor } from './platform/answer.interceptor.js';
import { Database } from './platform/database.js';
import { CallbackDispatcher } from './platform/dispatcher.js';
import { FaultsController } from './platform/faults.controller.js';
import { FaultSwitches } from './platform/faults.js';
import { HealthController } from './platform/health.controller.js';
import { ProblemFilter } from './platform/problem.js';
import { RequestsController } from './platform/requests.controller.js';
import { PlansModule } from './plans/plans.module.js';
import { PolicyModule } from './policy/policy.module.js';
import { RiskModule } from './risk/risk.module.js';
import { ScreeningModule } from './screening/screening.module.js';
import { SeedController } from './seed.controller.js';
import { SettlementModule } from './settlement/settlement.module.js';
import { ShippingModule } from './shipping/shipping.module.js';
import { TracingEnd } from '../telemetry/end.js';
import { observeRequests, serveMetrics } from '../telemetry/http.js';
import { createLogger, NestLogger } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';

const MODULES: Readonly<Record<ServiceName, Type>> = {
  policy: PolicyModule,
  fraud: FraudModule,
  assessment: AssessmentModule,
  documents: DocumentsModule,
  settlement: SettlementModule,
  payments: PaymentsModule,
  notifications: NotificationsModule,
  inventory: InventoryModule,
  risk: RiskModule,
  shipping: ShippingModule,
  plans: PlansModule,
  experts: ExpertsModule,
  identity: IdentityModule,
  eligibility: EligibilityModule,
  screening: ScreeningModule,
  accounts: AccountsModule,
};

/** What all services of a process share. */
@Module({})
class PlatformModule {
  static with(config: ServicesConfig): DynamicModule {
    const shared = [Database, CallbackDispatcher, FaultSwitches];
    return {
      module: PlatformModule,
      global: true,
      providers: [{ provide: ServicesConfig, useValue: config }, ...shared],
      exports: [ServicesConfig, ...shared],
    };
  }
}

@Module({})
class ServicesModule {
  static with(config: ServicesConfig): DynamicModule {
    return {
      module: ServicesModule,
      imports: [PlatformModule.with(config), ...config.services.map((name) => MODULES[name])],
      controllers: [HealthController, SeedController, FaultsController, RequestsController],
      providers: [
        TracingEnd,
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: AnswerInterceptor },
      ],
    };
  }
}

/**
 * Creates the tables, starts the callbacks and listens. `close()` lets attempts and requests under way end.
 * @throws Error where PostgreSQL cannot be reached or the port is taken
 */
export async function startServices(config: ServicesConfig): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: 1024 * 1024, routerOptions: { maxParamLength: 1024 } });
  const log = createLogger('services');
  const metrics = new Metrics('services');
  observeRequests(adapter.getInstance(), metrics, log);
  serveMetrics(adapter.getInstance(), metrics);
  const app = await NestFactory.create<NestFastifyApplication>(ServicesModule.with(config), adapter, {
    logger: new NestLogger(log),
    // The caller decides what a failed start means; NestJS would end the process.
    abortOnError: false,
  });
  await app.listen({ host: config.host, port: config.port });
  return app;
}
