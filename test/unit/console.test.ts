/** What the console makes of streams, schemas, words and times, without a browser. */
import { expect, test } from 'vitest';
import { EventReader } from '../../console/http/events.js';
import { keyOfPath } from '../../console/http/keys.js';
import { entityOfTask, withChanges } from '../../console/http/paths.js';
import { asCode } from '../../console/parts/form/code.js';
import { initialOf, kindOf, without, withoutNothing, type Schema } from '../../console/parts/form/schema.js';
import { duration, relative } from '../../console/words/time.js';
import { inWords, readAloud } from '../../console/words/words.js';

test('a stream is put together to events wherever its pieces end', () => {
  const text = ': beat\n\nevent: entity\nid: 7\ndata: {"a":1}\n\ndata: one\r\ndata: two\r\n\r\n';
  const whole = [
    { name: 'entity', id: '7', data: '{"a":1}' },
    { name: 'message', id: '7', data: 'one\ntwo' },
  ];
  for (let size = 1; size <= text.length; size++) {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...reader.read(text.slice(at, at + size)));
    expect(events, `pieces of ${size}`).toEqual(whole);
  }
});

test('a path is a key by its parts, so that a change of one entity is told to all that is read of it', () => {
  expect(keyOfPath('/api/entities/claim/CLM%2F1/journal')).toEqual(['read', 'entities', 'claim', 'CLM/1', 'journal']);
  expect(keyOfPath('/api/entities?state=A')).toEqual(['read', 'entities', '?state=A']);
});

test('a task names its entity', () => {
  expect(entityOfTask('claim/CLM-1#12')).toEqual({ lifecycle: 'claim', id: 'CLM-1' });
});

test('a filter in the address is changed part by part', () => {
  const before = new URLSearchParams('state=A&late=true');
  expect(withChanges(before, { state: 'B', late: undefined, text: '' }).toString()).toBe('state=B');
  expect(before.toString()).toBe('state=A&late=true');
});

test('words become codes that the records take, and codes become words', () => {
  expect(asCode('checked with the insured')).toBe('checkedWithTheInsured');
  expect(asCode('checkedWithTheInsured')).toBe('checkedWithTheInsured');
  expect(asCode(' ¡über: 50 %! ')).toBe('uber50');
  expect(asCode('…')).toBe('');
  expect(asCode('x'.repeat(100))).toHaveLength(64);
  expect(inWords('AwaitingDocuments')).toBe('Awaiting documents');
  expect(inWords('claims-review')).toBe('Claims review');
  expect(inWords('KYCPending')).toBe('KYC pending');
  expect(readAloud('T-aBc is AwaitingDocuments (aboveAuthority), in claims-review', 'T-aBc')).toBe(
    'T-aBc is Awaiting documents (above authority), in claims-review',
  );
});

test('of variants those are asked for that agree with what is settled', () => {
  const of = (decision: string, ...more: string[]): Schema => ({
    type: 'object',
    properties: {
      decision: { const: decision },
      ...Object.fromEntries(more.map((name) => [name, { type: 'string' }])),
    },
    required: ['decision', ...more],
  });
  const schema: Schema = { anyOf: [of('continue', 'reasonCode'), of('deny', 'reasonCode', 'letter')] };
  expect(kindOf(schema)).toMatchObject({ is: 'variants', by: 'decision' });
  expect(initialOf(schema)).toEqual({ decision: 'continue' });
  expect(Object.keys(without(schema, { decision: 'deny' }).properties ?? {})).toEqual(['reasonCode', 'letter']);
  expect(kindOf({ anyOf: [{ const: 1 }, { const: 2 }] })).toEqual({ is: 'choice', options: [1, 2] });
  expect(withoutNothing({ anyOf: [{ type: 'number', maximum: 9 }, { type: 'null' }], description: 'd' })).toEqual({
    type: 'number',
    maximum: 9,
    description: 'd',
  });
  expect(kindOf({ type: 'object', properties: { minor: {}, currency: {} } })).toEqual({ is: 'money' });
});

test('times are told in the two largest units', () => {
  const hour = 3_600_000;
  expect(duration(26 * hour)).toBe('1 day 2 hours');
  expect(duration(11 * 24 * hour + hour)).toBe('11 days');
  expect(duration(-5)).toBe('0 seconds');
  expect(duration(6 * 60_000 + 5_000)).toBe('6 minutes');
  expect(relative('2026-01-01T00:00:00.000Z', Date.parse('2026-01-01T02:30:00.000Z'))).toBe('2 hours 30 minutes ago');
});
