/**
 * Random applicants, random services, random people, and what is true of every one of them. `THROUGHLINE_MODEL_SEED` plays a run again;
 * it is printed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { days, hours } from '../../../workflows/lifecycle/definition.js';
import { fold, UNBORN, type Entry, type EntityState } from '../../../workflows/lifecycle/entry.js';
import { CHECKS, type OnboardingFacts } from '../../../workflows/onboarding/facts.js';
import { onboardingLifecycle, type OnboardingState } from '../../../workflows/onboarding/states.js';
import type { CheckName, Fate, Mischief } from './bureau.js';
import { unlessStill } from '../../support/rehearsal.js';
import { ADDRESS, useBureau, type Applicant } from './support.js';

const SEED = Number(process.env['THROUGHLINE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const APPLICANTS = 12;
const ROUNDS = 7;
/** All of them work at the same time, on a machine that may have other things to do. */
const PATIENCE_MS = 60_000;
/** After the rounds somebody sees to it that each comes to an end; more than any needs. */
const MOST_TIDYING = 30;

const { bureau, apply, sleep, abandon } = useBureau();

type Act =
  | { readonly act: 'ask'; readonly name: string; readonly data: object; readonly who: string }
  | { readonly act: 'approve'; readonly who: string }
  | { readonly act: 'comes'; readonly check: 'identity' | 'screening'; readonly fate: Fate }
  | { readonly act: 'tell'; readonly check: 'identity' | 'screening'; readonly ordinal: number }
  | { readonly act: 'nothing' };

interface Plan {
  readonly products: readonly string[];
  readonly slow: boolean;
  readonly fates: Readonly<Record<CheckName, readonly Fate[]>>;
  readonly refusing: readonly string[];
  readonly mischief: Readonly<Record<'openAccount' | 'provisionProduct' | 'withdrawProduct', readonly Mischief[]>>;
  readonly acts: readonly Act[];
}

// ---- what may happen --------------------------------------------------------------------------------------------------------------

const validMs = fc.constantFrom(hours(6), days(2), days(3_650), days(3_650));
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ outcome: fc.constant('passed' as const), validMs }) },
  { weight: 1, arbitrary: fc.record({ outcome: fc.constant('failed' as const), code: fc.constant('no') }) },
  {
    weight: 2,
    arbitrary: fc.record({ outcome: fc.constant('referred' as const), code: fc.constant('unclear'), validMs }),
  },
  {
    weight: 2,
    arbitrary: fc.constant({ outcome: 'missing', documents: ['proof-of-address'] } as const satisfies Fate),
  },
);
const match: fc.Arbitrary<Fate> = fc.record({ outcome: fc.constant('match' as const), validMs });
const screened = fc.oneof({ weight: 2, arbitrary: fate }, { weight: 3, arbitrary: match });
const who = fc.constantFrom('alice', 'bob', 'carol');
const mischief = fc.array(fc.constantFrom<Mischief>('down', 'lost', 'refused'), { maxLength: 2 });

