/** Delivery of messages to entities, and the answer where no run is open to take them. */
import { Injectable } from '@nestjs/common';
import { checkedMessage, deliver, type Addressed } from '../client/deliver.js';
import { EntityClosed, EntityStopped, MessageRefused, UnknownEntity } from '../client/errors.js';
import type { Delivery } from '../client/gateway.js';
import { isNotFound } from '../client/temporal.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { JournalLine } from '../records/reader.js';
import { recordStray } from '../records/stray.js';
import { digest } from '../workflows/lifecycle/canonical.js';
import type { ServedLifecycle } from './lifecycles.js';
import { Records } from './records.js';
import { Temporal } from './temporal.js';

/** Entries behind a message that are looked through for the state that it left the entity in. */
const LOOK_AHEAD = 100;

/** A message and the entity that it is for. */
export interface Letter {
  readonly served: ServedLifecycle;
  readonly id: string;
  readonly name: string;
  readonly message: Addressed;
}

/** Sends messages through Temporal; what finds no open run is answered from the records and kept. */
@Injectable()
export class Messenger {
  constructor(
    private readonly temporal: Temporal,
    private readonly records: Records,
  ) {}

  /**
   * @throws UnknownMessage, InvalidMessage, MessageRefused, NoAnswer, Unreachable; and where no run is open UnknownEntity,
   *   EntityClosed, EntityStopped, each with the message on record
   */
  async send(letter: Letter): Promise<Delivery> {
    const { served, id, name, message } = letter;
    const { kind, data } = checkedMessage(served.binding, name, message.data);
    try {
      return await deliver(this.temporal.client, served.binding.workflowId(id), name, kind, { ...message, data });
    } catch (err) {
      if (!isNotFound(err)) throw err;
    }
    return this.withoutRun(letter);
  }

  private async withoutRun(letter: Letter): Promise<Delivery> {
    const { served, id, name, message } = letter;
    const record = await this.records.read((reader) => reader.getEntity(served.table.name, id));
    if (!record) {
      await this.keep(letter, 'unknown-entity');
      throw new UnknownEntity(served.table.name, id);
    }
    const first = await this.records.read((reader) =>
      reader.findMessage(served.table.name, id, message.envelope.messageId),
    );
    if (first?.entry.message?.name === name) return this.firstAnswer(record, first, message.data);
    if (!record.closed) {
      await this.keep(letter, 'stopped');
      throw new EntityStopped(served.table.name, id, 'its run has ended before it did');
    }
    await this.keep(letter, 'closed');
    throw new EntityClosed(served.table.name, id, served.table.messages[name]?.late ?? 'reject', record.outcome);
  }

  /** A repeat gets the answer that the journal holds. */
  private async firstAnswer(record: EntityRecord, first: JournalLine, data: unknown): Promise<Delivery> {
    const { sequence, message, reason } = first.entry;
    const { messageId = '', outcome = 'rejected' } = message ?? {};
    const code = reason?.code;
    if (message?.digest !== digest(data)) {
      throw new MessageRefused('messageIdReused', `messageId "${messageId}" was used for other content; use a new one`);
    }
    const behind = await this.records.read((reader) =>
      reader.journal(record.lifecycle, record.id, { after: sequence, limit: LOOK_AHEAD }),
    );
    // The state only changes by transitions: the next one left the state that the message led to, or is what it caused.
    const next = behind.find(({ entry }) => entry.kind === 'transition')?.entry;
    const state = (next?.causationId === messageId ? next.to : next?.from) ?? record.state;
    if (outcome === 'rejected') {
      throw new MessageRefused(
        code ?? 'refused',
        `${message?.name} was rejected in ${state}: ${code ?? 'refused'}`,
        state,
      );
    }
    return { outcome, state, sequence, ...(code === undefined ? {} : { code }) };
  }

  /** The data was checked against its schema, so it may be kept. */
  private async keep({ served, id, name, message }: Letter, reason: string): Promise<void> {
    await this.records.write((db) =>
      recordStray(db, {
        lifecycle: served.table.name,
        entityId: id,
        name,
        messageId: message.envelope.messageId,
        source: message.envelope.source ?? 'unidentified',
        reason,
        data: message.data,
        keepData: true,
        receivedAt: new Date().toISOString(),
      }),
    );
  }
}
