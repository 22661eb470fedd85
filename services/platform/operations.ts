/** What can be asked of each service, and what it calls back with: the names by which fault switches pick some of it. */
import type { ServiceName } from '../config.js';

interface Operations {
  /** The operations of its calls, as `GET /<service>/requests/:key` names them. */
  readonly calls: readonly string[];
  /** Its events, `com.throughline.<service>.<name>.v1`. */
  readonly callbacks: readonly string[];
}

/** What a look-up by key is called. */
export const LOOK_UP = 'lookUp';

/** Every service's operations. */
export const OPERATIONS: Readonly<Record<ServiceName, Operations>> = {
  policy: { calls: ['validatePolicy'], callbacks: [] },
  fraud: { calls: ['requestFraudScreen'], callbacks: ['decided'] },
  assessment: {
    calls: [
      'triageClaim',
      'assignAdjuster',
      'answerAssignment',
      'releaseAdjuster',
      'requestAssessment',
      'reportFindings',
    ],
    callbacks: ['assigned', 'accepted', 'declined', 'completed'],
  },
  documents: { calls: ['requestDocuments', 'documentArrived'], callbacks: ['received'] },
  settlement: { calls: ['calculateSettlement'], callbacks: [] },
  payments: {
    calls: [
      'requestPayment',
      'settlePayment',
      'authorizeCard',
      'captureCard',
      'voidAuthorization',
      'refundCapture',
      'chargeBack',
    ],
    callbacks: [
      'acknowledged',
      'failed',
      'cleared',
      'returned',
      'authorizationDecided',
      'captureDecided',
      'refundDecided',
      'chargedBack',
    ],
  },
  notifications: { calls: ['sendNotice', 'sendLetter'], callbacks: [] },
  inventory: {
    calls: ['reserveStock', 'extendHolds', 'releaseHolds', 'commitHolds'],
    callbacks: ['expired', 'held'],
  },
  risk: { calls: ['assessRisk'], callbacks: [] },
  shipping: {
    calls: ['createShipment', 'stopShipment', 'updateShipment'],
    callbacks: ['dispatched', 'inTransit', 'delivered', 'deliveryFailed', 'returned', 'lost', 'stopAnswered'],
  },
  plans: { calls: ['lookUpPlan'], callbacks: [] },
  experts: {
    calls: ['assignExpert', 'notifyExpert', 'answerAssignment', 'releaseExpert'],
    callbacks: ['available', 'accepted', 'declined'],
  },
  identity: { calls: ['verifyIdentity'], callbacks: ['verified'] },
  eligibility: { calls: ['checkEligibility', 'checkCompliance'], callbacks: [] },
  screening: { calls: ['screenApplicant'], callbacks: ['completed'] },
  accounts: { calls: ['openAccount', 'provisionProduct', 'closeAccount', 'withdrawProduct'], callbacks: [] },
};

/** The services that call back; each has a table `callback`. */
export const callsBack = (service: ServiceName): boolean => OPERATIONS[service].callbacks.length > 0;
