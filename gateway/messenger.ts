/** Delivery of messages to entities, and the answer where no run is open to take them. */
import { Injectable } from '@nestjs/common';
import { checkedMessage, deliver, type Addressed } from '../client/deliver.js';
import { EntityClosed, EntityStopped, MessageRefused, NoAnswer, UnknownEntity } from '../client/errors.js';
import type { Delivery } from '../client/gateway.js';
import { isNotFound } from '../client/temporal.js';
import type { EntityRecord } from '../records/entity-record.js';
import { recordStray } from '../records/stray.js';
import { digest } from '../workflows/lifecycle/canonical.js';
import type { Answers } from '../workflows/lifecycle/message.js';
import { REMEDIES } from '../workflows/lifecycle/remedies.js';
import { Admissions } from './admissions.js';
import type { ServedLifecycle } from './lifecycles.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { isRunning, ON_RECORD_TIMEOUT_MS, reopenableUntil, settled, startNextStage } from './reopening.js';
import { Temporal } from './temporal.js';
import { note } from '../telemetry/scope.js';

/** How often a message to a closed entity starts over, because others reopened or closed it between two looks. */
const MOST_READINGS = 3;

/** A message and the entity that it is for. */
export interface Letter {
  readonly served: ServedLifecycle;
  readonly id: string;
  readonly name: string;
  readonly message: Addressed;
}

/** Sends messages through Temporal; what finds no open run reopens the entity, or is answered from the records and kept. */
@Injectable()
export class Messenger {
  constructor(
    private readonly temporal: Temporal,
    private readonly records: Records,
    private readonly admissions: Admissions,
  ) {}

  /**
   * @throws UnknownMessage, InvalidMessage, MessageRefused, NoAnswer, Unreachable; and where no run is open UnknownEntity,
   *   EntityClosed, EntityStopped, each with the message on record; Problem `WaitingForAdmission`
   */
  async send(given: Letter): Promise<Delivery> {
    const { served, id, name } = given;
    const { correlationId } = given.message.envelope;
    note({ workflowId: served.binding.workflowId(id), ...(correlationId !== undefined && { correlationId }) });
    const { kind, data } = checkedMessage(served.binding, name, given.message.data);
    const message: Addressed = { ...given.message, data };
    const letter = { ...given, message };
    for (let reading = 1; reading <= MOST_READINGS; reading++) {
      try {
        return await deliver(this.temporal.client, served.binding.workflowId(id), name, kind, message);
      } catch (err) {
        if (!isNotFound(err)) throw err;
      }
      const delivery = await this.withoutRun(letter, kind);
      if (delivery) return delivery;
    }
    throw new EntityStopped(served.table.name, id, 'its next stage ended before it began');
  }

  /** The answer where no run is open; undefined where one was opened meanwhile and the message is to be delivered to that. */
  private async withoutRun(letter: Letter, kind: 'signal' | 'update'): Promise<Delivery | undefined> {
    const { served, id, name, message } = letter;
    const lifecycle = served.table.name;
    const record = await this.records.read((reader) => reader.getEntity(lifecycle, id));
    const continued = record && (await this.records.read((reader) => reader.continuation(lifecycle, id)));
    if (!record || !continued) {
      await this.refuseWaiting(lifecycle, id);
      await this.keep(letter, 'unknown-entity');
      throw new UnknownEntity(lifecycle, id);
    }
    const first = firstAnswer(continued.answers, name, message);
    if (first) return first;
    if (!record.closed) {
      // Reopened between the delivery and this reading.
      if (await isRunning(this.temporal.client, served, id)) return undefined;
      await this.keep(letter, 'stopped');
      throw new EntityStopped(lifecycle, id, 'its run has ended before it did');
    }
    const until = reopenableUntil(served.table, record, name);
    if (!until || until.getTime() < Date.now()) {
      await this.keep(letter, 'closed');
      const late = served.table.messages[name]?.late ?? 'reject';
      throw new EntityClosed(
        lifecycle,
        id,
        late === 'reject' ? 'reject' : 'record',
        record.outcome,
        until?.toISOString(),
      );
    }
    const route = await this.admissions.routeOf(record);
    const stage = await startNextStage(this.temporal.client, served, record, continued, { name, message }, route);
    if (!stage) return undefined;
    const became = await settled(this.temporal.client, served, id, stage, () => this.stageOnRecord(record));
    if (became === 'silent') throw new NoAnswer(message.envelope.messageId, ON_RECORD_TIMEOUT_MS);
    if (became === 'refused') return undefined;
    return kind === 'signal' ? { outcome: 'accepted' } : this.answerOnRecord(record, name, message);
  }

  /** One in line takes no messages yet, and there is no need to keep them: they are repeated. @throws Problem 409 `WaitingForAdmission` */
  private async refuseWaiting(lifecycle: string, id: string): Promise<void> {
    const place = await this.admissions.waiting(lifecycle, id);
    if (!place) return;
    throw new Problem(
      409,
      'WaitingForAdmission',
      `${lifecycle} ${id} is waiting for admission, ${place.ahead} ahead, and takes messages once it has started, ` +
        `about ${place.expectedAt}; repeat the message then under the same id`,
    );
  }

  private stageOnRecord({ lifecycle, id }: EntityRecord) {
    return this.records.read((reader) => reader.submission(lifecycle, id));
  }

  /** What the next stage said of the message that it began with. */
  private async answerOnRecord(
    { lifecycle, id }: EntityRecord,
    name: string,
    message: Addressed,
  ): Promise<Delivery | undefined> {
    const continued = await this.records.read((reader) => reader.continuation(lifecycle, id));
    return continued && firstAnswer(continued.answers, name, message);
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

/**
 * A repeat gets the answer that the journal holds; undefined where it is none.
 * @throws MessageRefused where the first one was, or where this is other content under a used id
 */
function firstAnswer(answers: Answers, name: string, { envelope, data }: Addressed): Delivery | undefined {
  const { messageId } = envelope;
  const found = answers.find(([signature]) => signature === `${name}:${messageId}`);
  if (!found) return undefined;
  const [, firstDigest, answer] = found;
  if (firstDigest !== digest(data)) {
    throw new MessageRefused('messageIdReused', `messageId "${messageId}" was used for other content; use a new one`);
  }
  if (answer.outcome !== 'rejected') return answer;
  const code = answer.code ?? 'refused';
  const remedy = REMEDIES[code];
  throw new MessageRefused(
    code,
    `${name} was rejected in ${answer.state}: ${code}${remedy === undefined ? '' : ` (${remedy})`}`,
    answer.state,
  );
}
