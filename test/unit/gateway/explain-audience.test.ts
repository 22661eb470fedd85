import { describe, expect, it } from 'vitest';
import { explain, journalLine } from '../../../gateway/explain.js';
import type { Audience } from '../../../records/audience.js';
import type { Entry } from '../../../workflows/lifecycle/entry.js';
import { ADJUSTER, assessed, entered, input, later, SINCE } from './explain-samples.js';

const STAFF = { kind: 'staff', id: 'siu-2', authenticated: 'token' } as const;
const restricted = { code: 'suspectedArson', note: 'note-1', visibility: 'restricted' } as const;
const referred: Entry = { ...entered, to: 'EscalatedForManualReview', reason: restricted };
const deferred: Entry = {
  sequence: 8,
  kind: 'guard',
  recordedAt: SINCE,
  causationId: 'evt-1',
  actor: STAFF,
  guard: { guard: 'hold:siu', verdict: 'defer', reason: 'suspectedArson' },
};
const told: Entry = {
  ...assessed,
  sequence: 9,
  actor: { ...ADJUSTER, kind: 'customer' },
  reason: { code: 'askedTwice', visibility: 'customer' },
};

/** Everything that carries a reason carries the restricted one. */
const secretive = input({
  tail: [assessed, referred, deferred, told],
  enteredBy: referred,
  openings: [{ ...assessed, sequence: 3, reason: { code: 'lateWitness', visibility: 'restricted' } }],
  state: {
    state: 'EscalatedForManualReview',
    reason: restricted,
    attention: 'suspectedArson',
    parts: { building: { state: 'InReview', since: SINCE, reason: 'suspectedArson' } },
    holds: { siu: { placedAt: SINCE, by: STAFF, reason: restricted, reference: 'SIU-77' } },
    deferrals: {
      'hold:siu': {
        since: SINCE,
        reason: 'suspectedArson',
        move: { to: 'PaymentPending', reason: restricted, cause: { causationId: 'x', actor: STAFF } },
      },
    },
    reviews: {
      'claim/CLM-1#7': { queue: 'q', reason: 'suspectedArson', priority: 3, openedAt: SINCE, ofState: true },
      'claim/CLM-1#3': { queue: 'q', reason: 'lateWitness', priority: 3, openedAt: SINCE },
    },
  },
});

describe('an explanation', () => {
  it('shows staff that there is a restricted reason, and nowhere which', () => {
    const it = explain(secretive, 'staff');
    expect(JSON.stringify(it)).not.toMatch(/suspectedArson|note-1|lateWitness/);
    expect(it).toMatchObject({
      because: { reason: { code: 'withheld', visibility: 'restricted' } },
      attention: 'withheld',
      parts: { building: { reason: 'withheld' } },
      blockedBy: { kind: 'hold', detail: expect.stringContaining('the hold siu, placed by siu-2') },
      holds: [{ reason: { code: 'withheld' }, reference: 'SIU-77' }],
      reviews: [{ reason: 'withheld' }, { reason: 'withheld' }],
      journal: [
        {},
        { reason: { code: 'withheld' } },
        { guard: { reason: 'withheld' } },
        { reason: { code: 'askedTwice' } },
      ],
    });
    expect(it.sentence).not.toContain('withheld');
  });

  it('asks as staff unless told otherwise', () => {
    expect(explain(secretive)).toEqual(explain(secretive, 'staff'));
  });

  it('shows all of it to those who may see what is restricted', () => {
    const it = explain(secretive, 'restricted');
    expect(it.because.sentence).toContain('(suspectedArson)');
    expect(it.blockedBy?.detail).toContain('(suspectedArson, SIU-77)');
    expect(it.reviews.map(({ reason }) => reason)).toEqual(['suspectedArson', 'lateWitness']);
  });

  it('shows a customer what happened and what is asked, and not how the house works on it', () => {
    const it = explain(secretive, 'customer');
    expect(JSON.stringify(it)).not.toMatch(/suspectedArson|lateWitness|siu|SIU|hold:/);
    expect(it).toMatchObject({
      state: 'EscalatedForManualReview',
      blockedBy: { kind: 'person', detail: 'waits for a decision of a claims reviewer' },
      holds: [],
      deferrals: [],
      reviews: [],
      run: { error: 'not shown to customers' },
      queues: [],
      journal: [{ kind: 'transition' }, { reason: { code: 'askedTwice' } }],
    });
  });

  it('hides a general reason from customers, and shows them one that is meant for them', () => {
    const because = (visibility: 'general' | 'customer', audience: Audience) =>
      explain(input({ enteredBy: { ...entered, reason: { code: 'photosMissing', visibility } } }), audience).because;
    expect(because('general', 'customer').sentence).not.toContain('photosMissing');
    expect(because('customer', 'customer').sentence).toContain('(photosMissing)');
    expect(because('customer', 'staff').sentence).toContain('(photosMissing)');
    expect(because('general', 'staff').sentence).toContain('(photosMissing)');
  });
});

describe('a journal line', () => {
  it('is cut in the same way', () => {
    expect(journalLine(referred).reason).toEqual({ code: 'withheld', visibility: 'restricted' });
    expect(journalLine(referred, 'restricted').reason).toEqual(restricted);
    const verdict: Entry = {
      ...referred,
      recordedAt: later(0),
      guard: { guard: 'siu', verdict: 'cancel', reason: 'suspectedArson' },
    };
    expect(journalLine(verdict).guard).toEqual({ guard: 'siu', verdict: 'cancel', reason: 'withheld' });
  });
});
