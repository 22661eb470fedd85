/** What the contracts in `activities/` promise the onboarding, against the real services: answers, look-ups, undos, and every callback. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountsActivitiesProvider } from '../../activities/accounts/accounts.activities.js';
import { EligibilityActivitiesProvider } from '../../activities/eligibility/eligibility.activities.js';
import { IdentityActivitiesProvider } from '../../activities/identity/identity.activities.js';
import { NotificationsActivitiesProvider } from '../../activities/notifications/notifications.activities.js';
import { ScreeningActivitiesProvider } from '../../activities/screening/screening.activities.js';
import { onboardingMessages } from '../../events/onboarding.js';
import { eventTypesOf, messageFor } from '../../gateway/cloud-event.js';
import { judge } from '../../services/identity/rule.js';
import { eventually } from '../support/eventually.js';
import { listed } from './orders.js';
import { activitiesOf, Stage } from './support.js';

let stage: Stage;
let run: Awaited<ReturnType<typeof activitiesOf>>['run'];

beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_SERVICES: 'identity,eligibility,screening,accounts,notifications' });
  ({ run } = await activitiesOf(stage.url));
});
afterAll(async () => {
  await stage.strike();
});

const DAY_MS = 86_400_000;
const PAPERS = [
  { kind: 'identity-card', documentRef: 'DOC-1' },
  { kind: 'proof-of-address', documentRef: 'DOC-2' },
];
const keyOf = (applicantId: string, step: string, ordinal = 1) => `onboarding/${applicantId}/${step}/${ordinal}`;
const common = (applicantId: string, step: string, ordinal = 1) => ({
  key: keyOf(applicantId, step, ordinal),
  applicantId,
  profileRef: 'PRF-1',
});
const slow = (applicantId: string, step: string, ordinal = 1) => ({
  ...common(applicantId, step, ordinal),
  ordinal,
  callback: { reference: `onboarding/${applicantId}` },
});

const verify = (applicantId: string, documents: ReadonlyArray<(typeof PAPERS)[number]> = PAPERS, ordinal = 1) =>
  run(IdentityActivitiesProvider, (p) => p.verifyIdentity, { ...slow(applicantId, 'identity', ordinal), documents });
const screen = (applicantId: string, country = 'US') =>
  run(ScreeningActivitiesProvider, (p) => p.screenApplicant, { ...slow(applicantId, 'screening'), country });
const open = (applicantId: string) =>
  run(AccountsActivitiesProvider, (p) => p.openAccount, common(applicantId, 'account'));
const provision = (applicantId: string, accountId: string, product: string) =>
  run(AccountsActivitiesProvider, (p) => p.provisionProduct, {
    key: keyOf(applicantId, product),
    applicantId,
    accountId,
    product,
  });
const close = (applicantId: string) =>
  run(AccountsActivitiesProvider, (p) => p.closeAccount, {
    key: keyOf(applicantId, 'close'),
    applicantId,
    accountKey: keyOf(applicantId, 'account'),
  });

/** The message that the nth callback to an applicant becomes, by the schema of the onboarding's messages. */
async function message(applicantId: string, nth = 1): Promise<unknown> {
  const told = await eventually(
    () => stage.gateway.to(`onboarding/${applicantId}`),
    (all) => all.length >= nth,
  );
  const { service, event } = told[nth - 1] as (typeof told)[number];
  const name = messageFor(service, event.type) as 'identityVerified' | 'screeningCompleted';
  return onboardingMessages[name].parse(event.data);
}

describe('a verification of identity', () => {
  it('is accepted first, told then, and answered as it has come out wherever it is repeated or looked up', async () => {
    const asked = await verify('ID');
    expect(asked).toMatchObject({ outcome: 'pending' });
    const { requestId } = asked;
    expect(await message('ID')).toMatchObject({ requestId, ordinal: 1, outcome: 'passed' });
    expect(await verify('ID')).toMatchObject({ requestId, outcome: 'passed' });
    const key = keyOf('ID', 'identity');
    expect(await run(IdentityActivitiesProvider, (p) => p.lookUpVerification, { key })).toMatchObject({
      outcome: 'done',
      answer: { requestId, outcome: 'passed' },
    });
    expect(await run(IdentityActivitiesProvider, (p) => p.lookUpVerification, { key: 'nobody' })).toEqual({
      outcome: 'none',
    });
    expect(await stage.count('svc_identity.applicant_check', "applicant_id = 'ID'")).toBe(1);
  });

  it('names what is missing, or what it was seeded with, so often as it was', async () => {
    await verify('LACKS', PAPERS.slice(0, 1));
    expect(await message('LACKS')).toMatchObject({ outcome: 'missing', documents: ['proof-of-address'] });
    await stage.seed({ identities: [{ applicantId: 'SEEDED', outcome: 'failed', code: 'forged', times: 1 }] });
    await verify('SEEDED');
    expect(await message('SEEDED')).toMatchObject({ outcome: 'failed', code: 'forged' });
    await verify('SEEDED', PAPERS, 2);
    expect(await message('SEEDED', 2)).toMatchObject({ ordinal: 2, outcome: 'passed' });
  });

  it('is good no longer than the documents that it rests on, and not at all with one that has expired', () => {
    const now = Date.parse('2026-06-15T12:00:00Z');
    const papers = (expiresOn: string) => [
      { kind: 'identity-card', expiresOn },
      { kind: 'proof-of-address' },
      { kind: 'library-card' },
    ];
    expect(judge(papers('2026-06-20'), now)).toEqual({ outcome: 'passed', validUntil: '2026-06-21T00:00:00.000Z' });
    expect(judge(papers('2026-06-15'), now)).toMatchObject({ outcome: 'passed' });
    expect(judge(papers('2026-06-14'), now)).toEqual({ outcome: 'missing', documents: ['identity-card'] });
    expect(judge(papers('2036-01-01'), now)).toMatchObject({
      validUntil: new Date(now + 180 * DAY_MS).toISOString(),
    });
  });
});

