/**
 * The services of an onboarding, as a test scripts them: they keep their own books, answer a repeat as the first time, and can be told
 * to misbehave. What is left in the books is what an onboarding left behind.
 */
import { ApplicationFailure, Context } from '@temporalio/activity';
import {
  ACCOUNTS_TASK_QUEUE,
  type AccountOpened,
  type AccountsActivities,
  type ProductProvisioned,
  type TakenBack,
} from '../../../activities/accounts/contract.js';
import { ELIGIBILITY_TASK_QUEUE, type EligibilityActivities } from '../../../activities/eligibility/contract.js';
import type { Found } from '../../../activities/found.js';
import { IDENTITY_TASK_QUEUE, type Checked, type IdentityActivities } from '../../../activities/identity/contract.js';
import {
  NOTIFICATIONS_TASK_QUEUE,
  type NotificationsActivities,
  type SendNoticeInput,
} from '../../../activities/notifications/contract.js';
import {
  SCREENING_TASK_QUEUE,
  type Screened,
  type ScreeningActivities,
} from '../../../activities/screening/contract.js';
import type { ScriptedActivities } from '../../support/rehearsal.js';

type Calls = IdentityActivities & ScreeningActivities & EligibilityActivities & AccountsActivities;
export type Call = Exclude<keyof Calls, `lookUp${string}`>;

/**
 * What a call does this time. `lost`: it takes effect, and the caller is told that the service is away. `killed`, `killedAfter`: whoever
 * makes the call is gone before or after it takes effect, and nobody ever answers.
 */
export type Mischief = 'refused' | 'down' | 'lost' | 'killed' | 'killedAfter';

export type CheckName = 'identity' | 'eligibility' | 'compliance' | 'screening';

/** How a check comes out; `validMs` from when it is asked. */
export type Fate =
  | { readonly outcome: 'passed' | 'match'; readonly validMs?: number }
  | { readonly outcome: 'failed' | 'referred'; readonly code?: string; readonly validMs?: number }
  | { readonly outcome: 'missing'; readonly documents: readonly string[] };

interface SetUp {
  readonly applicantId: string;
  readonly what: string;
  state: 'there' | 'takenBack';
}

/** Longer than any test lets pass. */
const DECADE_MS = 3_650 * 86_400_000;

export class Bureau {
  readonly notices: SendNoticeInput[] = [];
  /** Accounts and products, by the keys of their calls. */
  readonly books = new Map<string, SetUp>();
  /** How often each call was made with an effect: under how many keys. */
  readonly calls: Array<{ readonly call: Call; readonly key: string; readonly input: object }> = [];
  /** Keys of the calls that were looked up. */
  readonly lookedUp: string[] = [];
  /** Applicants whose checks are told later. */
  readonly slow = new Set<string>();
  /** What the account service refuses: `<applicant>/account` or `<applicant>/<product>`. */
  readonly refusing = new Set<string>();
  /** Calls whose service an operator has paused. */
  readonly paused = new Set<Call>();
  private readonly fates = new Map<string, Fate[]>();
  private readonly mischief = new Map<string, Mischief[]>();
  private readonly answers = new Map<string, unknown>();
  private readonly withdrawn = new Set<string>();

  /** How the next checks of an applicant come out, one each; then as usual. */
  decide(applicantId: string, check: CheckName, ...fates: Fate[]): void {
    this.fates.set(`${applicantId}/${check}`, fates);
  }

  /** Does something wrong with the next calls of an applicant, one each. */
  misbehave(applicantId: string, call: Call, ...how: Mischief[]): void {
    this.mischief.set(`${applicantId}/${call}`, how);
  }

  /** How a slow check has come out; looked up it is answered so from then on. The callback's data, as somebody may tell it. */
  come(key: string, fate: Fate = { outcome: 'passed' }): object {
    const made = this.calls.find((call) => call.key === key);
    if (!made) throw new Error(`no check was asked for under ${key}`);
    const outcome = outcomeOf(fate, Date.now());
    this.answers.set(key, { requestId: key, ...outcome });
    return { requestId: key, ordinal: (made.input as { ordinal: number }).ordinal, ...outcome };
  }

  /** What an applicant has that nobody has taken back. */
  has(applicantId: string): string[] {
    return [...this.books.values()]
      .filter((each) => each.applicantId === applicantId && each.state === 'there')
      .map(({ what }) => what);
  }

  /** The notices that an applicant has got, by template. */
  told(applicantId: string): string[] {
    return this.notices.flatMap((notice) =>
      'applicantId' in notice && notice.applicantId === applicantId ? [notice.template] : [],
    );
  }

