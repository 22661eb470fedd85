import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { claimMessages, claimNotice } from '../../../events/claim.js';
import { claimShapes } from '../../../workflows/claim/shapes.js';
import { misfits } from '../../../workflows/lifecycle/shape.js';

const money = { minor: 3_900_000, currency: 'USD' };

/** One good value of each kind. */
const GOOD: Readonly<Record<string, readonly object[]>> = {
  submission: [
    {
      claimId: 'CLM-2012-000123',
      policyNumber: 'P-1',
      dateOfLoss: '2012-10-29',
      causeOfLoss: '1',
      property: { state: 'NY', postalCode: '11692' },
      catastrophe: 'Hurricane Sandy',
      claimant: 'd1',
    },
  ],
  documentReceived: [{ requestId: 'R', documentId: 'D', kind: 'proofOfLoss', digest: 'a'.repeat(64) }],
  fraudDecision: [{ screenId: 'S', verdict: 'clear', score: 12, rule: 'none' }],
  assessmentResult: [
    {
      assignmentId: 'A',
      findings: [
        { coverage: 'building', damage: money },
        { coverage: 'contents', nonPaymentReason: '08' },
      ],
    },
  ],
  paymentAcknowledged: [{ paymentId: 'P', coverage: 'building', ordinal: 1, amount: money }],
  paymentFailed: [{ paymentId: 'P', coverage: 'contents', ordinal: 2, code: 'accountClosed' }],
  withdraw: [{ reasonCode: 'claimantAsked', note: 'N-1' }],
  manualDecision: [
    { decision: 'continue', reasonCode: 'ok' },
    { decision: 'deny', reasonCode: 'no', note: 'N-1' },
    { decision: 'settle', reasonCode: 'ok', amounts: [{ coverage: 'building', amount: money }] },
    { decision: 'merge', reasonCode: 'sameLoss', into: 'CLM-2012-000124' },
  ],
  adjusterAssigned: [{ requestId: 'R', assignmentId: 'A', adjusterId: 'adjuster-7' }],
  adjusterAccepted: [{ assignmentId: 'A', adjusterId: 'adjuster-7' }],
  adjusterDeclined: [{ assignmentId: 'A', adjusterId: 'adjuster-7', code: 'onLeave' }],
  paymentCleared: [{ paymentId: 'P', coverage: 'building', ordinal: 1 }],
  paymentReturned: [{ paymentId: 'P', coverage: 'building', ordinal: 1, how: 'voided', code: 'wrongPayee' }],
  repairCompleted: [{ coverage: 'building', vendorId: 'V', invoice: money }],
  claimMerged: [{ claimId: 'CLM-2012-000124', documents: ['proofOfLoss'] }],
  setReserve: [{ coverage: 'building', amount: money, reasonCode: 'moreDamage', note: 'N-1' }],
  payAdvance: [{ kind: 'partial', coverage: 'building', amount: money, reasonCode: 'undisputed' }],
  refer: [{ to: 'legal', reasonCode: 'doubt', note: 'N-1' }],
  concludeReferral: [{ finding: 'settle', reasonCode: 'compromise' }],
  attachCatastrophe: [{ catastrophe: 'Hurricane Sandy', reference: 'WYO-2012-41' }],
  answerRepairOffer: [{ accept: true, reasonCode: 'soonerDone' }],
  requestSupplement: [{ coverages: ['building', 'contents'], reasonCode: 'moreDamage' }],
  appeal: [{ reference: 'APPEAL-1', reasonCode: 'disagrees', note: 'N-1' }],
  decideAppeal: [{ decision: 'uphold', reasonCode: 'rightlyDenied' }],
  openLitigation: [{ reference: 'DOCKET-1', reasonCode: 'sued' }],
};

const SCHEMAS: Readonly<Record<string, z.ZodType>> = { submission: claimNotice, ...claimMessages };

