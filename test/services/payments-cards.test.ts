/** The cards' ledger: never captured beyond what is authorised, never refunded beyond what is captured, nothing twice. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type {
  AuthorizationDecided,
  AuthorizeCardInput,
  CaptureCardInput,
  CaptureDecided,
  PaymentChargedBack,
  RefundCaptureInput,
  RefundDecided,
  VoidAuthorizationInput,
} from '../../activities/payments/contract.js';
import { PaymentsActivitiesProvider } from '../../activities/payments/payments.activities.js';
import type { OrderEvents } from '../../services/platform/order-events.js';
import { eventually } from '../support/eventually.js';
import { listed, told } from './orders.js';
import { activitiesOf, Stage, usd } from './support.js';

let stage: Stage;
let activities: Awaited<ReturnType<typeof activitiesOf>>;
beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_SERVICES: 'payments' });
  activities = await activitiesOf(stage.url);
});
afterAll(async () => {
  await stage.strike();
});

const run = <I, O>(method: (provider: PaymentsActivitiesProvider) => (input: I) => Promise<O>, input: I): Promise<O> =>
  activities.run(PaymentsActivitiesProvider, method, input);
const to = (orderId: string) => ({ reference: `order/${orderId}` });

const asked = (orderId: string, dollars = 100, n = 1): AuthorizeCardInput => ({
  key: `order/${orderId}/authorize/${n}`,
  orderId,
  amount: usd(dollars),
  methodToken: 'tok-1',
  callback: to(orderId),
});
const authorize = (input: AuthorizeCardInput) => run((one) => one.authorizeCard, input);
const authorized = async (orderId: string, dollars = 100) => (await authorize(asked(orderId, dollars))).authorizationId;
const capturing = (orderId: string, authorizationId: string, dollars: number, n = 1): CaptureCardInput => ({
  key: `order/${orderId}/capture/${n}`,
  orderId,
  authorizationId,
  shipmentId: `SHP-${n}`,
  amount: usd(dollars),
  callback: to(orderId),
});
const capture = (input: CaptureCardInput) => run((one) => one.captureCard, input);
const captured = async (orderId: string, dollars = 100) =>
  (await capture(capturing(orderId, await authorized(orderId, dollars), dollars))).captureId;
const refund = (orderId: string, what: Partial<RefundCaptureInput>, n = 1) =>
  run((one) => one.refundCapture, { key: `order/${orderId}/refund/${n}`, orderId, callback: to(orderId), ...what });
const cancel = (orderId: string, what: Partial<VoidAuthorizationInput>, n = 1) =>
  run((one) => one.voidAuthorization, { key: `order/${orderId}/void/${n}`, orderId, ...what });
const seed = (orderId: string, foreseen: object) => stage.seed({ cards: [{ orderId, ...foreseen }] });
const cents = async (table: string, orderId: string, state: string) => {
  const { rows } = await stage.sql.query<{ sum: string }>(
    `SELECT coalesce(sum(amount_minor), 0) AS sum FROM svc_payments.${table} WHERE order_id = $1 AND state = $2`,
    [orderId, state],
  );
  return Number(rows[0]?.sum);
};

describe('an authorisation', () => {
  it('is made once for one key, however many ask at once, and is good for seven days', async () => {
    const answers = await Promise.all(Array.from({ length: 15 }, () => authorize(asked('A'))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(await cents('card_authorization', 'A', 'authorized')).toBe(10_000);
    const [first] = answers;
    const days = first?.outcome === 'authorized' ? (Date.parse(first.expiresAt) - Date.now()) / 86_400_000 : 0;
    expect(days).toBeCloseTo(7, 1);
  });

  it('is declined with a code, and nothing can be captured of it', async () => {
    await seed('B', { authorize: { decline: 'insufficient-funds' } });
    const answer = await authorize(asked('B'));
    expect(answer).toMatchObject({ outcome: 'declined', code: 'insufficient-funds' });
    await expect(capture(capturing('B', answer.authorizationId, 1))).rejects.toMatchObject({
      type: 'AuthorizationNotOpen',
      message: expect.stringMatching(/it is declined.*authorise anew/) as string,
    });
    expect(await cancel('B', { authorizationId: answer.authorizationId })).toMatchObject({ outcome: 'declined' });
  });

  it('is decided later where the bank is slow', async () => {
    await seed('C', { authorize: { slowMs: 20 } });
    const { outcome, authorizationId } = await authorize(asked('C'));
    expect(outcome).toBe('pending');
    const [decided] = await told(stage, 'C', 'payments.authorizationDecided');
    expect(decided).toMatchObject({ outcome: 'authorized', authorizationId, amount: usd(100) });
    expect(await authorize(asked('C'))).toEqual(decided);
    expect(await capture(capturing('C', authorizationId, 100))).toMatchObject({ outcome: 'captured' });

    await seed('C-no', { authorize: { slowMs: 20, decline: 'stolen' } });
    await authorize(asked('C-no'));
    expect(await told(stage, 'C-no', 'payments.authorizationDecided')).toMatchObject([{ code: 'stolen' }]);
  });

  it('is over after its time', async () => {
    await seed('D', { validMs: 0 });
    const authorizationId = await authorized('D');
    await expect(capture(capturing('D', authorizationId, 1))).rejects.toMatchObject({
      type: 'AuthorizationNotOpen',
      message: expect.stringMatching(/it is expired/) as string,
    });
    expect(await cancel('D', { authorizationId })).toEqual({ outcome: 'expired', captured: usd(0) });
    expect(await listed(stage, '/payments/authorizations?entity=D')).toMatchObject([{ state: 'expired' }]);
    await seed('D', {});
    expect(await authorize(asked('D', 100, 2))).toMatchObject({ outcome: 'authorized' });
  });
});

describe('a capture', () => {
  it('is of one shipment, and all of them never exceed what is authorised', async () => {
    const authorizationId = await authorized('E');
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => capture(capturing('E', authorizationId, 30, i + 1))),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    const refused = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({
      type: 'CaptureExceedsAuthorization',
      message: expect.stringMatching(/amount is 3000 cents: 1000 cents are left/) as string,
    });
    expect(await cents('card_capture', 'E', 'captured')).toBe(9_000);
  });

  it('is made once for one key, and once for one shipment under whatever keys', async () => {
    const authorizationId = await authorized('F');
    const input = capturing('F', authorizationId, 10);
    const answers = await Promise.all(Array.from({ length: 15 }, () => capture(input)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    await expect(capture({ ...input, key: 'other' })).rejects.toMatchObject({ type: 'ShipmentCaptured' });
    expect(await cents('card_capture', 'F', 'captured')).toBe(1_000);
  });

  it('that the bank declines takes nothing, and is tried anew under another key', async () => {
    const authorizationId = await authorized('G');
    await seed('G', { capture: { decline: 'frozen' } });
    const input = capturing('G', authorizationId, 100);
    expect(await capture(input)).toMatchObject({ outcome: 'declined', code: 'frozen' });
    await seed('G', { capture: { slowMs: 20, decline: 'still-frozen' } });
    expect(await capture({ ...input, key: 'G/2' })).toMatchObject({ outcome: 'pending' });
    expect(await told(stage, 'G', 'payments.captureDecided')).toMatchObject([
      { outcome: 'declined', code: 'still-frozen' },
    ]);
    await seed('G', { capture: { slowMs: 20 } });
    expect(await capture({ ...input, key: 'G/3' })).toMatchObject({ outcome: 'pending' });
    const decided = await told(stage, 'G', 'payments.captureDecided', 2);
    expect(decided[1]).toMatchObject({ outcome: 'captured', amount: usd(100) });
    expect(await capture({ ...input, key: 'G/3' })).toEqual(decided[1]);
    expect(await cents('card_capture', 'G', 'captured')).toBe(10_000);
  });

  it('knows only the authorisations of its order', async () => {
    const authorizationId = await authorized('H');
    await expect(capture(capturing('H-other', authorizationId, 1))).rejects.toMatchObject({
      type: 'AuthorizationNotFound',
    });
  });
});

describe('a void', () => {
  it('gives back what is left, once, and leaves what is captured', async () => {
    const authorizationId = await authorized('I');
    await capture(capturing('I', authorizationId, 40));
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => cancel('I', { authorizationId }, i)));
    expect(answers).toEqual(Array(5).fill({ outcome: 'voided', captured: usd(40) }));
    await expect(capture(capturing('I', authorizationId, 1, 2))).rejects.toMatchObject({
      type: 'AuthorizationNotOpen',
    });
    expect(await cents('card_capture', 'I', 'captured')).toBe(4_000);
  });

  it('of one that is pending ends it, and nothing is told of it any more', async () => {
    await seed('J', { authorize: { slowMs: 60_000 } });
    const { authorizationId } = await authorize(asked('J'));
    expect(await cancel('J', { authorizationId })).toMatchObject({ outcome: 'voided' });
    expect(await stage.count('svc_payments.agenda', "id LIKE 'J/%'")).toBe(0);
  });

  it('by key undoes what may have been authorised, and what comes later is refused', async () => {
    await authorized('K');
    expect(await cancel('K', { authorizationKey: asked('K').key })).toEqual({ outcome: 'voided', captured: usd(0) });
    expect(await cancel('K-2', { authorizationKey: asked('K-2').key })).toEqual({ outcome: 'none' });
    await expect(authorize(asked('K-2'))).rejects.toMatchObject({ type: 'RequestWithdrawn', nonRetryable: true });
    await expect(cancel('K', { authorizationId: 'AUT-none' }, 2)).rejects.toMatchObject({
      type: 'AuthorizationNotFound',
    });
  });

  it('leaves nothing authorised, in whatever order it and the authorisation arrive', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const input = asked(`L-${i}`);
        return Promise.allSettled([authorize(input), cancel(`L-${i}`, { authorizationKey: input.key })]);
      }),
    );
    expect(await stage.count('svc_payments.card_authorization', "order_id LIKE 'L-%' AND state = 'authorized'")).toBe(
      0,
    );
  });
});

describe('a refund', () => {
  it('is of part or all, and never more than was captured', async () => {
    const captureId = await captured('M');
    expect(await refund('M', { captureId, amount: usd(30) })).toMatchObject({ outcome: 'refunded', amount: usd(30) });
    await expect(refund('M', { captureId, amount: usd(71) }, 2)).rejects.toMatchObject({
      type: 'RefundExceedsCapture',
      message: expect.stringMatching(/7100 cents: 7000 cents/) as string,
    });
    const rest = await Promise.all(Array.from({ length: 6 }, (_, i) => refund('M', { captureId }, 10 + i)));
    expect(rest.filter(({ outcome }) => outcome === 'refunded')).toHaveLength(1);
    expect(rest.filter(({ outcome }) => outcome === 'none')).toHaveLength(5);
    expect(await cents('card_refund', 'M', 'refunded')).toBe(10_000);
  });

  it('that fails gives nothing back, and is tried anew', async () => {
    const captureId = await captured('N');
    await seed('N', { refund: { decline: 'account-closed' } });
    expect(await refund('N', { captureId })).toMatchObject({ outcome: 'failed', code: 'account-closed' });
    await seed('N', { refund: { decline: 'account-closed', slowMs: 20 } });
    const { outcome } = await refund('N', { captureId }, 2);
    expect(outcome).toBe('pending');
    expect(await told(stage, 'N', 'payments.refundDecided')).toMatchObject([{ outcome: 'failed' }]);
    expect(await refund('N', { captureId }, 2)).toMatchObject({ outcome: 'failed', code: 'account-closed' });
    await seed('N', {});
    expect(await refund('N', { captureId }, 3)).toMatchObject({ outcome: 'refunded', amount: usd(100) });
  });

  it('by key undoes what may have been captured, also what is pending or comes later', async () => {
    await captured('O');
    expect(await refund('O', { captureKey: 'order/O/capture/1' })).toMatchObject({ outcome: 'refunded' });

    const second = await authorized('O-2');
    await seed('O-2', { capture: { slowMs: 60_000 } });
    await capture(capturing('O-2', second, 100));
    expect(await refund('O-2', { captureKey: 'order/O-2/capture/1' })).toEqual({ outcome: 'none' });
    expect(await stage.count('svc_payments.agenda', "id LIKE 'O-2/%'")).toBe(0);
    expect(await cancel('O-2', { authorizationId: second })).toEqual({ outcome: 'voided', captured: usd(0) });

    const third = await authorized('O-3');
    expect(await refund('O-3', { captureKey: 'order/O-3/capture/1' })).toEqual({ outcome: 'none' });
    await expect(capture(capturing('O-3', third, 100))).rejects.toMatchObject({ type: 'RequestWithdrawn' });
  });
});

describe('a chargeback', () => {
  const chargeBack = (orderId: string, captureId: string, key: string) =>
    stage.call('POST', '/payments/chargebacks', { orderId, captureId, code: 'fraud' }, key);

  it('is told with what it is about and until when evidence counts, and shuts out a refund', async () => {
    const captureId = await captured('P');
    await refund('P', { captureId, amount: usd(25) });
    const answers = await Promise.all([chargeBack('P', captureId, 'p/1'), chargeBack('P', captureId, 'p/2')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    const [charged] = (await told(stage, 'P', 'payments.chargedBack')) as unknown as [PaymentChargedBack];
    expect(charged).toMatchObject({ captureId, amount: usd(75), code: 'fraud' });
    expect((Date.parse(charged.evidenceDueAt) - Date.now()) / 86_400_000).toBeCloseTo(20, 1);
    await expect(refund('P', { captureId }, 2)).rejects.toMatchObject({ type: 'CaptureChargedBack' });
    expect(await listed(stage, '/payments/captures?entity=P')).toMatchObject([{ chargedBack: true }]);
  });

  it('is of money that is there', async () => {
    const captureId = await captured('Q');
    await refund('Q', { captureId });
    expect(await chargeBack('Q', captureId, 'q/1')).toMatchObject({ status: 422 });
    expect(await chargeBack('Q', 'CAP-none', 'q/2')).toMatchObject({ status: 404 });
  });
});

it('tells what became of each call under its key', async () => {
  const keys = { authorize: asked('R').key, capture: 'order/R/capture/1', refund: 'order/R/refund/1' };
  const find = async () => ({
    authorize: await run((one) => one.lookUpAuthorization, { key: keys.authorize }),
    capture: await run((one) => one.lookUpCapture, { key: keys.capture }),
    refund: await run((one) => one.lookUpRefund, { key: keys.refund }),
  });
  const none = { outcome: 'none' };
  expect(await find()).toEqual({ authorize: none, capture: none, refund: none });
  const captureId = await captured('R');
  await expect(refund('R', { captureId, amount: usd(101) })).rejects.toThrow();
  expect(await find()).toMatchObject({
    authorize: { outcome: 'done', answer: { outcome: 'authorized' } },
    capture: { outcome: 'done', answer: { captureId } },
    refund: { outcome: 'refused', code: 'RefundExceedsCapture' },
  });
});

it('lists captures, refunds and the payments of claims, page by page', async () => {
  const captureId = await captured('S');
  await refund('S', { captureId, amount: usd(1) });
  expect(await listed(stage, '/payments/captures?entity=S')).toMatchObject([
    { captureId, entity: 'S', state: 'captured', amount: usd(100), refunded: usd(1), chargedBack: false },
  ]);
  expect(await listed(stage, '/payments/refunds?entity=S')).toMatchObject([{ captureId, amount: usd(1) }]);
  const payment = {
    claimId: 'CLM-1',
    coverage: 'building',
    ordinal: 1,
    amount: usd(5),
    approved: usd(5),
    callback: { reference: 'claim/CLM-1' },
  };
  await stage.call('POST', '/payments/payments', payment, 'claim/CLM-1/payment/1');
  expect(await listed(stage, '/payments/payments')).toMatchObject([{ entity: 'CLM-1', ordinal: 1, state: 'paid' }]);
  const all = await listed(stage, '/payments/authorizations?limit=7');
  expect(new Set(all.map(({ authorizationId }) => authorizationId)).size).toBe(
    await stage.count('svc_payments.card_authorization'),
  );
});

it('decides what was pending when the process ends, in the next one', async () => {
  await seed('T', { authorize: { slowMs: 100 } });
  await authorize(asked('T'));
  await stage.stop();
  await stage.start();
  activities = await activitiesOf(stage.url);
  expect(await told(stage, 'T', 'payments.authorizationDecided')).toHaveLength(1);
  await eventually(async () => (await stage.count('svc_payments.agenda', "id LIKE 'T/%'")) === 0);
});

it('says what its contract says', () => {
  expectTypeOf<OrderEvents['payments.authorizationDecided']>().toEqualTypeOf<AuthorizationDecided>();
  expectTypeOf<OrderEvents['payments.captureDecided']>().toEqualTypeOf<CaptureDecided>();
  expectTypeOf<OrderEvents['payments.refundDecided']>().toEqualTypeOf<RefundDecided>();
  expectTypeOf<OrderEvents['payments.chargedBack']>().toEqualTypeOf<PaymentChargedBack>();
});
