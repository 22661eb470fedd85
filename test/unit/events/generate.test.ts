import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { claimMessages, claimNotice } from '../../../events/claim.js';
import { ERROR_TYPES } from '../../../events/error-types.js';
import { generatedFiles } from '../../../events/generate.js';
import { jsonSchemaOf, shapeOf } from '../../../events/shape-of.js';
import { claimShapes } from '../../../workflows/claim/shapes.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import { misfits } from '../../../workflows/lifecycle/shape.js';
import * as clientErrors from '../../../client/errors.js';

const SCHEMAS: Readonly<Record<string, z.ZodType>> = { submission: claimNotice, ...claimMessages };

describe('generated files', () => {
  it('are current; if not, run npm run generate', async () => {
    for (const { path, content } of await generatedFiles()) {
      expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'), path).toBe(content);
    }
  });

  it('have a shape and a rule for every message', () => {
    expect(Object.keys(claimShapes).sort()).toEqual(Object.keys(SCHEMAS).sort());
    expect(Object.keys(claimMessages).sort()).toEqual(Object.keys(claimLifecycle.messages).sort());
  });

  it('name every error type of the client, once', () => {
    const documented = ERROR_TYPES.map(({ type }) => type);
    expect(new Set(documented).size).toBe(documented.length);
    const raised = Object.keys(clientErrors).filter((name) => name !== 'ThroughlineError');
    expect(documented).toEqual(expect.arrayContaining(raised));
  });
});

describe.each(Object.entries(SCHEMAS))('the shape of %s', (name, schema) => {
  const shape = claimShapes[name] ?? {};

  it('has patterns that the workflow can use', () => {
    const patterns = JSON.stringify(shape).match(/"pattern":"(?:[^"\\]|\\.)*"/g) ?? [];
    for (const pattern of patterns) {
      const { pattern: source } = JSON.parse(`{${pattern}}`) as { pattern: string };
      expect(() => new RegExp(source, 'u')).not.toThrow();
    }
  });

  it('agrees with zod and with JSON Schema about samples and their mutations', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).compile(jsonSchemaOf(schema) as object);
    fc.assert(
      fc.property(mutated(SAMPLES[name] ?? {}), (value) => {
        const fits = misfits(shape, value).length === 0;
        expect(fits).toBe(schema.safeParse(value).success);
        expect(fits).toBe(ajv(value));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a schema that the workflow cannot check', () => {
  it('is refused with the place and the keyword', () => {
    expect(() => shapeOf(z.strictObject({ tags: z.record(z.string(), z.string()) }))).toThrow(
      /data\.tags.*propertyNames/,
    );
    expect(() => shapeOf(z.number().multipleOf(5))).toThrow(/data uses "multipleOf"/);
  });
});

const money = { minor: 5, currency: 'USD' };
const SAMPLES: Readonly<Record<string, object>> = {
  submission: {
    claimId: 'CLM-1',
    policyNumber: 'POL-1',
    dateOfLoss: '2012-02-29',
    causeOfLoss: '',
    property: { state: 'NY', postalCode: '' },
    catastrophe: 'Hurricane Sandy',
    claimant: 'd',
  },
  documentReceived: { requestId: 'R', documentId: 'D', kind: 'proofOfLoss', digest: 'a'.repeat(64) },
  fraudDecision: { screenId: 'S', verdict: 'clear', score: 0, rule: 'r' },
  assessmentResult: {
    assignmentId: 'A',
    findings: [
      { coverage: 'building', damage: money },
      { coverage: 'contents', nonPaymentReason: '08' },
    ],
  },
  paymentAcknowledged: { paymentId: 'P', coverage: 'building', ordinal: 1, amount: money },
  paymentFailed: { paymentId: 'P', coverage: 'building', ordinal: 999, code: 'c' },
  withdraw: { reasonCode: 'x', note: 'n' },
  manualDecision: { decision: 'settle', amounts: [{ coverage: 'building', amount: money }], reasonCode: 'x' },
};

/** A sample with one of its values, at any depth, replaced, removed or joined by an unknown one. */
function mutated(sample: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(sample);
  const odd = fc.oneof(
    fc.constantFrom<unknown>(null, '', 0, -1, 1.5, 1e16, true, [], {}, 'x'.repeat(200), '2012-02-30', '01', 'é', 'usd'),
    fc.jsonValue(),
  );
  return fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom('keep', 'replace', 'remove', 'add'), odd)
    .map(([path, what, value]) => {
      const copy = structuredClone({ root: sample }) as Record<string, unknown>;
      const at = path
        .slice(0, -1)
        .reduce<Record<string, unknown>>((inner, step) => inner[step] as Record<string, unknown>, copy);
      const last = path.at(-1) ?? 'root';
      if (what === 'replace') at[last] = value;
      else if (what === 'remove' && !Array.isArray(at)) delete at[last];
      else if (what === 'add' && typeof at[last] === 'object') Object.assign(at[last] as object, { unknown: value });
      return JSON.parse(JSON.stringify(copy.root ?? null)) as unknown;
    });
}

function pathsOf(value: unknown, path: string[] = ['root']): string[][] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}
