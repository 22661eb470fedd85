/**
 * The services of a help desk, as a test scripts them: plans, a dispatch of experts that keeps its own books and answers a repeat as the
 * first time, and notices. Each can be told to misbehave. What is left in the books is what a ticket left behind.
 */
import { ApplicationFailure } from '@temporalio/activity';
import {
  EXPERTS_TASK_QUEUE,
  type AnswerFound,
  type AssignExpertInput,
  type ExpertsActivities,
} from '../../../activities/experts/contract.js';
import {
  NOTIFICATIONS_TASK_QUEUE,
  type NotificationsActivities,
  type SendNoticeInput,
} from '../../../activities/notifications/contract.js';
import { PLANS_TASK_QUEUE, type PlanCovers, type PlansActivities } from '../../../activities/plans/contract.js';
import { days } from '../../../workflows/lifecycle/definition.js';
import type { ScriptedActivities } from '../../support/rehearsal.js';

type Calls = ExpertsActivities & PlansActivities;
export type Call = keyof Calls;

/** What a call does this time. `lost`: it takes effect, and the caller is told that the service is away. */
export type Mischief = 'refused' | 'down' | 'lost' | 'paused';

interface Assignment {
  readonly hop: number;
  readonly expertId: string;
  status: AnswerFound['status'];
}

const OPEN = ['assigned', 'notified', 'accepted'];
const level = (responseMs: number, resolutionMs: number) => ({ responseMs, resolutionMs });

/** So long that it concerns no test but those that set another. */
const LENIENT = level(days(400), days(400));

export class Agency {
  /** In the order in which they are asked. */
  readonly roster = ['E-1', 'E-2', 'E-3', 'E-4', 'E-5', 'E-6', 'E-7', 'E-8'];
  /** Tickets for which nobody is free, and those that no plan covers. */
  readonly busy = new Set<string>();
  readonly uncovered = new Set<string>();
  /** What the plan promises, by ticket. */
  readonly levels = new Map<string, PlanCovers['levels']>();
  readonly assignments = new Map<string, Assignment[]>();
  readonly searches: AssignExpertInput[] = [];
  readonly notices: SendNoticeInput[] = [];
  /** How often a call was made with an effect, under how many keys. */
  readonly calls: Array<{ readonly call: Call; readonly ticketId: string }> = [];
  /** Tickets that ever had two experts at once, or two for one hop. */
  readonly doubled: string[] = [];
  private readonly mischief = new Map<string, Mischief[]>();
  private readonly answers = new Map<string, unknown>();
  private readonly released = new Map<string, number>();

  /** Does something wrong with the next calls of a ticket, one each. */
  misbehave(ticketId: string, call: Call, ...how: Mischief[]): void {
    this.mischief.set(`${ticketId}/${call}`, how);
  }

  /** What a ticket's plan promises, at every priority the same unless it says otherwise. */
  promise(
    ticketId: string,
    responseMs: number,
    resolutionMs: number,
    at: Partial<Record<1 | 2 | 3 | 4, readonly [number, number]>> = {},
  ): void {
    const usual = level(responseMs, resolutionMs);
    const levels = { 1: usual, 2: usual, 3: usual, 4: usual };
    for (const [priority, [response, resolution]] of Object.entries(at)) {
      levels[Number(priority) as 1] = level(response, resolution);
    }
    this.levels.set(ticketId, levels);
  }

  /** What a ticket's customer was told, by template. */
  told(ticketId: string): string[] {
    return this.notices.flatMap((notice) =>
      'ticketId' in notice && notice.ticketId === ticketId ? [notice.template] : [],
    );
  }

  /** Experts who have the ticket still. */
  holding(ticketId: string): string[] {
    return this.of(ticketId).flatMap(({ expertId, status }) => (OPEN.includes(status) ? [expertId] : []));
  }

  /** An answer that was given and never told. */
  answered(ticketId: string, hop: number, status: 'accepted' | 'declined'): void {
    const assignment = this.of(ticketId).find((each) => each.hop === hop);
    if (!assignment) throw new Error(`${ticketId} has no hop ${hop}`);
    assignment.status = status;
  }

