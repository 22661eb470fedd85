/** Brings events of others to entities, as messages, through the same messenger and under the same rules as everybody's. */
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { z } from 'zod';
import {
  EntityClosed,
  EntityStopped,
  InvalidMessage,
  MessageRefused,
  NoAnswer,
  UnknownEntity,
  UnknownLifecycle,
  UnknownMessage,
  Unreachable,
} from '../../client/errors.js';
import { Bell } from '../../events/broker/bell.js';
import { EventRefused, NotNow, type Broker, type Consumption } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import { handling } from '../../events/broker/handling.js';
import { openBroker } from '../../events/broker/open.js';
import { Lifecycles } from '../lifecycles.js';
import { Messenger } from '../messenger.js';
import { Problem } from '../problem.js';
import { GatewaySettings } from '../settings.js';
import { INBOUND } from './table.js';

/** The subscription's name: all gateways share it. */
const SUBSCRIPTION = 'inbound';
const TRY_AGAIN_MS = 2_000;

/** On record where others look for it, in the journal or among the strays; no repeat would get another answer. */
const ANSWERED = [EntityClosed, MessageRefused];
/** Somebody has to look: another event, another table, or an entity that is not there yet. */
const REFUSED = [InvalidMessage, UnknownEntity, UnknownLifecycle, UnknownMessage, EntityStopped];

@Injectable()
export class Inbound implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('inbound');
  private readonly end = new Bell();
  private ended = false;
  private broker: Broker | undefined;
  private failure = 'it has not answered yet';
  private consumption: Consumption | undefined;
  private starting: Promise<void> = Promise.resolve();

  constructor(
    private readonly settings: GatewaySettings,
    private readonly lifecycles: Lifecycles,
    private readonly messenger: Messenger,
  ) {}

  /** In the background: a gateway whose broker is away serves everybody else. */
  onApplicationBootstrap(): void {
    this.starting = this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ended = true;
    this.end.ring();
    await this.starting;
    await this.consumption?.close();
    await this.broker?.close();
  }

  /** The broker, for whoever looks how it stands. @throws Error that says why it cannot be reached yet */
  reached(): Broker {
    if (this.broker) return this.broker;
    throw new Error(this.failure);
  }

  private async start(): Promise<void> {
    const { broker: settings } = this.settings;
    if (!settings) return;
    const log = {
      info: (fields: object, text: string) => this.log.log({ ...fields }, text),
      warn: (fields: object, text: string) => this.log.warn({ ...fields }, text),
    };
    for (let failures = 0; !this.ended; failures++) {
      try {
        this.broker ??= await openBroker(settings, { applicationName: 'throughline-gateway-inbound', log });
        const subscription = { name: SUBSCRIPTION, types: Object.keys(INBOUND), from: 'beginning' as const };
        this.consumption = await this.broker.subscribe(subscription, (event) =>
          handling(SUBSCRIPTION, event, () => this.take(event)),
        );
        return;
      } catch (err) {
        this.failure = (err as Error).message;
        if (failures === 0) this.log.warn({ reason: this.failure }, 'the broker cannot be reached yet');
        await this.end.wait(TRY_AGAIN_MS);
      }
    }
  }

  /** @throws EventRefused, NotNow, as a handler of the broker does */
  private async take(event: BrokerEvent): Promise<void> {
    try {
      await this.messenger.send(this.letterOf(event));
    } catch (err) {
      if (ANSWERED.some((kind) => err instanceof kind)) return;
      if (err instanceof z.ZodError) {
        const { path, message } = err.issues[0] ?? { path: [], message: 'malformed' };
        throw new EventRefused(`data.${path.join('.')} of ${event.type}: ${message}`, { cause: err });
      }
      if (REFUSED.some((kind) => err instanceof kind)) throw new EventRefused((err as Error).message, { cause: err });
      if (err instanceof Unreachable || err instanceof NoAnswer || err instanceof Problem)
        throw new NotNow(err.message, { cause: err });
      throw err;
    }
  }

  /** The message under the event's id, so that a repeat is recognised. */
  private letterOf(event: BrokerEvent) {
    const row = INBOUND[event.type];
    if (!row) throw new EventRefused(`no message is declared for events of type ${event.type}`);
    const id = row.key(event);
    return {
      served: this.lifecycles.get(row.lifecycle),
      id,
      name: row.message,
      message: {
        envelope: {
          entityId: id,
          messageId: event.id,
          correlationId: event.correlationid,
          causationId: event.causationid,
          occurredAt: event.time,
          source: event.source,
          // Whoever may publish to the broker is believed to be who it says; nobody has checked it here.
          actor: {
            kind: 'service' as const,
            id: event.source.slice(event.source.lastIndexOf('/') + 1),
            authenticated: 'none' as const,
          },
          schemaVersion: 1,
        },
        data: row.data(event),
      },
    };
  }
}
