/** Onboardings under test. */
import { expect } from 'vitest';
import type { Explanation } from '../../../client/views.js';
import type { Audience } from '../../../records/audience.js';
import { readRecorded } from '../../../gateway/explainer.js';
import { explain } from '../../../gateway/explain.js';
import type { Profile } from '../../../workflows/lifecycle/message.js';
import type { OnboardingNotice } from '../../../workflows/onboarding/messages.js';
import { onboardingLifecycle } from '../../../workflows/onboarding/states.js';
import { eventually } from '../../support/eventually.js';
import { useLifecycle, type RehearsalOptions, type RehearsedEntity } from '../../support/rehearsal.js';
import { Bureau, type Call, type CheckName, type Fate } from './bureau.js';

export const CARD = { kind: 'identity-card', documentRef: 'DOC-1', expiresOn: '2099-12-31' } as const;
export const ADDRESS = { kind: 'proof-of-address', documentRef: 'DOC-2' } as const;

/** Somebody with an identity card who wants a checking account, unless it says otherwise. */
const noticeOf = (applicantId: string, given: Partial<OnboardingNotice> = {}): OnboardingNotice => ({
  applicantId,
  country: 'US',
  profileRef: 'PRF-1',
  products: ['checking'],
  documents: [CARD],
  ...given,
});

/** A bureau with applicants. */
export function useBureau(options: RehearsalOptions = {}) {
  const bureau = new Bureau();
  const onboardings = useLifecycle('onboarding', bureau.activities, options);
  let count = 0;
  return {
    bureau,
    sleep: (ms: number) => onboardings.sleep(ms),
    abandon: () => onboardings.abandon(),
    /** Applies: for a checking account, unless it says otherwise. */
    async apply(given: Partial<OnboardingNotice> = {}, profile?: Profile): Promise<Applicant> {
      const applicantId = given.applicantId ?? `APP-${++count}`;
      const entity = await onboardings.submit({ ...noticeOf(applicantId, given) }, profile);
      return new Applicant(bureau, entity, applicantId);
    },
    /** What somebody is told who asks what is happening to the application. */
    async explain({ id }: Applicant, audience: Audience): Promise<Explanation> {
      const recorded = await readRecorded(onboardings.reader, onboardingLifecycle, id);
      if (!recorded) throw new Error(`${id} is not on record`);
      const notAsked = { error: 'not asked' };
      return explain({ ...recorded, run: notAsked, backlog: notAsked, now: new Date() }, audience);
    },
    /** The application is taken up again. */
    async applyAgain({ entity, id }: Applicant, given: Partial<OnboardingNotice> = {}): Promise<void> {
      const { applicantId: _id, ...content } = noticeOf(id, { documents: [], ...given });
      await onboardings.reopen(entity, 'applyAgain', content);
    },
  };
}

export type TestBureau = ReturnType<typeof useBureau>;

export class Applicant {
  constructor(
    private readonly bureau: Bureau,
    readonly entity: RehearsedEntity,
    readonly id: string,
  ) {}

  /** The Idempotency-Key of a call. */
  key(step: string, ordinal: number | string = 1): string {
    return `onboarding/${this.id}/${step}/${ordinal}`;
  }

  /** How often a call took effect. */
  calls(call: Call): number {
    return this.bureau.calls.filter((each) => each.call === call && each.key.startsWith(`onboarding/${this.id}/`))
      .length;
  }

  /** A slow service has an answer and tells it. */
  async comes(check: 'identity' | 'screening', fate: Fate = { outcome: 'passed' }, ordinal = 1): Promise<void> {
    await this.isAsked(check, ordinal);
    const message = check === 'identity' ? 'identityVerified' : 'screeningCompleted';
    await this.entity.tell(message, this.bureau.come(this.key(check, ordinal), fate));
  }

  /** A slow service was asked, and its answer is on record: this server stands still where a call is called off with its answer. */
  async isAsked(check: CheckName, ordinal = 1): Promise<void> {
    await eventually(() => this.bureau.calls.some(({ key }) => key === this.key(check, ordinal)));
    await this.entity.settled();
  }

  /** The states of its parts. */
  async parts(): Promise<Record<string, string>> {
    const { parts } = await this.entity.state();
    return Object.fromEntries(Object.entries(parts).map(([name, { state }]) => [name, state]));
  }

  /** Its one open task. */
  async task() {
    const [open] = Object.entries((await this.entity.state()).reviews);
    if (!open) throw new Error(`${this.id} has no open task`);
    return { taskId: open[0], ...open[1] };
  }

  /** A second person approves what the first has proposed. */
  async approve(who = 'supervisor-1') {
    const { taskId, proposal } = await this.task();
    return this.entity.ask('approveReview', { taskId, proposal: proposal?.digest }, who);
  }

  ask(name: string, data: object = {}, who?: string) {
    return this.entity.ask(name, { reasonCode: 'asked', ...data }, who);
  }

  /** Documents are given without a reason. */
  provides(...documents: object[]) {
    return this.entity.ask('provideDocuments', { documents }, 'applicant');
  }

  reaches(state: string) {
    return this.entity.reaches(state);
  }

  /** Its result, once it has ended; who was rejected has nothing left. */
  async ends(): Promise<unknown> {
    const result = (await this.entity.ends()) as { readonly outcome: string; readonly products: readonly string[] };
    const has = result.outcome.endsWith('ompleted') ? ['account', ...result.products] : [];
    expect(this.bureau.has(this.id).sort(), `what ${this.id} has`).toEqual(has.sort());
    return result;
  }
}
