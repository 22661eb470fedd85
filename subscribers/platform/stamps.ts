/** What the steps of a chain know: the stamp of the event that they work from. */
import { EventRefused } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import { MAX_STAMP_BYTES, stepCompleted, type Stamp } from '../../events/follow-up.js';

/** The stamp with which a chain begins. */
export function firstStamp({ id, type, subject, time, data }: BrokerEvent): Stamp {
  const facts = typeof data['facts'] === 'object' ? (data['facts'] as Record<string, unknown> | null) : {};
  return { schemaVersion: 1, chain: id, begins: type, subject, at: time, facts: facts ?? {}, steps: {} };
}

/** The stamp that a step has passed on. @throws EventRefused where it has not */
export function passedOn({ id, data }: BrokerEvent): Stamp {
  const read = stepCompleted.safeParse(data);
  if (read.success && read.data.stamp) return read.data.stamp;
  throw new EventRefused(`event ${id} carries no stamp; the step that sends it has to declare "stamps"`);
}

/** The stamp with what a step has done. @throws EventRefused where it grows beyond its bound */
export function stamped(before: Stamp, step: string, done: Readonly<Record<string, unknown>>): Stamp {
  const stamp: Stamp = { ...before, steps: { ...before.steps, [step]: { ...done } } };
  const bytes = Buffer.byteLength(JSON.stringify(stamp));
  if (bytes <= MAX_STAMP_BYTES) return stamp;
  throw new EventRefused(
    `with what ${step} has done the stamp has ${bytes} bytes, more than ${MAX_STAMP_BYTES}: give references instead`,
  );
}
