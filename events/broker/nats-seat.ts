/**
 * Who works for a subscription, and how far it is. JetStream alone cannot keep the order of a key over processes: what one process
 * has not acknowledged is delivered again behind what another was given meanwhile. So one process at a time reads, in the stream's order,
 * and writes down up to where everything is done. The next one goes on from there.
 *
 * A seat is the last message of its subject, and is only ever replaced by whoever knows its sequence.
 */
import { jetstream, JetStreamApiCodes, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { SEATS, seatSubject } from './nats-streams.js';

/** A seat that was not renewed for so long is free. No clocks are compared: each process watches for that long itself. */
export const ABSENT_AFTER_MS = 4_000;
export const RENEW_EVERY_MS = 1_000;

/** What a seat says. */
export interface SeatRecord {
  readonly subscription: string;
  readonly types: readonly string[];
  /** Id of the process that works; null where none does. */
  readonly owner: string | null;
  /** Everything up to this sequence of the stream of events is done. */
  readonly position: number;
}

/** A seat as it was seen. */
export interface SeenSeat {
  readonly revision: number;
  readonly record: SeatRecord;
}

/** Another process has the seat. */
export class SeatLost extends Error {
  override readonly name = 'SeatLost';
}

/** The seat as it is now; undefined where nobody has ever subscribed. */
export async function seenSeat(manager: JetStreamManager, subscription: string): Promise<SeenSeat | undefined> {
  const message = await manager.streams.getMessage(SEATS, { last_by_subj: seatSubject(subscription) });
  return message ? { revision: message.seq, record: message.json<SeatRecord>() } : undefined;
}

/** Replaces the seat. @returns its new revision @throws SeatLost where it is not at the revision any more */
export async function replaceSeat(connection: NatsConnection, revision: number, record: SeatRecord): Promise<number> {
  try {
    const { seq } = await jetstream(connection).publish(seatSubject(record.subscription), JSON.stringify(record), {
      expect: { lastSubjectSequence: revision },
    });
    return seq;
  } catch (error) {
    if (isOvertaken(error)) throw new SeatLost(`another process works for ${record.subscription}`, { cause: error });
    throw error;
  }
}

/** The server refused because somebody else was quicker. */
export function isOvertaken(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}
