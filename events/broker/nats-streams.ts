/** Streams and subjects of the NATS broker. */
import { DiscardPolicy, StorageType, type JetStreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { BrokerEvent } from './event.js';

/** All events, and those that a subscription tries once more. */
export const EVENTS = 'THROUGHLINE_EVENTS';
/** How far each subscription is, and which process works for it: the last message of a subject says it. */
export const SEATS = 'THROUGHLINE_SEATS';
export const PARKED = 'THROUGHLINE_PARKED';

const DAY_MS = 86_400_000;
const RECOGNISED_FOR_MS = 2 * 60_000;

/** Creates the streams where they are lacking, with one copy of each; make them beforehand to have more. */
export async function ensureStreams(manager: JetStreamManager, retentionDays: number): Promise<void> {
  const shared = { storage: StorageType.File, discard: DiscardPolicy.Old };
  for (const stream of [
    {
      name: EVENTS,
      subjects: ['throughline.events.>', 'throughline.retry.>'],
      max_age: nanos(retentionDays * DAY_MS),
      duplicate_window: nanos(RECOGNISED_FOR_MS),
    },
    { name: SEATS, subjects: ['throughline.seat.*'], max_msgs_per_subject: 1 },
    { name: PARKED, subjects: ['throughline.parked.>'] },
  ]) {
    try {
      await manager.streams.info(stream.name);
    } catch {
      // Adding one that another process has just added in the same way changes nothing.
      await manager.streams.add({ ...shared, ...stream });
    }
  }
}

/** A text as one token of a subject. */
const token = (text: string): string => encodeURIComponent(text).replaceAll('.', '%2E').replaceAll('*', '%2A') || '%';
/** Types have no underscores. */
const typeToken = (type: string): string => type.replaceAll('.', '_');

/** `throughline.events.<source>.<key>.<type>` */
export const subjectOf = ({ source, partitionkey, type }: BrokerEvent): string =>
  `throughline.events.${token(source)}.${token(partitionkey)}.${typeToken(type)}`;

/** All that a source has said of a key. */
export const streamOf = ({ source, partitionkey }: BrokerEvent): string =>
  `throughline.events.${token(source)}.${token(partitionkey)}.*`;

export const retrySubject = (subscription: string, { partitionkey }: BrokerEvent): string =>
  `throughline.retry.${token(subscription)}.${token(partitionkey)}`;

export const parkedSubject = (subscription: string): string => `throughline.parked.${token(subscription)}`;

export const seatSubject = (subscription: string): string => `throughline.seat.${token(subscription)}`;

/** What a subscription reads. */
export const subjectsOf = (subscription: string, types: readonly string[]): string[] => [
  ...types.map((type) => `throughline.events.*.*.${typeToken(type)}`),
  `throughline.retry.${token(subscription)}.*`,
];
