/** `POST /callbacks/<service>`: what the domain services answer later, signed. */
import { Body, Controller, Headers, HttpCode, Param, Post, UseInterceptors } from '@nestjs/common';
import { InvalidMessage, ThroughlineError } from '../client/errors.js';
import type { Delivery } from '../client/gateway.js';
import { validated } from '../client/validate.js';
import { verifyWebhook, WebhookRefused, type WebhookHeaders } from '../events/webhook.js';
import { recordStray } from '../records/stray.js';
import { CallbackCounts } from './callback-counts.js';
import { delivery } from './answers/entities.js';
import { cloudEvent, eventTypesOf, messageFor, type CloudEvent } from './cloud-event.js';
import { Lifecycles } from './lifecycles.js';
import { Messenger } from './messenger.js';
import { Operation } from './operation.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { GatewaySettings } from './settings.js';
import { note } from '../telemetry/scope.js';

/**
 * A service repeats a callback until it is answered 2xx, and gives up on 404, 409, 410 and 422: those mean that no repeat will
 * help, and the callback is then on record here.
 */
@Controller('callbacks')
@UseInterceptors(CallbackCounts)
export class CallbacksController {
  constructor(
    private readonly settings: GatewaySettings,
    private readonly messenger: Messenger,
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** Checks signature and age over the raw body before anything reads it, then signals the entity. */
  @Post(':service')
  @Operation({
    summary: 'What a domain service answers later, signed',
    may: 'anyone',
    tag: 'callbacks',
    answers: { 202: delivery },
  })
  @HttpCode(202)
  async receive(
    @Param('service') service: string,
    @Headers() headers: WebhookHeaders,
    @Body() body: unknown,
  ): Promise<Delivery> {
    if (eventTypesOf(service).length === 0) {
      throw new Problem(
        404,
        'UnknownService',
        `no callbacks are expected from ${JSON.stringify(service.slice(0, 64))}`,
      );
    }
    const raw = rawBody(body);
    verify(this.settings.callbackSecret, headers, raw);

    const id = String(headers['webhook-id']);
    note({ eventId: id });
    const event = await this.orStray({ service, id }, 'invalid-data', raw, () => parse(raw, id));
    const name = await this.orStray({ service, id, event }, 'unknown-type', event.data, () =>
      messageName(service, event),
    );
    const { served, id: entityId } = await this.orStray({ service, id, event }, 'unknown-entity', event.data, () =>
      this.lifecycles.entityOf(event.subject),
    );
    try {
      return await this.messenger.send({
        served,
        id: entityId,
        name,
        message: {
          envelope: {
            entityId,
            messageId: event.id,
            occurredAt: event.time,
            source: event.source,
            actor: { kind: 'service', id: service, authenticated: 'hmac' },
            schemaVersion: 1,
            ...(event.correlationid === undefined ? {} : { correlationId: event.correlationid }),
          },
          data: event.data,
        },
      });
    } catch (err) {
      if (err instanceof InvalidMessage) await this.keep({ service, id, event }, 'invalid-data', event.data);
      throw err;
    }
  }

  /** Runs a check; what it refuses goes on record before it is answered. */
  private async orStray<T>(from: Sender, reason: string, data: unknown, check: () => T): Promise<T> {
    try {
      return check();
    } catch (err) {
      if (err instanceof ThroughlineError || err instanceof Problem) await this.keep(from, reason, data);
      throw err;
    }
  }

  /** What did not pass its schema may hold anything: only its digest is kept. */
  private async keep({ service, id, event }: Sender, reason: string, data: unknown): Promise<void> {
    const name = event && messageFor(service, event.type);
    const [lifecycle, ...key] = event?.subject.split('/') ?? [];
    await this.records.write((db) =>
      recordStray(db, {
        ...(lifecycle === undefined ? {} : { lifecycle, entityId: key.join('/') }),
        ...(name === undefined ? {} : { name }),
        messageId: id,
        source: `/services/${service}`,
        reason,
        data: Buffer.isBuffer(data) ? data.toString('base64') : data,
        keepData: false,
        receivedAt: new Date().toISOString(),
      }),
    );
  }
}

interface Sender {
  readonly service: string;
  /** The signed event id. */
  readonly id: string;
  readonly event?: CloudEvent;
}

function rawBody(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw new Problem(415, 'UnsupportedMediaType', 'send the callback as content-type application/cloudevents+json');
}

function verify(secret: string, headers: WebhookHeaders, raw: Buffer): void {
  try {
    verifyWebhook(secret, headers, raw, Date.now());
  } catch (err) {
    if (err instanceof WebhookRefused) throw new Problem(401, 'WebhookRefused', err.message, { code: err.code });
    throw err;
  }
}

function parse(raw: Buffer, signedId: string): CloudEvent {
  let json: unknown;
  try {
    json = JSON.parse(raw.toString('utf8'));
  } catch {
    throw new Problem(422, 'InvalidMessage', 'the body is not JSON; send a CloudEvent in structured JSON');
  }
  const event = validated(cloudEvent, json, 'CloudEvent');
  if (event.id === signedId) return event;
  throw new Problem(422, 'InvalidMessage', 'the header webhook-id differs from the id of the event; send the same');
}

function messageName(service: string, event: CloudEvent): string {
  const name = messageFor(service, event.type);
  if (name !== undefined) return name;
  throw new Problem(
    422,
    'UnknownEventType',
    `type ${JSON.stringify(event.type)} is not one that service ${service} sends; use ${eventTypesOf(service).join(', ')}`,
  );
}
