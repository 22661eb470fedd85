/** The calls to the adjusters' desk: a claim asks for an adjuster, an adjuster answers, a claim gives its adjuster back. */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { code, reference } from '../../events/common.js';
import { Agenda, agendaTable } from '../platform/agenda.js';
import type { Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo } from '../platform/validation.js';
import { ahead, ANSWER, answer, DESK, enlist, leave, queueUp, serve } from './desk.js';
import { DESK_TABLES } from './desk-tables.js';
import { DEFAULT_ROSTER, type AdjusterSeed } from './roster.js';

/** Body of `POST /assessment/adjuster-requests`. */
export const adjusterRequest = z.strictObject({
  claimId,
  skill: code,
  area: z.string().min(1).max(8),
  priority: z.int().min(1).max(5),
  excluded: z.array(reference).max(100),
  callback: callbackTo,
});

/** Body of `POST /assessment/assignments/:assignmentId/answer`. */
export const adjusterAnswer = z.strictObject({
  answer: z.enum(['accept', 'decline']),
  /** Why it is declined. */
  code: code.default('declined'),
});

/** How busy the adjusters are. */
interface Load {
  /** `open`: claims that the adjuster has now; `asked`: claims that it was ever asked to take. */
  readonly adjusters: ReadonlyArray<{ adjusterId: string; capacity: number; open: number; asked: number }>;
  /** Claims that wait for an adjuster; `since`: when the oldest of them asked, ISO-8601, or null. */
  readonly waiting: { readonly claims: number; readonly since: string | null };
}

@Injectable()
export class DeskService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
  ) {}

  async onModuleInit(): Promise<void> {
    this.agenda.on(ANSWER, {
      turn: () => DESK,
      perform: (transaction, assignmentId) => this.#answerByItself(transaction, assignmentId),
    });
    await this.store.migrate(`${agendaTable(this.store.schema)} ${DESK_TABLES}`);
    await enlist(this.store.database, DEFAULT_ROSTER, false);
  }

  /** Inserts or replaces adjusters; who waits for one of them is served. */
  async seed(adjusters: readonly AdjusterSeed[]): Promise<void> {
    await this.store.inTurn(DESK, async (transaction) => {
      await enlist(transaction, adjusters, true);
      const callbacks: Callback[] = [];
      for (;;) {
        const served = await serve(transaction, this.agenda);
        if (served.length === 0) return callbacks;
        callbacks.push(...served);
      }
    });
  }

  /** Asks for an adjuster (202); the claim's earlier request or assignment ends. */
  request(key: string, input: z.infer<typeof adjusterRequest>): Promise<Answer> {
    return this.store.onceInTurn({ key, operation: 'assignAdjuster', input }, DESK, async (transaction) => {
      const { callbacks } = await this.free(transaction, input.claimId);
      const requestId = await queueUp(transaction, { ...input, reference: input.callback.reference });
      callbacks.push(...(await serve(transaction, this.agenda, { requestId })));
      return { answer: new Answer(202, { requestId, ahead: await ahead(transaction, requestId) }), callbacks };
    });
  }

  /**
   * Takes a person's answer (202).
   * @throws Problem 404 `AssignmentNotFound`, 409 `AssignmentNotOpen`, by way of the answer
   */
  answer(key: string, assignmentId: string, body: z.infer<typeof adjusterAnswer>): Promise<Answer> {
    const call = { key, operation: 'answerAssignment', input: { assignmentId, ...body } };
    return this.store.onceInTurn(call, DESK, async (transaction) => {
      const said = body.answer === 'accept' ? 'accepted' : 'declined';
      const answered = await answer(transaction, this.agenda, assignmentId, said, body.code);
      if (!answered) throw await notAsked(transaction, assignmentId);
      const { adjusterId, callbacks } = answered;
      return { answer: new Answer(202, { assignmentId, adjusterId, answer: body.answer }), callbacks };
    });
  }

  /** A claim needs no adjuster any more (200 with the one who has room again, or null). */
  release(key: string, claimId: string): Promise<Answer> {
    return this.store.onceInTurn(
      { key, operation: 'releaseAdjuster', input: { claimId } },
      DESK,
      async (transaction) => {
        const { adjusterId = null, callbacks } = await this.free(transaction, claimId);
        return { answer: new Answer(200, { adjusterId }), callbacks };
      },
    );
  }

  /**
   * Ends what a claim has at the desk, in the desk's turn, and serves who waits for its adjuster.
   * @returns the adjuster, where it had one, and the callbacks to promise
   */
  async free(transaction: Queries, claimId: string): Promise<{ adjusterId?: string; callbacks: Callback[] }> {
    const adjusterId = await leave(transaction, claimId);
    if (adjusterId === undefined) return { callbacks: [] };
    return { adjusterId, callbacks: await serve(transaction, this.agenda, { adjusterId }) };
  }

  /** Reads how busy the adjusters are, by adjuster id. */
  async load(): Promise<Load> {
    const [load] = await this.store.database.query<{ load: Load }>(
      `SELECT json_build_object(
         'adjusters', (
           SELECT coalesce(json_agg(json_build_object('adjusterId', adjuster_id, 'capacity', capacity, 'open', open,
             'asked', asked) ORDER BY adjuster_id), '[]'::json) FROM svc_assessment.adjuster
         ),
         'waiting', (
           SELECT json_build_object('claims', count(*), 'since', to_char(min(requested_at) AT TIME ZONE 'UTC',
             'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           FROM svc_assessment.adjuster_request WHERE status = 'waiting'
         )) AS load`,
    );
    return load?.load ?? { adjusters: [], waiting: { claims: 0, since: null } };
  }

  async #answerByItself(transaction: Queries, assignmentId: string): Promise<readonly Callback[]> {
    const [adjuster] = await transaction.query<{ answers: AdjusterSeed['answers'] }>(
      `SELECT answers FROM svc_assessment.adjuster JOIN svc_assessment.engagement USING (adjuster_id)
       WHERE assignment_id = $1`,
      [assignmentId],
    );
    const said = adjuster?.answers === 'accept' ? 'accepted' : 'declined';
    return (await answer(transaction, this.agenda, assignmentId, said))?.callbacks ?? [];
  }
}

async function notAsked(transaction: Queries, assignmentId: string): Promise<Problem> {
  const [engagement] = await transaction.query<{ status: string }>(
    'SELECT status FROM svc_assessment.engagement WHERE assignment_id = $1',
    [assignmentId],
  );
  if (!engagement) {
    return new Problem(
      404,
      'AssignmentNotFound',
      `assignmentId is ${assignmentId}: no adjuster was asked under this id`,
    );
  }
  return new Problem(
    409,
    'AssignmentNotOpen',
    `assignmentId is ${assignmentId}: it is ${engagement.status}; an answer is taken once, and while the claim waits for it`,
  );
}
