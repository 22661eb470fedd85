/** The description of all events as a check. */
import { Ajv, type ValidateFunction } from 'ajv';
import { asyncApi } from '../../events/asyncapi.js';
import { eventOf, type BrokerEvent, type OutboxRow } from '../../events/broker/event.js';
import type pg from 'pg';

const DOCUMENT = 'throughline';

/** Says what is wrong with events. Formats are checked by the patterns beside them. */
class DescribedEvents {
  private readonly ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  private readonly checks = new Map<string, ValidateFunction | undefined>();
  private readonly types: ReadonlySet<string>;

  constructor() {
    const document = asyncApi() as { components: { messages: Record<string, object> } };
    this.types = new Set(Object.keys(document.components.messages));
    this.ajv.addSchema(document, DOCUMENT);
  }

  /** What the document says against an event; empty where it is as described. */
  faults(event: BrokerEvent): string[] {
    if (!this.types.has(event.type)) return [`${event.type} is not described`];
    const check = this.checkOf(event.type);
    if (check?.(event) === true) return [];
    return (check?.errors ?? []).map(({ instancePath, message }) => `${event.id} ${instancePath}: ${message}`);
  }

  private checkOf(type: string): ValidateFunction | undefined {
    if (!this.checks.has(type)) {
      const pointer = `${DOCUMENT}#/components/messages/${encodeURIComponent(type)}/payload`;
      this.checks.set(type, this.ajv.getSchema(pointer));
    }
    return this.checks.get(type);
  }
}

let described: DescribedEvents | undefined;

/** What the document says against an event. */
export function faultsOf(event: BrokerEvent): string[] {
  described ??= new DescribedEvents();
  return described.faults(event);
}

/** What the document says against the events in the outbox of an entity. @param key `<lifecycle>/<id>` */
export async function faultsInOutbox(pool: pg.Pool, key: string): Promise<string[]> {
  const { rows } = await pool.query<OutboxRow>('SELECT * FROM throughline.outbox WHERE key = $1 ORDER BY position', [
    key,
  ]);
  return rows.flatMap((row) => faultsOf(eventOf(row)));
}
