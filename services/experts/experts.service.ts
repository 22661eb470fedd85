/** The calls to the dispatch of experts: a ticket asks for one, has it told, gives it back; an expert answers. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { ticketId } from '../../events/ticket.js';
import { Agenda, agendaTable } from '../platform/agenda.js';
import type { Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { paging, readPage, type Page } from '../platform/pages.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo } from '../platform/validation.js';
import { answer, assign, assignmentOf, DISPATCH, isOver, release, tellWaiting, wait } from './dispatch.js';
import { EXPERT_TABLES } from './expert-tables.js';
import { DEFAULT_ROSTER, enlist, foresee, location, type DispatchSeed, type ExpertSeed } from './roster.js';

/** Number of an assignment. */
export const hopNumber = z.coerce.number('a number').int('a whole number').min(1, 'at least 1').max(9_999);

/** Body of `POST /experts/assignments`. */
export const assignmentRequest = z.strictObject({
  ticketId,
  hop: z.int('a whole number').min(1, 'at least 1').max(9_999, 'at most 9999'),
  skill: code,
  location,
  priority: z.int().min(1).max(4),
  reach: z.enum(['area', 'region', 'country']),
  except: z.array(reference).max(1_000),
  prefer: reference.exactOptional(),
  only: z.literal(true).exactOptional(),
  callback: callbackTo,
});

/** Body of `POST /experts/notifications`. */
export const notificationRequest = assignmentRequest
  .pick({ ticketId: true, hop: true, callback: true })
  .extend({ expertId: reference });

/** Body of `POST /experts/releases`. */
export const releaseRequest = assignmentRequest.pick({ ticketId: true, hop: true });

/** Body of `POST /experts/tickets/:ticketId/hops/:hop/answer`. */
export const answerRequest = z.strictObject({ answer: z.enum(['accept', 'decline']), code: code.default('declined') });

/** Query of the list of assignments. */
export const ofTicket = z.strictObject({ ...paging, ticket: ticketId.exactOptional() });

type AssignmentRequest = z.infer<typeof assignmentRequest>;
type Says = DispatchSeed['answers'] extends ReadonlyArray<infer One> | null ? One : never;

/** An assignment in the list. */
export interface ListedAssignment {
  readonly ticketId: string;
  readonly hop: number;
  readonly expertId: string;
  readonly status: string;
  readonly assignedAt: Date;
}

/** Items of the agenda: an expert's answer, `<ticket>/<hop>`. */
const ANSWER = 'answer';

