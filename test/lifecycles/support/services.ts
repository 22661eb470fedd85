/** Scripted domain services: activities that keep the contracts and call back before they return. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { Context } from '@temporalio/activity';
import type { AssessmentActivities } from '../../../activities/assessment/contract.js';
import type { DocumentsActivities } from '../../../activities/documents/contract.js';
import type { FraudActivities } from '../../../activities/fraud/contract.js';
import type { NotificationsActivities } from '../../../activities/notifications/contract.js';
import type { PaymentsActivities } from '../../../activities/payments/contract.js';
import type { PolicyActivities } from '../../../activities/policy/contract.js';
import type { RecordsActivities } from '../../../activities/records/contract.js';
import type {
  CalculateSettlementInput,
  Settlement,
  SettlementActivities,
} from '../../../activities/settlement/contract.js';
import type { ClaimMessages } from '../../../workflows/claim/messages.js';
import { message } from './messages.js';
import { ALL_WELL, usd, type Script } from './script.js';

type AllActivities = PolicyActivities &
  FraudActivities &
  AssessmentActivities &
  DocumentsActivities &
  SettlementActivities &
  Pick<PaymentsActivities, 'requestPayment'> &
  NotificationsActivities &
  RecordsActivities;

/** A call that reached a service. */
export interface Call {
  readonly activity: string;
  readonly attempt: number;
  readonly input: { readonly key: string; readonly claimId: string } & Readonly<Record<string, unknown>>;
}

export class ScriptedServices {
  private readonly scripts = new Map<string, Script>();
  private readonly made: Call[] = [];

  /**
   * @param client given late, since the services are needed to start the workers.
   * @param callbackAfterMs pause before a callback; without one it is sent before the call is answered.
   */
  constructor(
    private readonly client: () => Client,
    private readonly callbackAfterMs?: number,
    /** The server's time, which a letter bears. */
    private readonly now: () => Promise<number> = () => Promise.resolve(Date.now()),
  ) {}

  /** Says how the services treat a claim; what is left out goes well. */
  expect(claimId: string, script: Partial<Script>): void {
    this.scripts.set(claimId, { ...ALL_WELL, ...this.scripts.get(claimId), ...script });
  }

  /** The calls about a claim, in order, failed attempts included. */
  calls(claimId: string, activity?: string): Call[] {
    return this.made.filter((call) => call.input.claimId === claimId && (activity ?? call.activity) === call.activity);
  }