describe('a screening', () => {
  it.each([
    ['US', 'passed'],
    ['KP', 'match'],
  ])('of somebody in %s comes out as %s', async (country, outcome) => {
    await screen(`SCREEN-${country}`, country);
    expect(await message(`SCREEN-${country}`)).toMatchObject({ outcome });
  });

  it('is told late where it was seeded so, and once', async () => {
    await stage.seed({
      screenings: [{ applicantId: 'LATE', outcome: 'referred', code: 'velocity', validMs: 1_000, afterMs: 300 }],
    });
    const [first, second] = await Promise.all([screen('LATE'), screen('LATE')]);
    expect(first).toEqual(second);
    expect(await message('LATE')).toMatchObject({ outcome: 'referred', code: 'velocity' });
    expect(stage.gateway.to('onboarding/LATE')).toHaveLength(1);
  });
});

describe('eligibility and compliance', () => {
  const check = (applicantId: string, which: 'checkEligibility' | 'checkCompliance', more: object = {}) =>
    run(EligibilityActivitiesProvider, (p) => p[which], {
      ...common(applicantId, which),
      country: 'US',
      products: ['checking'],
      ...more,
    });

  it('answer at once, each by its rule, or as it was seeded', async () => {
    expect(await check('E', 'checkEligibility')).toMatchObject({ outcome: 'passed' });
    expect(await check('E-1', 'checkEligibility', { country: 'FR', products: ['credit-card'] })).toEqual({
      outcome: 'failed',
      code: 'not-offered-there',
    });
    expect(await check('E', 'checkCompliance')).toMatchObject({ outcome: 'passed' });
    expect(await check('E-2', 'checkCompliance', { country: 'MM' })).toMatchObject({
      outcome: 'referred',
      code: 'high-risk-country',
    });
    await stage.seed({
      eligibilities: [{ applicantId: 'E-3', check: 'compliance', outcome: 'missing', documents: ['source-of-funds'] }],
    });
    expect(await check('E-3', 'checkEligibility')).toMatchObject({ outcome: 'passed' });
    expect(await check('E-3', 'checkCompliance')).toEqual({ outcome: 'missing', documents: ['source-of-funds'] });
  });
});

describe('accounts and products', () => {
  it('are set up once for one key, listed, and taken back by it', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => open('BOTH')));
    expect(new Set(opened.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    const { accountId = '' } = opened[0] as { accountId?: string };
    expect(await provision('BOTH', accountId, 'checking')).toMatchObject({ outcome: 'provisioned' });
    expect(await listed(stage, '/accounts/accounts?applicant=BOTH')).toMatchObject([{ accountId, state: 'open' }]);
    expect(await listed(stage, '/accounts/products?applicant=BOTH')).toMatchObject([
      { accountId, product: 'checking', state: 'provisioned' },
    ]);
    const withdraw = {
      key: keyOf('BOTH', 'withdraw'),
      applicantId: 'BOTH',
      productKey: keyOf('BOTH', 'checking'),
    };
    expect(await run(AccountsActivitiesProvider, (p) => p.withdrawProduct, withdraw)).toEqual({ outcome: 'takenBack' });
    expect(await close('BOTH')).toEqual({ outcome: 'takenBack' });
    expect(await listed(stage, '/accounts/accounts?applicant=BOTH')).toMatchObject([{ state: 'closed' }]);
    expect(await listed(stage, '/accounts/products?applicant=BOTH')).toMatchObject([{ state: 'withdrawn' }]);
    await expect(provision('BOTH', accountId, 'savings')).rejects.toMatchObject({ type: 'AccountNotOpen' });
  });

  it('that were undone before they came are never set up', async () => {
    expect(await close('NEVER')).toEqual({ outcome: 'none' });
    await expect(open('NEVER')).rejects.toMatchObject({ type: 'RequestWithdrawn' });
    expect(await stage.count('svc_accounts.account', "applicant_id = 'NEVER'")).toBe(0);
  });

  it('are refused as seeded, so often as it was; by another applicant’s account not at all', async () => {
    await stage.seed({ provisions: [{ applicantId: 'REF', refuse: ['credit'], code: 'limit', times: 1 }] });
    const { accountId = '' } = (await open('REF')) as { accountId?: string };
    expect(await provision('REF', accountId, 'credit')).toEqual({ outcome: 'refused', code: 'limit' });
    const again = { key: keyOf('REF', 'credit', 2), applicantId: 'REF', accountId, product: 'credit' };
    expect(await run(AccountsActivitiesProvider, (p) => p.provisionProduct, again)).toMatchObject({
      outcome: 'provisioned',
    });
    await expect(provision('OTHER', accountId, 'checking')).rejects.toMatchObject({ type: 'AccountNotOpen' });
  });
});

it('a notice about an application is noted as one', async () => {
  const notice = { key: keyOf('N', 'notice'), applicantId: 'N', template: 'onboardingWelcome', values: {} };
  await run(NotificationsActivitiesProvider, (p) => p.sendNotice, notice);
  expect(await stage.count('svc_notifications.notice', "applicant_id = 'N'")).toBe(1);
});

it('every event that the gateway takes of these services was sent above, and is the message that it becomes', () => {
  const sent = new Set(stage.gateway.received.map(({ event }) => event.type));
  expect([...sent].sort()).toEqual(['identity', 'screening'].flatMap(eventTypesOf).sort());
  expect(stage.gateway.forged).toEqual([]);
});
