/** The description of all events: valid AsyncAPI, and a description of what it describes. */
import specification from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { asyncApi } from '../../../events/asyncapi.js';
import { brokerEvent } from '../../../events/broker/event.js';
import { stamped } from '../../../subscribers/platform/stamps.js';
import { chains } from '../../../subscribers/configuration.js';
import { completedType, MAX_STAMP_BYTES } from '../../../events/follow-up.js';
import { event } from '../../events/stages.js';
import { faultsOf } from '../../support/asyncapi.js';

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    // The specification brings the schema of schemas along.
    const ajv = new Ajv({ strict: false, validateFormats: false, meta: false });
    const valid = ajv.validate(specification, asyncApi());
    expect(ajv.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('describes every step and the end of every chain', () => {
    const { components } = asyncApi() as { components: { messages: Record<string, unknown> } };
    for (const { begins, ends, steps } of chains) {
      for (const type of [begins, ends, ...steps.map(({ name }) => completedType(begins, name))])
        expect(components.messages).toHaveProperty([type]);
    }
  });

  it('tells an event that is as described from one that is not', () => {
    const resolved = event('ticket/T-1', 9, {
      type: 'com.throughline.ticket.Resolved.v1',
      data: {
        from: 'InProgress',
        to: 'Resolved',
        facts: { resolution: 1, customerId: 'c-1' },
        follows: 'ticket/T-1/7',
      },
    });
    expect(faultsOf(resolved)).toEqual([]);
    expect(faultsOf({ ...resolved, data: { ...resolved.data, to: 'Closed' } }).join()).toContain('/data/to');
    expect(faultsOf({ ...resolved, data: { ...resolved.data, note: 'x' } }).join()).toContain('additional properties');
    expect(faultsOf({ ...resolved, time: 'yesterday' }).join()).toContain('/time');
    expect(faultsOf({ ...resolved, sequence: '9' }).join()).toContain('/sequence');
    expect(faultsOf({ ...resolved, type: 'com.throughline.ticket.Lost.v1' })).toEqual([
      'com.throughline.ticket.Lost.v1 is not described',
    ]);
    const { subject: _subject, ...without } = resolved;
    expect(brokerEvent.safeParse(without).success).toBe(false);
  });
});

it('a stamp has a bound, which is told where it is passed', () => {
  const stamp = {
    schemaVersion: 1 as const,
    chain: 'ticket/T-1/9',
    begins: 'com.throughline.ticket.Resolved.v1',
    subject: 'T-1',
    at: '2012-10-29T12:00:00.000Z',
    facts: {},
    steps: {},
  };
  expect(stamped(stamp, 'billing', { invoiceId: 'INV-1' }).steps).toEqual({ billing: { invoiceId: 'INV-1' } });
  expect(() => stamped(stamp, 'billing', { text: 'x'.repeat(MAX_STAMP_BYTES) })).toThrow(/billing .* bytes, more than/);
});