  get activities(): ScriptedActivities {
    return {
      [NOTIFICATIONS_TASK_QUEUE]: { sendNotice: this.sendNotice } satisfies Pick<NotificationsActivities, 'sendNotice'>,
      [IDENTITY_TASK_QUEUE]: {
        verifyIdentity: (input) => this.slowly('verifyIdentity', 'identity', input),
        lookUpVerification: this.lookUp,
      } satisfies IdentityActivities,
      [SCREENING_TASK_QUEUE]: {
        screenApplicant: (input) => this.slowly('screenApplicant', 'screening', input),
        lookUpScreening: this.lookUp,
      } satisfies ScreeningActivities,
      [ELIGIBILITY_TASK_QUEUE]: {
        checkEligibility: (input) =>
          this.called('checkEligibility', input, () => this.checked(input.applicantId, 'eligibility') as Checked),
        checkCompliance: (input) =>
          this.called('checkCompliance', input, () => this.checked(input.applicantId, 'compliance') as Checked),
      } satisfies EligibilityActivities,
      [ACCOUNTS_TASK_QUEUE]: {
        openAccount: (input) =>
          this.called('openAccount', input, (): AccountOpened => {
            if (this.refusing.has(`${input.applicantId}/account`)) return { outcome: 'refused', code: 'not-now' };
            this.books.set(input.key, { applicantId: input.applicantId, what: 'account', state: 'there' });
            return { outcome: 'opened', accountId: input.key };
          }),
        provisionProduct: (input) =>
          this.called('provisionProduct', input, (): ProductProvisioned => {
            const { applicantId, accountId, product } = input;
            if (this.refusing.has(`${applicantId}/${product}`)) return { outcome: 'refused', code: 'not-now' };
            if (this.books.get(accountId)?.state !== 'there') throw refusal('AccountNotOpen');
            this.books.set(input.key, { applicantId, what: product, state: 'there' });
            return { outcome: 'provisioned', productId: input.key };
          }),
        closeAccount: (input) => this.called('closeAccount', input, () => this.takeBack(input.accountKey)),
        withdrawProduct: (input) => this.called('withdrawProduct', input, () => this.takeBack(input.productKey)),
      } satisfies AccountsActivities,
    };
  }

  private readonly sendNotice: NotificationsActivities['sendNotice'] = async (input) => {
    if (!this.notices.some(({ key }) => key === input.key)) this.notices.push(input);
    return { noticeId: input.key };
  };

  private slowly<I extends { readonly key: string; readonly applicantId: string }>(
    call: Call,
    check: 'identity' | 'screening',
    input: I,
  ) {
    return this.called(call, input, () => ({
      requestId: input.key,
      ...(this.slow.has(input.applicantId)
        ? ({ outcome: 'pending' } as const)
        : (this.checked(input.applicantId, check) as Checked)),
    }));
  }

  private checked(applicantId: string, check: CheckName): Checked | Screened {
    const fate = this.fates.get(`${applicantId}/${check}`)?.shift() ?? { outcome: 'passed' };
    // The server's time, which skips.
    return outcomeOf(fate, Context.current().info.currentAttemptScheduledTimestampMs);
  }

  private readonly lookUp = async <T>({ key }: { readonly key: string }): Promise<Found<T>> => {
    this.lookedUp.push(key);
    return this.answers.has(key) ? { outcome: 'done', answer: this.answers.get(key) as T } : { outcome: 'none' };
  };

  private takeBack(key: string): TakenBack {
    this.withdrawn.add(key);
    const there = this.books.get(key);
    if (!there) return { outcome: 'none' };
    there.state = 'takenBack';
    return { outcome: 'takenBack' };
  }

  /** One call, with its key's first answer for a repeat and whatever goes wrong this time. */
  private async called<I extends { readonly key: string; readonly applicantId: string }, T>(
    call: Call,
    input: I,
    effect: () => T,
  ): Promise<T> {
    const how = this.mischief.get(`${input.applicantId}/${call}`)?.shift();
    if (this.paused.has(call)) throw pausedBy('accounts');
    if (how === 'refused') throw refusal('NotToday');
    if (how === 'down') throw away();
    if (how === 'killed') return gone();
    if (!this.answers.has(input.key)) {
      if (this.withdrawn.has(input.key)) throw refusal('RequestWithdrawn');
      this.answers.set(input.key, effect());
      this.calls.push({ call, key: input.key, input });
    }
    if (how === 'lost') throw away();
    if (how === 'killedAfter') return gone();
    return this.answers.get(input.key) as T;
  }
}

function outcomeOf(fate: Fate, now: number): Checked | Screened {
  if (fate.outcome === 'missing') return fate;
  const validUntil = new Date(now + (fate.validMs ?? DECADE_MS)).toISOString();
  switch (fate.outcome) {
    case 'failed':
      return { outcome: 'failed', code: fate.code ?? 'no' };
    case 'referred':
      return { outcome: 'referred', code: fate.code ?? 'unclear', validUntil };
    default:
      return { outcome: fate.outcome, validUntil };
  }
}

const refusal = (type: string) => ApplicationFailure.nonRetryable(`the service refused: ${type}`, type);
/** Answers when the worker is stopped for good. */
const gone = (): Promise<never> => Context.current().cancelled;
const away = () => ApplicationFailure.create({ type: 'ServiceUnavailable', message: 'the service is away' });
const pausedBy = (dependency: string) =>
  ApplicationFailure.nonRetryable(`${dependency} is paused`, 'DependencyPaused', {
    dependency,
    status: 'paused',
    reason: 'maintenance',
    since: '2026-01-01T00:00:00.000Z',
  });