/** What a sender may put where something else belongs: near misses and anything at all that JSON can carry. */
const anything = fc.oneof(
  fc.constantFrom<unknown>(null, '', 'USD', 'usd', '2012-02-30', '2012-02-29', '1900-02-29', 'building', '01', '1'),
  fc.constantFrom<unknown>(0, -1, 1, 1.5, 999, 1000, 1001, 2 ** 53, 1e300, true, false, [], {}),
  fc.string({ maxLength: 200 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const anyKey = fc.oneof(fc.constantFrom('note', 'constructor', '__proto__', 'toString'), fc.string({ maxLength: 8 }));

type Path = readonly (string | number)[];

/** The value with one place in it replaced, removed or added to. */
function mutated(good: object): fc.Arbitrary<unknown> {
  const places = fc.constantFrom(...pathsIn(good));
  return fc.oneof(
    fc.constant(good),
    anything,
    fc.tuple(places, anything).map(([path, value]) => changed(good, path, () => value)),
    places.map((path) => changed(good, path, () => undefined)),
    fc.tuple(places, anyKey, anything).map(([path, key, value]) =>
      changed(good, path, (old) => {
        if (Array.isArray(old)) return [...(old as unknown[]), value];
        if (typeof old !== 'object' || old === null) return old;
        const copy: Record<string, unknown> = { ...old };
        Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
        return copy;
      }),
    ),
    fc
      .tuple(places, fc.string({ minLength: 1, maxLength: 2 }))
      .map(([path, more]) => changed(good, path, (old) => (typeof old === 'string' ? old + more : old))),
  );
}

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...path, key]))];
}

function changed(value: unknown, [head, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (head === undefined) return change(value);
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const member = changed(copy[head], rest, change);
  if (member === undefined) delete copy[head];
  else copy[head] = member;
  // A hole in a list becomes null on the wire.
  return Array.isArray(copy) ? (JSON.parse(JSON.stringify(copy)) as unknown) : copy;
}

test('there is a good value for every shape', () => {
  expect(Object.keys(GOOD).toSorted()).toEqual(Object.keys(claimShapes).toSorted());
  expect(Object.keys(SCHEMAS).toSorted()).toEqual(Object.keys(claimShapes).toSorted());
});

describe.each(Object.entries(GOOD))('%s', (name, values) => {
  const shape = claimShapes[name] ?? {};
  const schema = SCHEMAS[name] as z.ZodType;

  test('accepts what is good', () => {
    for (const value of values) expect([misfits(shape, value), schema.safeParse(value).success]).toEqual([[], true]);
  });

  test("agrees with the schema on whatever else may come, the message's own or not", () => {
    const given = fc.oneof(...values.map(mutated));
    fc.assert(
      fc.property(given, (value) => {
        expect(misfits(shape, value).length === 0).toBe(schema.safeParse(value).success);
      }),
      { numRuns: 1_500 },
    );
  });
});

describe('a misfit', () => {
  const { fraudDecision = {}, manualDecision = {}, assessmentResult = {} } = claimShapes;

  test.each<[string, unknown, string]>([
    ['names a missing field', {}, 'data.screenId is missing'],
    ['names an unknown field', { moon: 1 }, 'data.moon is not known'],
    ['names the allowed values', { verdict: 'maybe' }, 'data.verdict must be one of clear, refer'],
    ['names the bound', { score: 1001 }, 'data.score must be at most 1000'],
    ['names the type', { score: '12' }, 'data.score must be a number'],
    ['tells an integer from a number', { score: 1.5 }, 'data.score must be an integer'],
  ])('%s', (_, value, fault) => {
    expect(misfits(fraudDecision, value)).toContain(fault);
  });

  test('names the place in a list', () => {
    const value = { assignmentId: 'A', findings: [{ coverage: 'moon' }] };
    expect(misfits(assessmentResult, value)).toEqual(['data.findings[0].coverage must be one of building, contents']);
  });

  test('of a union is that of the branch that was meant', () => {
    expect(misfits(manualDecision, { decision: 'settle', reasonCode: 'x' })).toEqual(['data.amounts is missing']);
    expect(misfits(manualDecision, { decision: 'shrug' })).toEqual([
      'data must be one of the known kinds (decision: "merge", decision: "continue", decision: "deny", decision: "settle")',
    ]);
  });

  test('never repeats the content, which may be personal', () => {
    const secret = 'Jane Doe, 12 Beach Street';
    const values = [secret, { screenId: secret.repeat(9), verdict: secret, score: secret, rule: secret }];
    for (const value of values) expect(misfits(fraudDecision, value).join()).not.toContain('Jane');
  });
});