const asking = (name: string, data: fc.Arbitrary<object>): fc.Arbitrary<Act> =>
  fc.record({ act: fc.constant('ask' as const), name: fc.constant(name), data, who });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 3,
    arbitrary: asking(
      'decideApplication',
      fc.record({
        decision: fc.constantFrom('retry', 'accept', 'accept', 'askCustomer', 'reject'),
        documents: fc.constant(['proof-of-address']),
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: asking('decideCompliance', fc.record({ decision: fc.constantFrom('clear', 'clear', 'confirm') })),
  },
  { weight: 4, arbitrary: fc.record({ act: fc.constant('approve' as const), who }) },
  {
    weight: 3,
    arbitrary: asking(
      'decideProvisioning',
      fc.record({ decision: fc.constantFrom('retry', 'keepRest', 'keepRest', 'reject') }),
    ),
  },
  { weight: 3, arbitrary: asking('provideDocuments', fc.constant({ documents: [ADDRESS] })) },
  { weight: 1, arbitrary: asking('withdrawApplication', fc.constant({})) },
  { weight: 1, arbitrary: asking('placeHold', fc.constant({ hold: 'compliance', reference: 'CASE-1' })) },
  { weight: 2, arbitrary: asking('releaseHold', fc.constant({ hold: 'compliance', reference: 'CASE-1' })) },
  {
    weight: 2,
    arbitrary: fc.record({ act: fc.constant('comes' as const), check: fc.constant('identity' as const), fate }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constant('comes' as const),
      check: fc.constant('screening' as const),
      fate: screened,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('tell' as const),
      check: fc.constantFrom('identity' as const, 'screening' as const),
      ordinal: fc.constantFrom(1, 2, 9),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Act>({ act: 'nothing' }) },
);

const plan: fc.Arbitrary<Plan> = fc.record({
  products: fc.subarray(['checking', 'savings', 'credit'], { minLength: 1 }),
  slow: fc.boolean(),
  fates: fc.record({
    identity: fc.array(fate, { maxLength: 2 }),
    eligibility: fc.array(fate, { maxLength: 1 }),
    compliance: fc.array(fate, { maxLength: 2 }),
    screening: fc.array(screened, { maxLength: 2 }),
  }),
  refusing: fc.subarray(['account', 'credit', 'credit'], { maxLength: 1 }),
  mischief: fc.record({ openAccount: mischief, provisionProduct: mischief, withdrawProduct: mischief }),
  acts: fc.array(act, { minLength: ROUNDS, maxLength: ROUNDS }),
});

const passing = fc.array(fc.constantFrom(0, 0, hours(1), hours(7), days(1), days(2) + hours(1)), {
  minLength: ROUNDS,
  maxLength: ROUNDS,
});

// ---- the test ---------------------------------------------------------------------------------------------------------------------

test(
  'of every applicant: legal ways, two people on every match, nothing set up on what is not checked or has expired, nothing left of a rejection',
  { timeout: 300_000 },
  ({ skip }) => unlessStill(play, { skip, abandon }),
);

async function play(): Promise<void> {
  console.log(`model: ${APPLICANTS} onboardings, THROUGHLINE_MODEL_SEED=${SEED}`);
  const plans = fc.sample(plan, { seed: SEED, numRuns: APPLICANTS });
  const [pauses = []] = fc.sample(passing, { seed: SEED, numRuns: 1 });
  const applicants = await Promise.all(
    plans.map(async (each, i) => {
      const applicantId = `M-${i}`;
      if (each.slow) bureau.slow.add(applicantId);
      for (const [check, fates] of Object.entries(each.fates)) bureau.decide(applicantId, check as CheckName, ...fates);
      for (const what of each.refusing) bureau.refusing.add(`${applicantId}/${what}`);
      for (const [call, how] of Object.entries(each.mischief))
        bureau.misbehave(applicantId, call as 'openAccount', ...how);
      return { plan: each, applicant: await apply({ applicantId, products: each.products }) };
    }),
  );

  for (const [round, pause] of pauses.entries()) {
    await Promise.all(
      applicants.map(({ applicant, plan: { acts } }) => perform(applicant, acts[round] ?? { act: 'nothing' })),
    );
    await Promise.all(applicants.map(({ applicant }) => applicant.entity.atRest(PATIENCE_MS)));
    if (pause > 0) await sleep(pause);
  }
  const open = await tidyUp(applicants.map(({ applicant }) => applicant));
  expect(open, `THROUGHLINE_MODEL_SEED=${SEED}: never end`).toEqual([]);

  for (const { applicant, plan: given } of applicants) {
    const wrong = violations(await applicant.entity.journal(), applicant.id);
    expect(wrong, `THROUGHLINE_MODEL_SEED=${SEED}, ${applicant.id}: ${JSON.stringify(given)}`).toEqual([]);
  }
}

// ---- playing --------------------------------------------------------------------------------------------------------------------

async function perform(applicant: Applicant, given: Act): Promise<void> {
  await applicant.entity.atRest(PATIENCE_MS);
  try {
    switch (given.act) {
      case 'ask':
        await (given.name === 'provideDocuments'
          ? applicant.entity.ask(given.name, given.data, given.who)
          : applicant.ask(given.name, given.data, given.who));
        return;
      case 'approve':
        if (Object.keys((await applicant.entity.state()).reviews).length > 0) await applicant.approve(given.who);
        return;
      case 'comes':
        return await come(applicant, given.check, given.fate);
      case 'tell': {
        const name = given.check === 'identity' ? 'identityVerified' : 'screeningCompleted';
        const validUntil = '2100-01-01T00:00:00.000Z';
        const data = { requestId: 'unknown', ordinal: given.ordinal, outcome: 'passed', validUntil };
        // Only what nobody has asked for: an answer to what was asked would be one.
        const { checks } = (await applicant.entity.state()).facts as unknown as OnboardingFacts;
        if (checks[given.check].ordinal !== given.ordinal) await applicant.entity.tell(name, data);
        return;
      }
      case 'nothing':
        return;
    }
  } catch (err) {
    // It has ended.
    if (!/already completed|not found|NotFound/i.test(String(err))) throw err;
  }
}

/** A slow service tells what it was asked last, if it was. */
async function come(applicant: Applicant, check: 'identity' | 'screening', given: Fate): Promise<void> {
  const { checks } = (await applicant.entity.state()).facts as unknown as OnboardingFacts;
  const { ordinal, standing } = checks[check];
  if (standing || !bureau.calls.some(({ key }) => key === applicant.key(check, ordinal))) return;
  await applicant.comes(check, given, ordinal);
}

/** Brings every one of them to an end, as people would. @returns those that do not come to one */
async function tidyUp(applicants: readonly Applicant[]): Promise<string[]> {
  bureau.slow.clear();
  for (const { id } of applicants) {
    for (const check of CHECKS) bureau.decide(id, check);
    for (const call of ['openAccount', 'provisionProduct', 'withdrawProduct'] as const) bureau.misbehave(id, call);
  }
  let open = [...applicants];
  for (let n = 0; n < MOST_TIDYING && open.length > 0; n++) {
    await Promise.all(open.map((applicant) => push(applicant)));
    await Promise.all(open.map(({ entity }) => entity.atRest(PATIENCE_MS)));
    const states = await Promise.all(open.map(({ entity }) => entity.state()));
    open = open.filter((_, i) => {
      const { state = '', reviews = {} } = states[i] ?? {};
      const { terminal } = onboardingLifecycle.states[state as OnboardingState] as { terminal?: true };
      return !terminal || Object.keys(reviews).length > 0;
    });
  }
  return Promise.all(open.map(async ({ id, entity }) => `${id}: ${JSON.stringify(await entity.state())}`));
}

async function push(applicant: Applicant): Promise<void> {
  const { state, holds, reviews, facts } = await applicant.entity.state();
  const { checks } = facts as unknown as OnboardingFacts;
  const good: Fate = { outcome: 'passed' };
  const release = { hold: 'compliance', reference: 'CASE-1' };
  if (holds['compliance']) await perform(applicant, { act: 'ask', name: 'releaseHold', data: release, who: 'dora' });
  for (const [taskId, { ofState }] of Object.entries(reviews))
    if (!ofState)
      await perform(applicant, { act: 'ask', name: 'resolveReview', data: { taskId, decision: 'noted' }, who: 'dora' });
  switch (state) {
    case 'PendingIdentityVerification':
      return perform(applicant, { act: 'comes', check: 'identity', fate: good });
    case 'PendingFraudReview':
      return perform(applicant, { act: 'comes', check: 'screening', fate: good });
    case 'AwaitingCustomerAction':
      return perform(applicant, {
        act: 'ask',
        name: 'provideDocuments',
        data: { documents: [ADDRESS] },
        who: 'customer',
      });
    case 'ComplianceReview':
      await perform(applicant, { act: 'ask', name: 'decideCompliance', data: { decision: 'clear' }, who: 'dora' });
      return perform(applicant, { act: 'approve', who: 'erik' });
    case 'ManualReview': {
      const referred = Object.values(checks).some(
        ({ standing }) => standing?.outcome === 'referred' && !standing.toCompliance,
      );
      const decision = referred && facts['rejection'] === undefined ? 'accept' : 'retry';
      return perform(applicant, { act: 'ask', name: 'decideApplication', data: { decision }, who: 'dora' });
    }
    case 'ProvisioningReview':
      return perform(applicant, { act: 'ask', name: 'decideProvisioning', data: { decision: 'reject' }, who: 'dora' });
    default:
      return;
  }
}

// ---- what is true of every one ----------------------------------------------------------------------------------------------------

function violations(journal: readonly Entry[], applicantId: string): string[] {
  const wrong: string[] = [];
  let before: EntityState = UNBORN;
  let caused: Entry | undefined;
  for (const entry of journal) {
    const after = fold(before, entry);
    const { kind, from, to, sequence, recordedAt } = entry;
    if (kind === 'message') caused = entry;
    if (kind === 'transition' && from !== undefined && to !== undefined) {
      const { to: exits } = onboardingLifecycle.states[from as OnboardingState];
      if (!exits.includes(to as OnboardingState)) wrong.push(`entry ${sequence} goes from ${from} to ${to}`);
      if (to === 'ProvisioningInProgress')
        wrong.push(...unchecked(after, recordedAt).map((what) => `entry ${sequence}: ${what}`));
      if (from === 'ComplianceReview' && to === 'PendingFraudReview') wrong.push(...alone(before, entry, caused));
    }
    before = after;
  }
  const has = bureau.has(applicantId).sort();
  const products = Object.entries(before.parts).flatMap(([name, { state }]) =>
    state === 'Provisioned' ? [name.split(':')[1]] : [],
  );
  const should = before.state === 'Completed' ? ['account', ...products].sort() : [];
  if (JSON.stringify(has) !== JSON.stringify(should))
    wrong.push(`it has ended in ${before.state} and has ${has.join()}; it should have ${should.join()}`);
  if (before.state === 'Completed' && CHECKS.some((name) => before.parts[name]?.state !== 'Passed'))
    wrong.push('it is completed without all checks passed');
  return wrong;
}

/** Checks that are not passed, or not good any more, at a moment. */
function unchecked({ facts }: EntityState, at: string): string[] {
  const { checks } = facts as unknown as OnboardingFacts;
  return CHECKS.filter((name) => {
    const { outcome, validUntil = '' } = checks[name].standing ?? {};
    return outcome !== 'passed' || validUntil <= at;
  }).map((name) => `provisioned although ${name} is not current`);
}

/** A match is cleared by somebody who approves what somebody else has proposed. */
function alone(before: EntityState, { sequence }: Entry, caused: Entry | undefined): string[] {
  const task = Object.values(before.reviews).find(({ ofState }) => ofState);
  const approved = caused?.message?.name === 'approveReview' && caused.message.outcome === 'applied';
  const contributors = task?.contributors ?? [];
  return approved && contributors.length > 0 && !contributors.includes(caused.actor.id)
    ? []
    : [`entry ${sequence}: a match is cleared by ${caused?.actor.id ?? 'nobody'} alone`];
}
