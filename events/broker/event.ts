/** An event as the broker carries it: CloudEvents 1.0 in structured JSON, with our extension attributes. */
import { z } from 'zod';
import { instant } from '../common.js';

/** Digits of {@link BrokerEvent.sequence}. */
const SEQUENCE_DIGITS = 10;
/** Largest event that a broker takes, in bytes of JSON. What is larger belongs into a store, and a reference into the event. */
export const MAX_EVENT_BYTES = 256 * 1024;

const attribute = z.string().min(1).max(512);

/** `partitionkey`, `sequence`, `traceparent`: the attributes that CloudEvents documents under these names; the others are ours. */
export const brokerEvent = z.object({
  specversion: z.literal('1.0'),
  id: attribute.describe('Unique within its source; a repeat bears the same'),
  source: attribute.describe('Who says it, as a URI reference: /throughline, /subscribers/billing'),
  type: z
    .string()
    .max(160)
    .regex(
      /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/,
      'names with dots between them, such as com.throughline.ticket.Resolved.v1',
    ),
  subject: attribute.describe('Business key of the entity'),
  time: instant,
  datacontenttype: z.literal('application/json'),
  partitionkey: attribute.describe('`<lifecycle>/<business key>`: events of one key keep their order'),
  correlationid: attribute.describe('Ties together everything that one submission caused'),
  causationid: attribute.describe('The message or the event that caused this one'),
  sequence: z
    .string()
    .regex(/^\d{10}$/, 'ten digits')
    .describe('Number of the journal entry that it tells of, in ten digits, so that it sorts as text'),
  traceparent: z
    .string()
    .regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, "W3C's traceparent")
    .exactOptional()
    .describe('Where in a trace it came about, as W3C has it; absent where nothing was traced'),
  data: z.record(z.string(), z.unknown()),
});

export type BrokerEvent = z.infer<typeof brokerEvent>;

/** A row of an outbox, as PostgreSQL gives it. */
export interface OutboxRow {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly time: Date;
  readonly key: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly sequence: number;
  readonly traceparent?: string | null;
  readonly data: Record<string, unknown>;
}

/** The event that a row stands for. */
export function eventOf(row: OutboxRow): BrokerEvent {
  return {
    specversion: '1.0',
    id: row.id,
    source: row.source,
    type: row.type,
    subject: row.subject,
    time: row.time.toISOString(),
    datacontenttype: 'application/json',
    partitionkey: row.key,
    correlationid: row.correlationid,
    causationid: row.causationid,
    sequence: String(row.sequence).padStart(SEQUENCE_DIGITS, '0'),
    ...(row.traceparent && { traceparent: row.traceparent }),
    data: row.data,
  };
}

/** Why no broker would ever take it; undefined where it is sound. Names the attribute and the remedy. */
export function faultOf(event: BrokerEvent, limit: number = MAX_EVENT_BYTES): string | undefined {
  const read = brokerEvent.safeParse(event);
  if (!read.success) {
    const { path, message } = read.error.issues[0] ?? { path: [], message: 'malformed' };
    return `attribute ${path.join('.') || '(whole)'} of the event: ${message}`;
  }
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes <= limit) return undefined;
  return `the event has ${bytes} bytes, more than ${limit}: keep its data elsewhere and send a reference`;
}