@Injectable()
export class ExpertsService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
  ) {}

  async onModuleInit(): Promise<void> {
    this.agenda.on(ANSWER, {
      turn: () => DISPATCH,
      perform: (transaction, id) => this.#answerByItself(transaction, id),
    });
    await this.store.migrate(`${agendaTable(this.store.schema)} ${EXPERT_TABLES}`);
    await enlist(this.store.database, DEFAULT_ROSTER, false);
  }

  /** Inserts or replaces experts; tickets that wait for one of them are told. */
  async seed(experts: readonly ExpertSeed[]): Promise<void> {
    await this.store.inTurn(DISPATCH, async (transaction) => {
      await enlist(transaction, experts, true);
      const callbacks: Callback[] = [];
      for (const { id } of experts) callbacks.push(...(await tellWaiting(transaction, id)));
      return callbacks;
    });
  }

  /** Sets or lifts what the experts of tickets will answer. */
  foresee(seeds: readonly DispatchSeed[]): Promise<void> {
    return foresee(this.store.database, seeds);
  }

  /**
   * Gives a ticket to an expert, or says that nobody is free (200). What is assigned under the hop already is the answer again, whatever
   * key it is asked for by; an earlier hop ends.
   * @throws Problem 409 `AssignmentOver`, by way of the answer
   */
  assign(key: string, input: AssignmentRequest): Promise<Answer> {
    const call = { key, operation: 'assignExpert', input, declines: true } as const;
    return this.store.onceInTurn(call, DISPATCH, async (transaction, declined) => {
      const current = await assignmentOf(transaction, input.ticketId);
      if (current?.hop === input.hop) return assigned(current.expertId);
      if (await isOver(transaction, input.ticketId, input.hop)) throw over(input);
      const freed = current && (await release(transaction, input.ticketId, current.hop));
      const expertId = declined ? undefined : await assign(transaction, input);
      const callbacks = freed === undefined ? [] : await tellWaiting(transaction, freed);
      if (expertId !== undefined) return { ...assigned(expertId), callbacks };
      const skilled = await wait(transaction, input);
      return { answer: new Answer(200, { outcome: 'nobody', skilled }), callbacks };
    });
  }

  /**
   * Tells the expert, who answers as foreseen (200).
   * @throws Problem 404 `AssignmentNotFound`, by way of the answer
   */
  notify(key: string, input: z.infer<typeof notificationRequest>): Promise<Answer> {
    const call = { key, operation: 'notifyExpert', input, declines: true } as const;
    return this.store.onceInTurn(call, DISPATCH, async (transaction, declined) => {
      const { ticketId, hop, expertId } = input;
      const [told] = await transaction.query<{ at: Date }>(
        `UPDATE svc_experts.assignment SET status = 'notified'
         WHERE ticket_id = $1 AND hop = $2 AND expert_id = $3 AND status = 'assigned' RETURNING clock_timestamp() AS at`,
        [ticketId, hop, expertId],
      );
      if (!told) throw notFound(ticketId, hop);
      const { says, afterMs } = await this.#foreseen(transaction, ticketId, hop);
      if (declined) await this.agenda.enter(transaction, ANSWER, `${ticketId}/${hop}/declined`, 0);
      else if (says !== 'never') await this.agenda.enter(transaction, ANSWER, `${ticketId}/${hop}`, afterMs);
      return { answer: new Answer(200, { notifiedAt: told.at.toISOString() }) };
    });
  }

  /**
   * Takes a person's answer (202).
   * @throws Problem 404 `AssignmentNotFound`, by way of the answer
   */
  answer(key: string, ticket: string, hop: number, body: z.infer<typeof answerRequest>): Promise<Answer> {
    const call = { key, operation: 'answerAssignment', input: { ticket, hop, ...body } };
    return this.store.onceInTurn(call, DISPATCH, async (transaction) => {
      const said = body.answer === 'accept' ? 'accepted' : 'declined';
      const callbacks = await answer(transaction, ticket, hop, said, body.code);
      if (!callbacks) throw notFound(ticket, hop);
      await this.agenda.strike(transaction, ANSWER, `${ticket}/${hop}`);
      return { answer: new Answer(202, { ticketId: ticket, hop, answer: body.answer }), callbacks };
    });
  }

  /** The ticket's assignments up to this hop are over (200); who waits for its expert is told. */
  release(key: string, input: z.infer<typeof releaseRequest>): Promise<Answer> {
    return this.store.onceInTurn({ key, operation: 'releaseExpert', input }, DISPATCH, async (transaction) => {
      const freed = await release(transaction, input.ticketId, input.hop);
      const callbacks = freed === undefined ? [] : await tellWaiting(transaction, freed);
      return { answer: new Answer(200, { released: true }), callbacks };
    });
  }

  /** What has become of an assignment. */
  async find(ticket: string, hop: number): Promise<{ readonly status: string; readonly code?: string }> {
    const [found] = await this.store.database.query<{ status: string; code: string | null }>(
      'SELECT status, code FROM svc_experts.assignment WHERE ticket_id = $1 AND hop = $2',
      [ticket, hop],
    );
    if (!found) return { status: 'none' };
    return { status: found.status, ...(found.code !== null && { code: found.code }) };
  }

  /** Assignments in whatever state, by ticket. */
  list({ ticket, ...page }: z.infer<typeof ofTicket>): Promise<Page<ListedAssignment>> {
    return readPage<ListedAssignment>(
      this.store.database,
      {
        table: 'svc_experts.assignment',
        columns: `ticket_id AS "ticketId", hop, expert_id AS "expertId", status, assigned_at AS "assignedAt"`,
        entity: 'ticket_id',
        id: `lpad(hop::text, 4, '0')`,
      },
      { ...page, entity: ticket },
    );
  }

  /** What the expert of a hop will say: as foreseen for the ticket, else as they usually do. */
  async #foreseen(queries: Queries, ticket: string, hop: number): Promise<Omit<Says, 'code'> & { code?: string }> {
    const [foreseen] = await queries.query<{ said: Says | null; says: Says['says']; afterMs: number }>(
      `SELECT f.answers -> (a.hop - 1) AS said, e.answers AS says, e.after_ms AS "afterMs"
       FROM svc_experts.assignment a JOIN svc_experts.expert e USING (expert_id)
         LEFT JOIN svc_experts.foreseen f USING (ticket_id)
       WHERE a.ticket_id = $1 AND a.hop = $2`,
      [ticket, hop],
    );
    return foreseen?.said ?? { says: foreseen?.says ?? 'never', afterMs: foreseen?.afterMs ?? 0 };
  }

  async #answerByItself(transaction: Queries, id: string): Promise<readonly Callback[]> {
    const [ticket = '', hop = '', fault] = id.split('/');
    const { says, code = 'declined' } = await this.#foreseen(transaction, ticket, Number(hop));
    const said = fault === undefined && says === 'accept' ? 'accepted' : 'declined';
    return (await answer(transaction, ticket, Number(hop), said, code)) ?? [];
  }
}

const assigned = (expertId: string) => ({ answer: new Answer(200, { outcome: 'assigned', expertId }) });

const over = ({ ticketId: ticket, hop }: AssignmentRequest): Problem =>
  new Problem(
    409,
    'AssignmentOver',
    `hop is ${hop}: that assignment of ticket ${ticket} was released; ask for the next one`,
  );

const notFound = (ticket: string, hop: number): Problem =>
  new Problem(
    404,
    'AssignmentNotFound',
    `hop is ${hop}: ticket ${ticket} has no such assignment that is open for it; look it up, or ask for the next one`,
  );
