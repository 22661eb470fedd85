/** What changes something: submissions, messages, and the erasable store of personal data. */
import { Body, Controller, Delete, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Delivery } from '../client/gateway.js';
import { submit, type Submitted } from '../client/submit.js';
import { actor, envelope, reference } from '../events/common.js';
import { digest } from '../workflows/lifecycle/canonical.js';
import type { Envelope } from '../workflows/lifecycle/entry.js';
import { PROFILES } from '../workflows/lifecycle/definition.js';
import type { Profile } from '../workflows/lifecycle/message.js';
import * as answers from './answers/entities.js';
import { actorOf, maySend, sourceOf, type GivenActor } from './access/senders.js';
import { Admissions } from './admissions.js';
import { Asker } from './asker.js';
import { idempotencyKey } from './idempotency.js';
import { Lifecycles } from './lifecycles.js';
import { Messenger } from './messenger.js';
import { Operation } from './operation.js';
import { note } from '../telemetry/scope.js';
import { Subjects } from './subjects.js';
import { Temporal } from './temporal.js';
import { Valid } from './valid.pipe.js';

const givenEnvelope = envelope
  .partial()
  .extend({ actor: actor.partial({ authenticated: true }).exactOptional() })
  .exactOptional();

const submission = z.strictObject({
  envelope: givenEnvelope,
  data: z.unknown(),
  profile: z.enum(Object.keys(PROFILES) as [Profile, ...Profile[]]).exactOptional(),
  basis: reference.exactOptional().describe('Digest of what the notice was made from, where that says more'),
});

const message = z.strictObject({ envelope: givenEnvelope, data: z.unknown() });

const subject = z.strictObject({ data: z.record(z.string(), z.unknown()) });

const subjectRef = z.uuid('the ref that storing the subject gave');

@Controller('api')
export class CommandsController {
  constructor(
    private readonly temporal: Temporal,
    private readonly admissions: Admissions,
    private readonly messenger: Messenger,
    private readonly subjects: Subjects,
    private readonly lifecycles: Lifecycles,
  ) {}

  /**
   * Starts an entity: 201, or 200 with the first answer where the same content was submitted before. 202 with its place in line
   * where it belongs to a catastrophe whose claims are started at a rate, and waits.
   */
  @Post('entities/:lifecycle')
  @Operation({
    summary: 'Start an entity',
    may: ['service'],
    answers: { 200: answers.submitted, 201: answers.submitted, 202: answers.submitted },
  })
  async submit(
    @Param('lifecycle') lifecycle: string,
    @Body(new Valid(submission, 'submission')) body: z.infer<typeof submission>,
    @Asker() asker: Asker,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Submitted> {
    const { binding } = this.lifecycles.get(lifecycle);
    const given = signed(asker, lifecycle, body.envelope);
    const submitted = await submit(this.temporal.client, this.admissions, binding, body.data, {
      envelope: {
        ...given,
        occurredAt: given.occurredAt ?? new Date().toISOString(),
        schemaVersion: given.schemaVersion ?? 1,
      },
      ...(body.profile === undefined ? {} : { profile: body.profile }),
      ...(body.basis === undefined ? {} : { basis: body.basis }),
    });
    const workflowId = binding.workflowId(submitted.id);
    note({ workflowId, correlationId: given.correlationId ?? workflowId });
    void reply.status(submitted.waiting ? 202 : submitted.started ? 201 : 200);
    return submitted;
  }

  /**
   * Sends a message: 202 for a signal that Temporal holds, 200 with the entity's answer for an update. The key under which a
   * repeat is recognised is the envelope's `messageId`, else the header `Idempotency-Key`, else the content itself.
   */
  @Post('entities/:lifecycle/:id/messages/:name')
  @Operation({
    summary: 'Send a message',
    may: ['operator', 'service', 'admin'],
    answers: { 200: answers.answered, 202: answers.accepted },
  })
  async message(
    @Param('lifecycle') lifecycle: string,
    @Param('id') id: string,
    @Param('name') name: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body(new Valid(message, 'message')) body: z.infer<typeof message>,
    @Asker() asker: Asker,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Delivery> {
    const served = this.lifecycles.get(lifecycle);
    maySend(asker, served.table, name, body.data);
    const given = signed(asker, lifecycle, body.envelope);
    const messageId = given.messageId ?? checkedKey(key) ?? `anonymous:${digest(body.data)}`;
    const delivery = await this.messenger.send({
      served,
      id,
      name,
      message: { envelope: { entityId: id, ...given, messageId }, data: body.data },
    });
    void reply.status(delivery.outcome === 'accepted' ? 202 : 200);
    return delivery;
  }

  /** Stores personal data: 201 with its reference (which erases it) and its digest (which a notice may carry). */
  @Post('subjects')
  @Operation({
    summary: 'Store personal data',
    keeps: 'itself',
    may: ['operator', 'service'],
    scope: 'some',
    answers: { 201: answers.subjectStored },
  })
  @HttpCode(201)
  put(
    @Headers('idempotency-key') key: string | undefined,
    @Body(new Valid(subject, 'subject')) body: z.infer<typeof subject>,
  ): Promise<{ ref: string; digest: string }> {
    return this.subjects.put(body.data, checkedKey(key));
  }

  /** Erases personal data: 204, also where it was erased before. */
  @Delete('subjects/:ref')
  @Operation({
    summary: 'Erase personal data',
    may: ['service'],
    scope: 'some',
    answers: { 204: 'Erased, now or before' },
  })
  @HttpCode(204)
  async erase(@Param('ref', new Valid(subjectRef, 'subject reference')) ref: string): Promise<void> {
    await this.subjects.erase(ref);
  }
}

function checkedKey(key: string | undefined): string | undefined {
  return new Valid(idempotencyKey, 'header Idempotency-Key').transform(key);
}

/** What the sender says of a message, and who the token says that the sender is. @throws Problem 403 `ForeignActor` */
function signed(
  asker: Asker,
  lifecycle: string,
  given: z.infer<typeof givenEnvelope> = {},
): Partial<Envelope> & Pick<Envelope, 'source' | 'actor'> {
  const { actor: named, ...rest } = given as Partial<Omit<Envelope, 'actor'>> & { readonly actor?: GivenActor };
  return { ...rest, source: rest.source ?? sourceOf(asker), actor: actorOf(asker, named, lifecycle) };
}
