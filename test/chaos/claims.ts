/** The claims of the chaos test: what each is about, what its sender does besides, and the people who decide. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  EntityClosed,
  MessageRefused,
  NoAnswer,
  UnknownTask,
  type ReviewView,
  type ThroughlineClient,
} from '../../client/index.js';
import type { ClaimNotice } from '../../workflows/claim/messages.js';
import type { Actor } from '../../workflows/lifecycle/entry.js';

/** In turn, so that each kind has its share. */
const KINDS = [
  'plain',
  'withdrawn',
  'plain',
  'aboveAuthority',
  'held',
  'plain',
  'declined',
  'unassessed',
  'referred',
  'uninsured',
] as const;
type Kind = (typeof KINDS)[number];

const LOSS = '2012-10-29';
const REVIEWER: Actor = { kind: 'staff', id: 'reviewer', authenticated: 'token' };
const SUPERVISOR: Actor = { kind: 'staff', id: 'supervisor', authenticated: 'token' };
const COUNSEL: Actor = { kind: 'staff', id: 'counsel', authenticated: 'token' };

const BETWEEN_TRIES_MS = 250;
const BETWEEN_LOOKS_MS = 1_000;

export const idOf = (n: number): string => `CLM-CHAOS-${String(n).padStart(4, '0')}`;
const kindOf = (n: number): Kind => KINDS[n % KINDS.length] ?? 'plain';
const usd = (dollars: number) => ({ minor: dollars * 100, currency: 'USD' });

/** What the services are to know of claims 0 to `count` - 1; the body of `PUT /seed`. */
export function seeds(count: number) {
  const all = Array.from({ length: count }, (_, n) => ({ claimId: idOf(n), kind: kindOf(n) }));
  const of = (...kinds: Kind[]) => all.filter(({ kind }) => kinds.includes(kind));
  return {
    policies: all
      .filter(({ kind }) => kind !== 'uninsured')
      .map(({ claimId, kind }) => ({
        policyNumber: `POL-${claimId}`,
        // A loss within two days of the inception is referred.
        inceptionDate: kind === 'referred' ? '2012-10-28' : '2001-05-01',
        coverages: [
          { coverage: 'building', limit: usd(500_000), deductible: usd(1_000) },
          { coverage: 'contents', limit: usd(100_000), deductible: usd(1_000) },
        ],
      })),
    assessments: all
      .filter(({ kind }) => kind !== 'unassessed')
      .map(({ claimId, kind }) => ({
        claimId,
        findings: [
          { coverage: 'building', damage: usd(kind === 'aboveAuthority' ? 400_000 : 39_000) },
          { coverage: 'contents', damage: usd(13_050) },
        ],
      })),
    documents: all.map(({ claimId }) => ({ claimId })),
    payments: of('declined').map(({ claimId }) => ({ claimId, decline: 'account-closed' })),
  };
}

/** Submits a claim, twice, and does what its kind wants done. */
export async function live(client: ThroughlineClient, n: number): Promise<void> {
  const id = idOf(n);
  const kind = kindOf(n);
  const notice: ClaimNotice = {
    claimId: id,
    policyNumber: `POL-${id}`,
    dateOfLoss: LOSS,
    causeOfLoss: '1',
    property: { state: 'NY', postalCode: '11692' },
  };
  // Thirty days of waiting for the adjuster are half a minute.
  const options = kind === 'unassessed' ? ({ profile: 'fast' } as const) : {};
  await insistently(() => twice(() => client.claims.submit(notice, options)));
  if (kind === 'withdrawn') {
    const messageId = `withdraw:${id}`;
    await insistently(() => twice(() => client.claims.withdraw(id, { reasonCode: 'claimantAsked' }, { messageId })));
  }
  if (kind === 'held') await hold(client, id);
}

/** Holds the payment until the claim stands before it, then lets it go. */
async function hold(client: ThroughlineClient, id: string): Promise<void> {
  const about = { hold: 'legal', reasonCode: 'litigation', reference: 'CASE-1' };
  const send = (name: 'placeHold' | 'releaseHold') => {
    const options = { messageId: `${name}:${id}`, actor: COUNSEL };
    return insistently(() => twice(() => client.claims.message(id, name, about, options)));
  };
  await send('placeHold');
  for (let waits = true; waits; await pause(BETWEEN_LOOKS_MS)) {
    const claim = await client.claims.explain(id).catch(tolerated);
    waits = !claim?.closed && !claim?.deferrals.some(({ guard }) => guard === 'hold:legal');
  }
  await send('releaseHold');
}

/** The people who decide: they take what is open, and send every decision twice. */
export class Desk {
  /** Rejects where something happens that may not happen to the people at the desk. */
  readonly closed: Promise<void>;
  private open = true;
  private looks = 0;

  constructor(private readonly client: ThroughlineClient) {
    this.closed = this.sit();
  }

  async close(): Promise<void> {
    this.open = false;
    await this.closed;
  }

  private async sit(): Promise<void> {
    for (; this.open; this.looks++) {
      const tasks: ReviewView[] = [];
      try {
        for await (const task of this.client.reviews.list({ lifecycle: 'claim' })) tasks.push(task);
      } catch {
        // The database is away: nobody sees a task.
      }
      await Promise.all(tasks.map((task) => this.decide(task)));
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  private async decide({ id, taskId, reason, decidedBy, proposal }: ReviewView): Promise<void> {
    const { reviews } = this.client;
    const act = async (what: string, actor: Actor, send: (options: { messageId: string; actor: Actor }) => unknown) => {
      // Answered or not, the next look shows whether the task is still open. It is then another decision: what was refused may be
      // right by now.
      await twice(async () => send({ messageId: `${what}:${taskId}:${this.looks}`, actor })).catch(tolerated);
    };
    if (proposal) return act('approve', SUPERVISOR, (options) => reviews.approve(taskId, options));
    if (decidedBy.length === 0) {
      return act('resolve', REVIEWER, (options) =>
        reviews.resolve(taskId, { decision: 'noted', reasonCode: 'afterTheEnd' }, options),
      );
    }
    const decision = ['PolicyNotFound', 'paymentFailed', 'deadlineElapsed'].includes(reason) ? 'deny' : 'continue';
    return act('decide', REVIEWER, (options) => this.client.claims.decide(id, { decision, reasonCode: '97' }, options));
  }
}

/** The same, sent twice at once: it must count once. */
async function twice<T>(send: () => Promise<T>): Promise<T> {
  const [first] = await Promise.all([send(), send()]);
  return first;
}

/** Until it is answered; a refusal is an answer. */
async function insistently(send: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await send();
      return;
    } catch (error) {
      if (error instanceof MessageRefused || error instanceof EntityClosed) return;
      tolerated(error);
      await pause(BETWEEN_TRIES_MS);
    }
  }
}

/** What may happen to a sender while servers are killed; all else is a fault. */
function tolerated(error: unknown): undefined {
  const expected = [MessageRefused, EntityClosed, UnknownTask, NoAnswer];
  if (expected.some((kind) => error instanceof kind)) return undefined;
  if (error instanceof Error && ['Unreachable', 'GatewayRefused'].includes(error.name)) return undefined;
  throw error;
}
