/** How a claim comes to rest in each state of its table: a new state without a way to it fails to compile. */
import { claimLifecycle, type ClaimState } from '../../../workflows/claim/states.js';
import { hours, minutes, type StateDefinition } from '../../../workflows/lifecycle/definition.js';
import type { ClaimRun } from './claim-run.js';
import type { Fleet } from './fleet.js';
import { damage, managed, REFERRED, usd, type Script } from './script.js';

export type OpenState = Exclude<ClaimState, 'Closed'>;

/** A life that leads to a state and rests there. */
interface Way {
  /** How the services treat it; they are silent where it is to rest. */
  readonly script?: Partial<Script>;
  /** Its step never ends, since no service of it is silent by itself. */
  readonly stall?: true;
  /** What is said to it on the way, once it is submitted. */
  readonly drive?: (claim: ClaimRun, fleet: Fleet) => Promise<unknown>;
}

/** A claim on both coverages that goes the whole way. */
export const WHOLE_WAY: Partial<Script> = {
  policy: managed('building', 'contents'),
  findings: damage({ building: 39_000, contents: 11_000 }),
};

/** A document that nobody asks for: it is news whenever it comes. */
export const PHOTOS = { requestId: 'DR-2', documentId: 'D-2', kind: 'photos', digest: 'e'.repeat(64) };
export const PROOF = { requestId: 'DR-1', documentId: 'D-1', kind: 'proofOfLoss', digest: 'd'.repeat(64) };
export const ADVANCE = { coverage: 'building', amount: usd(5_000), reasonCode: 'emergency' } as const;
export const ACCEPT = { accept: true, reasonCode: 'soonerDone' } as const;
const BULLETIN = { reasonCode: 'bulletin', reference: 'WYO-2012-41' } as const;

const refers =
  (to: 'investigation' | 'legal'): NonNullable<Way['drive']> =>
  async (claim) => {
    await claim.reaches('FraudScreenPending');
    await claim.ask('refer', { to, reasonCode: 'doubt' });
  };

/** Lets a clock strike. */
export async function elapse(claim: ClaimRun, fleet: Fleet, clock: string): Promise<void> {
  const dueAt = new Date((await fleet.env.currentTimeMs()) + hours(1)).toISOString();
  await claim.ask('moveClock', { clock, dueAt, ...BULLETIN });
  await fleet.sleep(minutes(61));
}

/** Leaves a state's own deadline as the only clock that runs: others would strike before a long one. */
export async function stopOtherClocks(claim: ClaimRun): Promise<void> {
  const { state, ...others } = (await claim.state()).clocks;
  const sooner = Object.entries(others).filter(
    ([, { dueAt, pausedAt, breachedAt }]) => !pausedAt && !breachedAt && dueAt < (state?.dueAt ?? ''),
  );
  for (const [clock] of sooner) await claim.ask('pauseClock', { clock, ...BULLETIN });
}

/** Denies a claim that is under review, by letter. */
export async function deny(claim: ClaimRun): Promise<void> {
  await claim.reaches('EscalatedForManualReview');
  await claim.decide({ decision: 'deny', reasonCode: '04' });
}

const RESTING: Readonly<Record<OpenState, Way>> = {
  Submitted: { stall: true },
  PolicyValidationPending: { stall: true },
  TriagePending: { script: WHOLE_WAY, stall: true },
  FraudScreenPending: { script: { fraud: 'silence' } },
  AwaitingAdjuster: { script: { ...WHOLE_WAY, adjusters: ['nobody'] } },
  AdjusterAssigned: { script: { ...WHOLE_WAY, adjusters: ['silence', 'nobody'] } },
  AwaitingAssessment: { script: { findings: 'silence' } },
  AwaitingDocuments: { script: { documents: 'silence' } },
  SettlementCalculated: { stall: true },
  AwaitingRepairDecision: { script: { ...WHOLE_WAY, vendor: 'V-1', payment: () => 'silence' } },
  RepairInProgress: {
    script: { ...WHOLE_WAY, vendor: 'V-1' },
    drive: async (claim) => {
      await claim.reaches('AwaitingRepairDecision');
      await claim.ask('answerRepairOffer', ACCEPT);
    },
  },
  AdvancePending: {
    script: { ...WHOLE_WAY, adjusters: ['nobody'], payment: () => 'silence' },
    drive: async (claim) => {
      await claim.reaches('AwaitingAdjuster');
      await claim.ask('payAdvance', ADVANCE);
    },
  },
  DelayLetterPending: {
    script: { ...WHOLE_WAY, documents: 'silence' },
    stall: true,
    drive: async (claim, fleet) => {
      await claim.reaches('AwaitingDocuments');
      await claim.tell('documentReceived', PROOF);
      await claim.settled();
      await elapse(claim, fleet, 'determination');
    },
  },
  DenialPending: { script: { ...WHOLE_WAY, fraud: REFERRED }, stall: true, drive: deny },
  UnderInvestigation: { script: { ...WHOLE_WAY, fraud: 'silence' }, drive: refers('investigation') },
  UnderLegalReview: { script: { ...WHOLE_WAY, fraud: 'silence' }, drive: refers('legal') },
  // One coverage is paid, the other is not answered for.
  PaymentPending: { script: { payment: ({ coverage }) => (coverage === 'building' ? 'silence' : 'acknowledge') } },
  EscalatedForManualReview: { script: { fraud: REFERRED } },
  Reopened: {
    script: WHOLE_WAY,
    stall: true,
    drive: async (claim) => {
      await claim.ends();
      await claim.reopen('openLitigation', { reference: 'DOCKET-1', reasonCode: 'sued' });
    },
  },
  AppealUnderReview: {
    script: { ...WHOLE_WAY, fraud: REFERRED },
    drive: async (claim) => {
      await deny(claim);
      await claim.ends();
      await claim.reopen('appeal', { reference: 'APPEAL-1', reasonCode: 'disagrees' });
    },
  },
};

/** The states that are no end, with what the table says of them. */
export const OPEN_STATES = Object.entries<StateDefinition<ClaimState>>(claimLifecycle.states).filter(
  ([, { terminal }]) => !terminal,
) as [OpenState, StateDefinition<ClaimState>][];

/**
 * A claim at rest in a state. The fleet must run the bent workflows.
 * @param script how the services treat it otherwise, as far as its way leaves that open
 */
export async function restingIn(fleet: Fleet, state: OpenState, script: Partial<Script> = {}): Promise<ClaimRun> {
  const claim = await onItsWayTo(fleet, state, RESTING[state].stall ? 'stall' : undefined, script);
  await claim.reaches(state);
  return claim;
}

/** A claim that is about to enter a state, whose step is bent there. */
export async function onItsWayTo(
  fleet: Fleet,
  state: OpenState,
  bent: 'stall' | 'fail' | undefined,
  script: Partial<Script> = {},
): Promise<ClaimRun> {
  const way = RESTING[state];
  const claim = fleet.claim({ ...script, ...way.script });
  await claim.submit(bent ? claim.submissionWith({ policyNumber: `${bent}:${state}` }) : claim.submission);
  await way.drive?.(claim, fleet);
  return claim;
}

/** A claim that has ended and whose run goes on, since somebody has to look at a document that nobody asked for. */
export async function lingering(fleet: Fleet): Promise<ClaimRun> {
  const claim = await fleet.claim({ fraud: 'silence' }).submit();
  await claim.reaches('FraudScreenPending');
  await claim.tell('documentReceived', PROOF);
  await claim.withdraw();
  await claim.reaches('Closed');
  return claim;
}
