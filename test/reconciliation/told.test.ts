/** What an entity is told is what its callback would have said: a message that its schema takes. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceClient } from '../../activities/http.js';
import { SERVICE_PAIRS } from '../../activities/reconciliation/service-pairs.js';
import { compareOne, type Candidate } from '../../activities/reconciliation/walk.js';
import { claimMessages } from '../../events/claim.js';
import { orderMessages } from '../../events/order.js';
import { QUIET } from '../services/support.js';
import type { Plant } from './blueprints.js';
import { Ground } from './ground.js';
import { PLANTS } from './plants.js';

const SCHEMAS = { ...claimMessages, ...orderMessages };

/** What the service says, and the message that tells it. */
const NEWS = [
  ['claims-payments', 'payment-untold', 'payments', 'paid', 'paymentAcknowledged'],
  ['claims-payments', 'payment-untold', 'payments', 'failed', 'paymentFailed'],
  ['claims-payments', 'payment-untold', 'payments', 'cleared', 'paymentCleared'],
  ['claims-payments', 'payment-untold', 'payments', 'returned', 'paymentReturned'],
  ['claims-payments', 'payment-untold', 'payments', 'voided', 'paymentReturned'],
  ['orders-payments', 'authorization-untold', 'authorizations', 'authorized', 'authorizationDecided'],
  ['orders-payments', 'authorization-untold', 'authorizations', 'declined', 'authorizationDecided'],
  ['orders-payments', 'capture-untold', 'captures', 'captured', 'captureDecided'],
  ['orders-payments', 'capture-untold', 'captures', 'declined', 'captureDecided'],
  ['orders-payments', 'refund-untold', 'refunds', 'refunded', 'refundDecided'],
  ['orders-payments', 'refund-untold', 'refunds', 'failed', 'refundDecided'],
  ['orders-inventory', 'hold-untold', 'holds', 'held', 'stockHeld'],
  ['orders-inventory', 'hold-expiry-untold', 'holds', 'expired', 'holdExpired'],
  ['orders-shipping', 'shipment-untold', 'shipments', 'delivered', 'shipmentDelivered'],
  ['orders-shipping', 'shipment-untold', 'shipments', 'returned', 'shipmentReturned'],
  ['orders-shipping', 'shipment-untold', 'shipments', 'lost', 'shipmentLost'],
  ['orders-shipping', 'stop-untold', 'shipments', 'stopped', 'stopAnswered'],
] as const;

let ground: Ground;
beforeAll(async () => {
  ground = await Ground.prepare();
});
afterAll(() => ground.clear());

describe('what is told', () => {
  it.each(NEWS)('%s, %s: %s %s is told by %s', async (pair, kind, list, state, name) => {
    const id = `${kind}-${state}`;
    const plant: Plant = PLANTS[kind](id);
    for (const row of plant[list]) row.state = state;
    await ground.plant([plant]);
    const environment = new MockActivityEnvironment({ startToCloseTimeoutMs: 10_000 }, { logger: QUIET });
    const services = new ServiceClient(ground.services.url);
    const looked = environment.run(() => compareOne(ground.db, services, SERVICE_PAIRS[pair], id));
    const [found, ...more] = (await looked) as Candidate[];
    expect(more).toEqual([]);
    expect(found).toMatchObject({ kind, id, missed: { name } });
    expect(SCHEMAS[name].parse(found?.missed?.data)).toEqual(found?.missed?.data);
  });
});