  get activities(): ScriptedActivities {
    return {
      [PLANS_TASK_QUEUE]: { lookUpPlan: this.lookUpPlan } satisfies PlansActivities,
      [EXPERTS_TASK_QUEUE]: {
        assignExpert: this.assignExpert,
        notifyExpert: this.notifyExpert,
        releaseExpert: this.releaseExpert,
        lookUpAnswer: this.lookUpAnswer,
      } satisfies ExpertsActivities,
      [NOTIFICATIONS_TASK_QUEUE]: { sendNotice: this.sendNotice } satisfies Pick<NotificationsActivities, 'sendNotice'>,
    };
  }

  private readonly sendNotice: NotificationsActivities['sendNotice'] = async (input) => {
    if (!this.notices.some(({ key }) => key === input.key)) this.notices.push(input);
    return { noticeId: input.key };
  };

  private readonly lookUpPlan: Calls['lookUpPlan'] = (input) =>
    this.called('lookUpPlan', input, () =>
      this.uncovered.has(input.ticketId)
        ? { covered: false, code: 'product-not-covered' }
        : { covered: true, planId: 'PLAN-1', levels: this.levels.get(input.ticketId) ?? allOf(LENIENT) },
    );

  private readonly assignExpert: Calls['assignExpert'] = (input) =>
    this.called('assignExpert', input, () => {
      const { ticketId, hop, except, prefer, only } = input;
      this.searches.push(input);
      const known = this.of(ticketId).find((each) => each.hop === hop && OPEN.includes(each.status));
      if (known) return { outcome: 'assigned', expertId: known.expertId };
      if ((this.released.get(ticketId) ?? 0) >= hop) throw refusal('AssignmentOver');
      const free = this.busy.has(ticketId) ? [] : this.roster.filter((id) => !except.includes(id));
      const expertId = prefer !== undefined && free.includes(prefer) ? prefer : only ? undefined : free[0];
      if (expertId === undefined) return { outcome: 'nobody', skilled: 2 };
      if (this.holding(ticketId).length > 0) this.doubled.push(ticketId);
      this.assignments.set(ticketId, [...this.of(ticketId), { hop, expertId, status: 'assigned' }]);
      return { outcome: 'assigned', expertId };
    });

  private readonly notifyExpert: Calls['notifyExpert'] = (input) =>
    this.called('notifyExpert', input, () => {
      const assignment = this.of(input.ticketId).find(({ hop }) => hop === input.hop);
      if (assignment?.status !== 'assigned') throw refusal('AssignmentNotFound');
      assignment.status = 'notified';
      return { notifiedAt: '2026-01-01T00:00:00.000Z' };
    });

  private readonly releaseExpert: Calls['releaseExpert'] = (input) =>
    this.called('releaseExpert', input, () => {
      const { ticketId, hop } = input;
      this.released.set(ticketId, Math.max(this.released.get(ticketId) ?? 0, hop));
      for (const each of this.of(ticketId)) {
        if (each.hop <= hop && OPEN.includes(each.status)) each.status = 'ended';
      }
      return { released: true };
    });

  private readonly lookUpAnswer: Calls['lookUpAnswer'] = async ({ ticketId, hop }) => {
    const found = this.of(ticketId).find((each) => each.hop === hop);
    return { status: found?.status ?? 'none', ...(found?.status === 'declined' && { code: 'too-far' }) };
  };

  private of(ticketId: string): Assignment[] {
    return this.assignments.get(ticketId) ?? [];
  }

  private async called<T>(
    call: Call,
    { key, ticketId }: { readonly key: string; readonly ticketId: string },
    effect: () => T,
  ): Promise<T> {
    const how = this.mischief.get(`${ticketId}/${call}`)?.shift();
    if (how === 'refused') throw refusal('Refused');
    if (how === 'down') throw new Error(`the ${call} service is down`);
    if (how === 'paused') {
      throw ApplicationFailure.nonRetryable('an operator has paused it', 'DependencyPaused', {
        dependency: 'experts',
        reason: 'paused',
      });
    }
    if (!this.answers.has(key)) {
      this.answers.set(key, effect());
      this.calls.push({ call, ticketId });
    }
    if (how === 'lost') throw new Error(`the answer of ${call} was lost`);
    return this.answers.get(key) as T;
  }
}

const allOf = (each: PlanCovers['levels'][1]): PlanCovers['levels'] => ({ 1: each, 2: each, 3: each, 4: each });

const refusal = (type: string): ApplicationFailure => ApplicationFailure.nonRetryable(`refused: ${type}`, type);