  readonly activities: AllActivities = {
    validatePolicy: async (input) => this.enter(input).policy,
    requestFraudScreen: async (input) => {
      const { fraud } = this.enter(input);
      if (fraud !== 'silence') await this.tell(input.callback.reference, 'fraudDecision', fraud, input.key);
      return { screenId: 'FS-1' };
    },
    triageClaim: async (input) => {
      const { triage, authority: limit, people } = this.enter(input);
      return {
        ...triage,
        reserves: triage.reserves.filter(({ coverage }) => input.coverages.includes(coverage)),
        ...(people && { authority: { limit, people } }),
      };
    },
    assignAdjuster: async (input) => {
      const { adjusters } = this.enter(input);
      const nth = this.calls(input.claimId, 'assignAdjuster').filter(({ attempt }) => attempt === 1).length;
      const answer = adjusters[Math.min(nth, adjusters.length) - 1] ?? 'nobody';
      const requestId = `AR-${nth}`;
      if (answer === 'nobody') return { requestId, ahead: 3 };
      const about = { assignmentId: `AS-${nth}`, adjusterId: `adjuster-${nth}` };
      const say = <Name extends keyof ClaimMessages>(name: Name, data: ClaimMessages[Name]) =>
        this.tell(input.callback.reference, name, data, `${input.key}/${name}`);
      await say('adjusterAssigned', { requestId, ...about });
      if (answer === 'accept') await say('adjusterAccepted', about);
      if (answer === 'decline') await say('adjusterDeclined', { ...about, code: 'onLeave' });
      return { requestId, ahead: 0 };
    },
    releaseAdjuster: async (input) => void this.enter(input),
    requestAssessment: async (input) => {
      const { findings } = this.enter(input);
      if (findings !== 'silence') {
        await this.tell(input.callback.reference, 'assessmentResult', { assignmentId: 'AS-1', findings }, input.key);
      }
      return { assignmentId: 'AS-1', adjusterId: 'adjuster-7' };
    },
    requestDocuments: async (input) => {
      const { documents } = this.enter(input);
      const kinds = ['proofOfLoss', ...(input.coverages.includes('contents') ? ['contentsInventory'] : [])];
      for (const kind of documents === 'arrive' ? kinds : []) {
        const document = { requestId: 'DR-1', documentId: `D-${kind}`, kind, digest: 'd'.repeat(64) };
        await this.tell(input.callback.reference, 'documentReceived', document, `${input.key}/${kind}`);
      }
      return { requestId: 'DR-1', kinds };
    },
    calculateSettlement: async (input) => calculate(input, this.enter(input)),
    requestPayment: async (input) => {
      const { coverage, ordinal, amount } = input;
      const answer = this.enter(input).payment(input);
      const about = { paymentId: `P-${coverage}-${ordinal}`, coverage, ordinal };
      if (answer === 'acknowledge') {
        await this.tell(input.callback.reference, 'paymentAcknowledged', { ...about, amount }, input.key);
      } else if (answer === 'fail') {
        await this.tell(input.callback.reference, 'paymentFailed', { ...about, code: 'accountClosed' }, input.key);
      }
      return { paymentId: about.paymentId };
    },
    sendNotice: async (input) => {
      if (!('claimId' in input)) throw new Error(`a notice of something else than a claim: ${input.key}`);
      this.enter(input);
      return { noticeId: 'N-1' };
    },
    sendLetter: async (input) => {
      this.enter(input);
      const dispatchedAt = new Date(await this.now()).toISOString();
      return { letterId: `L-${input.letter}`, dispatchedAt, channel: 'mail', trackingId: `RR-${input.letter}` };
    },
    record: async () => undefined,
  };

  private enter(input: { readonly key: string; readonly claimId: string }): Script {
    const { activityType: activity, attempt } = Context.current().info;
    this.made.push({ activity, attempt, input: { ...input } });
    const script = this.scripts.get(input.claimId) ?? ALL_WELL;
    script.trouble(activity, attempt);
    return script;
  }

  private async tell<Name extends keyof ClaimMessages>(
    reference: string,
    name: Name,
    data: ClaimMessages[Name],
    messageId: string,
  ): Promise<void> {
    const { workflow } = this.client();
    const send = () => workflow.getHandle(reference).signal(name, message(reference, data, { messageId }));
    if (this.callbackAfterMs === undefined) await send();
    // A callback that is lost shows as a claim that goes no further.
    else void pause(this.callbackAfterMs).then(send, () => undefined);
  }
}

function calculate({ lines }: CalculateSettlementInput, { authority, people, vendor, vendors }: Script): Settlement {
  const calculated = lines.map(({ coverage, damage, deductible, limit, paid }) => {
    const due = Math.min(Math.max(damage.minor - deductible.minor, 0), limit.minor);
    const amount = Math.max(due - (paid?.minor ?? 0), 0);
    const explanation = `min(max(${damage.minor} − ${deductible.minor}, 0), ${limit.minor}) = ${due}`;
    const nothing = due === 0 && !paid && { nonPaymentReason: '01' };
    const [vendorId = vendor, ...next] = vendors?.[coverage] ?? [];
    const repair = vendorId !== undefined && { repair: { vendorId, ...(next.length > 0 && { next }) } };
    return { coverage, amount: usd(amount / 100), explanation, ...nothing, ...repair };
  });
  const paid = lines.reduce((sum, line) => sum + (line.paid?.minor ?? 0), 0);
  const total = calculated.reduce((sum, { amount }) => sum + amount.minor, 0);
  return {
    settlementId: 'S-1',
    lines: calculated,
    total: usd(total / 100),
    authority: { limit: authority, within: total + paid <= authority.minor, ...(people && { people }) },
  };
}
