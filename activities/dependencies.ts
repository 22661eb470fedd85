/** The services that entities depend on, by the name that operators know each by. */
import { ACCOUNTS_TASK_QUEUE } from './accounts/contract.js';
import { ASSESSMENT_TASK_QUEUE } from './assessment/contract.js';
import { DOCUMENTS_TASK_QUEUE } from './documents/contract.js';
import { EXPERTS_TASK_QUEUE } from './experts/contract.js';
import { ELIGIBILITY_TASK_QUEUE } from './eligibility/contract.js';
import { FRAUD_TASK_QUEUE } from './fraud/contract.js';
import { IDENTITY_TASK_QUEUE } from './identity/contract.js';
import { INVENTORY_TASK_QUEUE } from './inventory/contract.js';
import { NOTIFICATIONS_TASK_QUEUE } from './notifications/contract.js';
import { PAYMENTS_TASK_QUEUE } from './payments/contract.js';
import { PLANS_TASK_QUEUE } from './plans/contract.js';
import { POLICY_TASK_QUEUE } from './policy/contract.js';
import { RISK_TASK_QUEUE } from './risk/contract.js';
import { SCREENING_TASK_QUEUE } from './screening/contract.js';
import { SETTLEMENT_TASK_QUEUE } from './settlement/contract.js';
import { SHIPPING_TASK_QUEUE } from './shipping/contract.js';

const PREFIX = 'throughline-';

/** The name that a task queue stands for: its own without the prefix that every queue has. */
export const nameOfTaskQueue = (taskQueue: string): string =>
  taskQueue.startsWith(PREFIX) ? taskQueue.slice(PREFIX.length) : taskQueue;

/** Every dependency that can be paused, in the order in which a claim meets them, then an order, a ticket, an application. */
export const DEPENDENCIES: readonly string[] = [
  POLICY_TASK_QUEUE,
  FRAUD_TASK_QUEUE,
  ASSESSMENT_TASK_QUEUE,
  DOCUMENTS_TASK_QUEUE,
  SETTLEMENT_TASK_QUEUE,
  PAYMENTS_TASK_QUEUE,
  NOTIFICATIONS_TASK_QUEUE,
  INVENTORY_TASK_QUEUE,
  RISK_TASK_QUEUE,
  SHIPPING_TASK_QUEUE,
  PLANS_TASK_QUEUE,
  EXPERTS_TASK_QUEUE,
  IDENTITY_TASK_QUEUE,
  ELIGIBILITY_TASK_QUEUE,
  SCREENING_TASK_QUEUE,
  ACCOUNTS_TASK_QUEUE,
].map(nameOfTaskQueue);
