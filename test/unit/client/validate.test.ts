import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../client/content-hash.js';
import { InvalidMessage } from '../../../client/errors.js';
import { issuesOf, validated } from '../../../client/validate.js';
import { claimMessages, claimNotice } from '../../../events/claim.js';

const NOTICE = {
  claimId: 'CLM-1',
  policyNumber: 'POL-1',
  dateOfLoss: '2012-10-29',
  causeOfLoss: '1',
  property: { state: 'NY', postalCode: '11693' },
};

function issues(schema: Parameters<typeof validated>[0], value: unknown) {
  try {
    validated(schema, value, 'thing');
  } catch (err) {
    if (err instanceof InvalidMessage) return err.issues;
    throw err;
  }
  return [];
}

describe('validation', () => {
  it('returns what fits', () => {
    expect(validated(claimNotice, NOTICE, 'claim notice')).toEqual(NOTICE);
  });

  it.each(Object.keys(NOTICE))('names the missing field %s', (field) => {
    const { [field as keyof typeof NOTICE]: _, ...rest } = NOTICE;
    expect(issues(claimNotice, rest)).toEqual([{ field, remedy: 'is missing: give it' }]);
  });

  it('names nested fields by their path, with value and remedy', () => {
    const findings = [{ coverage: 'roof', damage: { minor: 1.5, currency: 'usd' } }];
    expect(issues(claimMessages.assessmentResult, { assignmentId: 'A', findings })).toEqual([
      { field: 'findings[0].coverage', value: 'roof', remedy: 'use one of building, contents' },
      { field: 'findings[0].damage.minor', value: 1.5, remedy: 'use an integer' },
      { field: 'findings[0].damage.currency', value: 'usd', remedy: 'use an ISO 4217 code such as USD' },
    ]);
  });

  it('names a decision that nobody knows', () => {
    expect(issues(claimMessages.manualDecision, { decision: 'shrug', reasonCode: 'x' })[0]).toMatchObject({
      field: 'decision',
    });
  });

  it('says in one sentence what is wrong and what to do', () => {
    expect(() => validated(claimNotice, { ...NOTICE, causeOfLoss: 'inundation' }, 'claim notice')).toThrow(
      'the claim notice is refused: causeOfLoss ("inundation"): use at most 8 characters',
    );
  });

  it('never repeats what may be personal: unknown fields, notes, postal codes, long texts', () => {
    const secret = 'Jane Roe';
    for (const given of [
      { ...NOTICE, insured: secret },
      { ...NOTICE, property: { state: 'NY', postalCode: secret } },
      { ...NOTICE, claimant: [secret] },
      { ...NOTICE, causeOfLoss: secret.repeat(20) },
    ]) {
      const found = issues(claimNotice, given);
      expect(found).not.toEqual([]);
      expect(JSON.stringify(found)).not.toContain(secret);
    }
  });

  it('finds a fault in whatever is no notice, and never throws anything else', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const result = claimNotice.safeParse(value);
        if (!result.success)
          expect(issuesOf(result.error, value).every(({ field, remedy }) => field && remedy)).toBe(true);
      }),
    );
  });
});

describe('the content hash', () => {
  it('does not see the order of fields, and sees everything else', () => {
    const { claimId, ...rest } = NOTICE;
    expect(contentHash({ ...rest, claimId }, 'standard')).toBe(contentHash(NOTICE, 'standard'));
    expect(contentHash(NOTICE, 'fast')).not.toBe(contentHash(NOTICE, 'standard'));
    expect(contentHash({ ...NOTICE, causeOfLoss: '4' }, 'standard')).not.toBe(contentHash(NOTICE, 'standard'));
    expect(contentHash(NOTICE, 'standard')).toMatch(/^[0-9a-f]{64}$/);
  });
});
