/** The activities of the domain services, and which task queue each belongs to. */
import { Module, type Type } from '@nestjs/common';
import { AccountsActivitiesProvider } from './accounts/accounts.activities.js';
import { ACCOUNTS_TASK_QUEUE } from './accounts/contract.js';
import { AssessmentActivitiesProvider } from './assessment/assessment.activities.js';
import { ASSESSMENT_TASK_QUEUE } from './assessment/contract.js';
import { DOCUMENTS_TASK_QUEUE } from './documents/contract.js';
import { DocumentsActivitiesProvider } from './documents/documents.activities.js';
import { EXPERTS_TASK_QUEUE } from './experts/contract.js';
import { ExpertsActivitiesProvider } from './experts/experts.activities.js';
import { ELIGIBILITY_TASK_QUEUE } from './eligibility/contract.js';
import { EligibilityActivitiesProvider } from './eligibility/eligibility.activities.js';
import { FRAUD_TASK_QUEUE } from './fraud/contract.js';
import { FraudActivitiesProvider } from './fraud/fraud.activities.js';
import { ServiceClient } from './http.js';
import { IDENTITY_TASK_QUEUE } from './identity/contract.js';
import { IdentityActivitiesProvider } from './identity/identity.activities.js';
import { INVENTORY_TASK_QUEUE } from './inventory/contract.js';
import { InventoryActivitiesProvider } from './inventory/inventory.activities.js';
import { NOTIFICATIONS_TASK_QUEUE } from './notifications/contract.js';
import { NotificationsActivitiesProvider } from './notifications/notifications.activities.js';
import { PAYMENTS_TASK_QUEUE } from './payments/contract.js';
import { PaymentsActivitiesProvider } from './payments/payments.activities.js';
import { PLANS_TASK_QUEUE } from './plans/contract.js';
import { PlansActivitiesProvider } from './plans/plans.activities.js';
import { POLICY_TASK_QUEUE } from './policy/contract.js';
import { PolicyActivitiesProvider } from './policy/policy.activities.js';
import { RISK_TASK_QUEUE } from './risk/contract.js';
import { RiskActivitiesProvider } from './risk/risk.activities.js';
import { SCREENING_TASK_QUEUE } from './screening/contract.js';
import { ScreeningActivitiesProvider } from './screening/screening.activities.js';
import { SETTLEMENT_TASK_QUEUE } from './settlement/contract.js';
import { SettlementActivitiesProvider } from './settlement/settlement.activities.js';
import { SHIPPING_TASK_QUEUE } from './shipping/contract.js';
import { ShippingActivitiesProvider } from './shipping/shipping.activities.js';

/** The activities of one task queue, as a worker registers them. */
export interface ServiceActivities {
  readonly taskQueue: string;
  /** The class whose instance has the activities as methods. */
  readonly provider: Type<object>;
  /** Activity types, which are the method names. */
  readonly names: readonly string[];
}

/** Every domain service's activities; the worker of a task queue registers these, bound to the provider's instance. */
export const SERVICE_ACTIVITIES: readonly ServiceActivities[] = [
  of(POLICY_TASK_QUEUE, PolicyActivitiesProvider, 'validatePolicy'),
  of(FRAUD_TASK_QUEUE, FraudActivitiesProvider, 'requestFraudScreen'),
  of(
    ASSESSMENT_TASK_QUEUE,
    AssessmentActivitiesProvider,
    'triageClaim',
    'assignAdjuster',
    'releaseAdjuster',
    'requestAssessment',
  ),
  of(DOCUMENTS_TASK_QUEUE, DocumentsActivitiesProvider, 'requestDocuments'),
  of(SETTLEMENT_TASK_QUEUE, SettlementActivitiesProvider, 'calculateSettlement'),
  of(
    PAYMENTS_TASK_QUEUE,
    PaymentsActivitiesProvider,
    'requestPayment',
    'authorizeCard',
    'captureCard',
    'voidAuthorization',
    'refundCapture',
    'lookUpAuthorization',
    'lookUpCapture',
    'lookUpRefund',
  ),
  of(NOTIFICATIONS_TASK_QUEUE, NotificationsActivitiesProvider, 'sendNotice', 'sendLetter'),
  of(
    INVENTORY_TASK_QUEUE,
    InventoryActivitiesProvider,
    'reserveStock',
    'extendHolds',
    'releaseHolds',
    'commitHolds',
    'lookUpReservation',
  ),
  of(RISK_TASK_QUEUE, RiskActivitiesProvider, 'assessRisk'),
  of(SHIPPING_TASK_QUEUE, ShippingActivitiesProvider, 'createShipment', 'stopShipment', 'lookUpShipment'),
  of(PLANS_TASK_QUEUE, PlansActivitiesProvider, 'lookUpPlan'),
  of(EXPERTS_TASK_QUEUE, ExpertsActivitiesProvider, 'assignExpert', 'notifyExpert', 'releaseExpert', 'lookUpAnswer'),
  of(IDENTITY_TASK_QUEUE, IdentityActivitiesProvider, 'verifyIdentity', 'lookUpVerification'),
  of(ELIGIBILITY_TASK_QUEUE, EligibilityActivitiesProvider, 'checkEligibility', 'checkCompliance'),
  of(SCREENING_TASK_QUEUE, ScreeningActivitiesProvider, 'screenApplicant', 'lookUpScreening'),
  of(
    ACCOUNTS_TASK_QUEUE,
    AccountsActivitiesProvider,
    'openAccount',
    'provisionProduct',
    'closeAccount',
    'withdrawProduct',
  ),
];

const providers = SERVICE_ACTIVITIES.map((service) => service.provider);
const EMBEDDED_SERVICES_URL = 'http://127.0.0.1:7231';

/** A service of your own: `THROUGHLINE_SURVEYORS_URL` says where the service `surveyors` is. */
const elsewhere = (service: string): string | undefined => process.env[`THROUGHLINE_${service.toUpperCase()}_URL`];

/** Provides every class of {@link SERVICE_ACTIVITIES}. `THROUGHLINE_SERVICES_URL` says where the services are. */
@Module({
  providers: [
    ...providers,
    {
      provide: ServiceClient,
      useFactory: () => new ServiceClient(process.env['THROUGHLINE_SERVICES_URL'] ?? EMBEDDED_SERVICES_URL, elsewhere),
    },
  ],
  exports: [...providers, ServiceClient],
})
export class ActivitiesModule {}

function of<T extends object>(
  taskQueue: string,
  provider: Type<T>,
  ...names: Array<keyof T & string>
): ServiceActivities {
  return { taskQueue, provider, names };
}
