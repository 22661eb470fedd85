/** What inventory, payments and shipping call back about orders: each signed event becomes the message that the order understands. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signWebhook } from '../../events/webhook.js';
import { SECRET, setStage, type Stage } from './stage.js';
import { heardQuery } from './workflows.js';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const AT = '2026-11-20T09:00:00.000Z';
const usd = (minor: number) => ({ minor, currency: 'USD' });
const hold = { holdId: 'HLD-1', warehouseId: 'W1', sku: 'LAMP', quantity: 2 };
const update = { shipmentId: 'SHP-1', number: 1, at: AT };
const trouble = { ...update, code: 'nobody-home' };

/** Each event, the message that it becomes, and what it says. */
const EVENTS: ReadonlyArray<readonly [event: string, message: string, data: object]> = [
  ['inventory.held', 'stockHeld', { reservationId: 'RSV-1', lineId: '1', holds: [{ ...hold, expiresAt: AT }] }],
  ['inventory.expired', 'holdExpired', { ...hold, lineId: '1' }],
  [
    'payments.authorizationDecided',
    'authorizationDecided',
    { outcome: 'authorized', authorizationId: 'AUT-1', amount: usd(100), expiresAt: AT },
  ],
  ['payments.captureDecided', 'captureDecided', { outcome: 'captured', captureId: 'CAP-1', amount: usd(100) }],
  ['payments.refundDecided', 'refundDecided', { outcome: 'failed', refundId: 'RFD-1', code: 'account-closed' }],
  [
    'payments.chargedBack',
    'paymentChargedBack',
    { chargebackId: 'CBK-1', captureId: 'CAP-1', amount: usd(100), code: '10.4', evidenceDueAt: AT },
  ],
  ['shipping.dispatched', 'shipmentDispatched', update],
  ['shipping.inTransit', 'shipmentInTransit', update],
  ['shipping.delivered', 'shipmentDelivered', update],
  ['shipping.deliveryFailed', 'shipmentDeliveryFailed', trouble],
  ['shipping.returned', 'shipmentReturned', trouble],
  ['shipping.lost', 'shipmentLost', trouble],
  ['shipping.stopAnswered', 'stopAnswered', { shipmentId: 'SHP-1', outcome: 'stopped' }],
];

async function post(event: string, subject: string, data: object, service = event.split('.')[0] ?? '') {
  const id = `evt-${subject}-${event}`;
  const body = JSON.stringify({
    specversion: '1.0',
    id,
    source: `/services/${service}`,
    type: `com.throughline.${event}.v1`,
    subject,
    time: AT,
    datacontenttype: 'application/json',
    data,
  });
  const timestamp = Math.floor(Date.now() / 1000);
  const response = await fetch(`${stage.gatewayUrl}/callbacks/${service}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/cloudevents+json',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook(SECRET, id, timestamp, body),
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A run of the order's id that takes every message and tells what it got. */
async function startOrder(id: string): Promise<void> {
  await stage.temporal.workflow.start('claim', {
    workflowId: `order/${id}`,
    taskQueue: 'throughline-claim',
    args: [{ data: { claimId: id } }],
  });
}

const heard = (id: string) =>
  stage.withWorker(() => stage.temporal.workflow.getHandle(`order/${id}`).query(heardQuery));

describe('a callback about an order', () => {
  it('becomes its message, in an envelope that says who sent it and how that is known', async () => {
    await startOrder('ORD-ALL');
    // A code would end the stand-in: those events are sent to it below, one by one.
    const plain = EVENTS.filter(([, , data]) => !('code' in data));
    for (const [event, , data] of plain) {
      expect(await post(event, 'order/ORD-ALL', data), event).toEqual({ status: 202, body: { outcome: 'accepted' } });
    }
    expect(await heard('ORD-ALL')).toEqual(
      plain.map(([event, name, data]) => ({
        name,
        message: {
          envelope: {
            entityId: 'ORD-ALL',
            messageId: `evt-order/ORD-ALL-${event}`,
            occurredAt: AT,
            source: `/services/${event.split('.')[0]}`,
            actor: { kind: 'service', id: event.split('.')[0], authenticated: 'hmac' },
            schemaVersion: 1,
          },
          data,
        },
      })),
    );
  });

  it.each(EVENTS.filter(([, , data]) => 'code' in data))('%s becomes %s', async (event, name, data) => {
    const id = `ORD-${name}`;
    await startOrder(id);
    expect(await post(event, `order/${id}`, data)).toEqual({ status: 202, body: { outcome: 'accepted' } });
    const history = await stage.temporal.workflow.getHandle(`order/${id}`).fetchHistory();
    const signals = history.events?.flatMap((one) => one.workflowExecutionSignaledEventAttributes?.signalName ?? []);
    expect(signals).toEqual([name]);
  });

  it.each(EVENTS)(
    '%s with data that is not of %s is refused for good, and kept without its data',
    async (event, name) => {
      const id = `BAD-${name}`;
      await startOrder(id);
      const answer = await post(event, `order/${id}`, { nonsense: true });
      expect(answer.status).toBe(422);
      expect(answer.body).toMatchObject({ type: 'urn:throughline:problem:InvalidMessage' });
      expect(await stage.strays(id)).toMatchObject([{ message_name: name, reason: 'invalid-data', data: null }]);
    },
  );

  it('is refused where another service sends it than the one that knows', async () => {
    await startOrder('ORD-FOREIGN');
    const answer = await post('shipping.delivered', 'order/ORD-FOREIGN', update, 'inventory');
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ type: 'urn:throughline:problem:UnknownEventType' });
  });

  it('is refused for an order that there is not, and kept', async () => {
    expect((await post('shipping.delivered', 'order/ORD-NOBODY', update)).status).toBe(404);
    expect(await stage.strays('ORD-NOBODY')).toMatchObject([
      { message_name: 'shipmentDelivered', reason: 'unknown-entity' },
    ]);
  });
});
