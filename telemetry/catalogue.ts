/**
 * Every metric that a process of the fleet gives, as data: what is registered, what the page of metrics says, and what dashboards and
 * alerts may ask for. Labels hold names that the code knows (lifecycles, states, queues, codes), never ids: their number is bounded.
 */

/** The kinds of process that give metrics. */
export const PROCESSES = ['gateway', 'worker', 'relay', 'subscribers', 'services'] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** A metric before it is registered. */
export interface Declared {
  readonly type: 'gauge' | 'counter' | 'histogram';
  /** By Prometheus's conventions: base units, `_total` for counters. */
  readonly name: string;
  /** What one sample says. */
  readonly help: string;
  readonly labels: readonly string[];
  readonly from: readonly ProcessName[];
  /** Of a histogram: upper bounds, in the metric's unit. */
  readonly buckets?: readonly number[];
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From what a service answers at once to what a claim waits for. */
const BUSINESS_SECONDS = [1, 10, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY];
const TECHNICAL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Facts of the records, read from PostgreSQL by every gateway: they hold also while no worker runs. Take one gateway's, or the maximum. */
const OF_RECORDS = {
  entities: gauge('throughline_entities', 'Entities in flight', ['lifecycle', 'state']),
  stateAge: gauge(
    'throughline_state_age_seconds',
    'How long the entities in flight have been in their state: median (0.5), 95th percentile (0.95) and longest (1)',
    ['lifecycle', 'state', 'quantile'],
  ),
  overdue: gauge('throughline_entities_overdue', 'Entities in flight whose next deadline has passed', [
    'lifecycle',
    'state',
  ]),
  attention: gauge('throughline_entities_attention', 'Entities in flight that somebody should look at, by why', [
    'lifecycle',
    'attention',
  ]),
  deferred: gauge('throughline_entities_deferred', 'Entities in flight that wait because a guard said "not now"', [
    'lifecycle',
    'guard',
  ]),
  reviewsOpen: gauge('throughline_reviews_open', 'Review tasks that nobody has resolved, parked ones aside', [
    'lifecycle',
    'queue',
  ]),
  reviewsOverdue: gauge('throughline_reviews_overdue', 'Open review tasks whose due time has passed', [
    'lifecycle',
    'queue',
  ]),
  findings: gauge('throughline_findings_open', 'Findings that nobody has resolved and nothing has healed', [
    'lifecycle',
    'kind',
  ]),
  findingsOverdue: gauge('throughline_findings_overdue', 'Open findings whose due time has passed', [
    'lifecycle',
    'kind',
  ]),
  outboxWaiting: gauge(
    'throughline_outbox_waiting_events',
    'Events that are written and not yet at the broker, parked ones aside',
    ['lifecycle'],
  ),
  outboxOldest: gauge('throughline_outbox_oldest_seconds', 'How long the oldest of the waiting events has waited', [
    'lifecycle',
  ]),
  outboxParked: gauge(
    'throughline_outbox_parked_events',
    'Events that the broker refused and that are no longer tried',
    ['lifecycle'],
  ),
  gate: gauge('throughline_dependency_gate', '1 for the status that the dependency has: up, paused or failing', [
    'dependency',
    'status',
  ]),
  gateShut: gauge(
    'throughline_dependency_closed_seconds',
    'How long the dependency has been paused or failing; 0: it is up',
    ['dependency'],
  ),
  admissions: gauge('throughline_admissions_waiting', 'Submissions in line for admission', ['catastrophe']),
} as const;

/** What Temporal says of the task queues, asked by every gateway. */
const OF_TEMPORAL = {
  backlog: gauge('throughline_task_queue_backlog_tasks', 'Tasks that no worker has taken yet', ['queue', 'kind']),
  backlogAge: gauge('throughline_task_queue_lag_seconds', 'How long the oldest of these tasks has waited', [
    'queue',
    'kind',
  ]),
  pollers: gauge('throughline_task_queue_pollers', 'Workers that have asked for tasks within the last minute', [
    'queue',
    'kind',
  ]),
} as const;

/** How the gateway reads the two groups above. */
const OF_COLLECTION = {
  collected: gauge(
    'throughline_collection_up',
    '1 where the source answered when it was last asked: records, temporal',
    ['source'],
  ),
  collectionSeconds: gauge('throughline_collection_seconds', 'How long the source took to answer', ['source']),
} as const;

/** Counted at the gateway's door. */
const OF_REQUESTS = {
  requests: histogram(
    'throughline_http_request_duration_seconds',
    'Requests by route (as a template) and status',
    ['method', 'route', 'status'],
    ['gateway', 'services'],
    TECHNICAL_SECONDS,
  ),
  callbacks: counter('throughline_callbacks_total', 'Callbacks that were let in', ['service'], ['gateway']),
  callbacksRefused: counter(
    'throughline_callbacks_refused_total',
    'Callbacks that were refused: for their signature, their shape, or because the entity does not take them',
    ['service', 'reason'],
    ['gateway'],
  ),
} as const;

/** Counted once per journal entry, where it is written. */
const OF_ENTRIES = {
  transitions: counter('throughline_transitions_total', 'Transitions written', ['lifecycle', 'from', 'to'], ['worker']),
  transitionLatency: histogram(
    'throughline_transition_latency_seconds',
    'From the moment at which the workflow moved to the moment at which that was on record',
    ['lifecycle'],
    ['worker'],
    TECHNICAL_SECONDS,
  ),
  timeInState: histogram(
    'throughline_time_in_state_seconds',
    'How long entities had been in the state that they left',
    ['lifecycle', 'state'],
    ['worker'],
    BUSINESS_SECONDS,
  ),
  breaches: counter('throughline_clock_breaches_total', 'Deadlines that passed', ['lifecycle', 'clock'], ['worker']),
  messages: counter(
    'throughline_messages_total',
    'Messages by what became of them: applied, held, duplicate, late or rejected',
    ['lifecycle', 'message', 'outcome'],
    ['worker'],
  ),
  verdicts: counter(
    'throughline_guard_verdicts_total',
    'Verdicts of guards that kept an entity from moving: defer or cancel',
    ['lifecycle', 'guard', 'verdict'],
    ['worker'],
  ),
  compensations: counter(
    'throughline_compensations_total',
    'Steps of compensation: begun, undone or failed',
    ['lifecycle', 'undo', 'outcome'],
    ['worker'],
  ),
  reminders: counter('throughline_reminders_total', 'Reminders of what an entity waits for', ['lifecycle'], ['worker']),
  escalations: counter(
    'throughline_review_escalations_total',
    'Review tasks that nobody resolved in time, by the queue that has them now',
    ['lifecycle', 'queue'],
    ['worker'],
  ),
} as const;

/** What happens between the outboxes, the broker and those who listen. */
const OF_EVENTS = {
  relayed: counter(
    'throughline_events_relayed_total',
    'Events that the broker took',
    ['outbox'],
    ['relay', 'subscribers'],
  ),
  relayRefused: counter(
    'throughline_events_refused_total',
    'Events that the broker refused, each time it did',
    ['outbox'],
    ['relay', 'subscribers'],
  ),
  relayWell: gauge(
    'throughline_relay_up',
    '1 while the last look at the outbox went well',
    ['outbox'],
    ['relay', 'subscribers'],
  ),
  subscriptionWaiting: gauge(
    'throughline_subscription_waiting_events',
    'Events that a subscription has not handled',
    ['subscription'],
    ['subscribers'],
  ),
  subscriptionOldest: gauge(
    'throughline_subscription_oldest_seconds',
    'How long the oldest of them has waited',
    ['subscription'],
    ['subscribers'],
  ),
  subscriptionParked: gauge(
    'throughline_subscription_parked_events',
    'Events that were set aside after repeated failures',
    ['subscription'],
    ['subscribers'],
  ),
} as const;

/** All of them by the name that the code uses. */
export const METRICS = {
  ...OF_RECORDS,
  ...OF_TEMPORAL,
  ...OF_COLLECTION,
  ...OF_REQUESTS,
  ...OF_ENTRIES,
  ...OF_EVENTS,
} as const satisfies Readonly<Record<string, Declared>>;

/** The page of metrics groups them so. */
export const GROUPS: readonly { readonly title: string; readonly metrics: readonly Declared[] }[] = [
  { title: 'Facts of the records', metrics: Object.values(OF_RECORDS) },
  { title: 'Task queues', metrics: Object.values(OF_TEMPORAL) },
  { title: 'How the gateway knows', metrics: Object.values(OF_COLLECTION) },
  { title: 'Requests and callbacks', metrics: Object.values(OF_REQUESTS) },
  { title: 'What entities do', metrics: Object.values(OF_ENTRIES) },
  { title: 'Events', metrics: Object.values(OF_EVENTS) },
];

type Labels = readonly string[];

function gauge(name: string, help: string, labels: Labels, from: readonly ProcessName[] = ['gateway']) {
  return { type: 'gauge', name, help, labels, from } as const;
}

function counter(name: string, help: string, labels: Labels, from: readonly ProcessName[]) {
  return { type: 'counter', name, help, labels, from } as const;
}

function histogram(
  name: string,
  help: string,
  labels: Labels,
  from: readonly ProcessName[],
  buckets: readonly number[],
) {
  return { type: 'histogram', name, help, labels, from, buckets } as const;
}
