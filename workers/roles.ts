/** The roles of the fleet: one task queue each. A process may play all of them or some. */
import type { Type } from '@nestjs/common';
import { SERVICE_ACTIVITIES, type ServiceActivities } from '../activities/activities.module.js';
import { nameOfTaskQueue } from '../activities/dependencies.js';
import { RecordsActivitiesProvider } from '../activities/records/records.activities.js';
import { ReconciliationActivitiesProvider } from '../activities/reconciliation/reconciliation.activities.js';
import { RECORDS_TASK_QUEUE } from '../activities/records/contract.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';
import { RECONCILIATION_TASK_QUEUE } from '../workflows/reconciliation/pairs.js';

/** What one worker does. */
export interface Role {
  /** The task queue without its prefix: `claim`, `policy`, `records`. */
  readonly name: string;
  readonly taskQueue: string;
  /** With a lifecycle role: it runs that lifecycle's workflows. */
  readonly lifecycle?: Lifecycle;
  /** It runs workflows that are no lifecycle's, beside its activities. */
  readonly workflows?: true;
  /** With an activity role: whose methods are the activities. */
  readonly activities?: { readonly provider: Type<object>; readonly names: readonly string[] };
  /** With the activities of a domain service: the dependency whose gate they respect. */
  readonly dependency?: string;
}

const PREFIX = 'throughline-';

/** All roles. */
export const ROLES: readonly Role[] = [
  ...LIFECYCLES.map((lifecycle) => ({ name: lifecycle.name, taskQueue: PREFIX + lifecycle.name, lifecycle })),
  ...SERVICE_ACTIVITIES.map((service) => {
    const role = activityRole(service);
    return { ...role, dependency: role.name };
  }),
  activityRole({ taskQueue: RECORDS_TASK_QUEUE, provider: RecordsActivitiesProvider, names: ['record'] }),
  {
    ...activityRole({
      taskQueue: RECONCILIATION_TASK_QUEUE,
      provider: ReconciliationActivitiesProvider,
      names: ['beginReconciliation', 'compareStretch', 'lookAgain', 'concludeReconciliation'],
    }),
    workflows: true,
  },
];

export const ROLE_NAMES: readonly string[] = ROLES.map(({ name }) => name);

function activityRole({ taskQueue, ...activities }: ServiceActivities): Role {
  return { name: nameOfTaskQueue(taskQueue), taskQueue, activities };
}
