/** Whether an entity is at rest, read off the history of its run. */
import type { History } from '../support/history.js';

type Events = NonNullable<History['events']>;

/** What is under way. */
export interface Stir {
  /** A workflow task that no worker has done yet, or an event that none has seen. */
  readonly task: boolean;
  /** Activities that have not ended: at work, or waiting for their next attempt. */
  readonly activities: number;
}

export function stirOf(events: Events): Stir {
  const activities = new Set<string>();
  let task = false;
  for (const event of events) {
    if (event.activityTaskScheduledEventAttributes) activities.add(String(event.eventId));
    const ended =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes ??
      event.activityTaskCancelRequestedEventAttributes;
    if (ended) activities.delete(String(ended.scheduledEventId));
    if (event.workflowTaskScheduledEventAttributes) task = true;
    if (event.workflowTaskCompletedEventAttributes) task = false;
  }
  if (events.some(isClose)) return { task: false, activities: 0 };
  return { task, activities: activities.size };
}

const isClose = (event: Events[number]): boolean =>
  [
    event.workflowExecutionCompletedEventAttributes,
    event.workflowExecutionFailedEventAttributes,
    event.workflowExecutionCanceledEventAttributes,
    event.workflowExecutionTerminatedEventAttributes,
    event.workflowExecutionTimedOutEventAttributes,
  ].some((attributes) => attributes);

export const isAtRest = (events: Events): boolean => {
  const { task, activities } = stirOf(events);
  return !task && activities === 0;
};
