/** What keeps an entity from moving: one answer, the most telling first. */
import type { Blockage, ExpectationView } from '../client/views.js';
import type { ExplainInput } from './explain.js';
import { deferralBlockage } from './explain-deferral.js';
import { expectationsOf, reviewsOf } from './explain-parts.js';
import { runBlockage } from './explain-run.js';
import { inBrackets, instant, missingFrom, remindersInWords, reviewInWords } from './explain-words.js';

/** What blocks the entity; null where it is simply moving, or closed with nothing left to do. */
export function blockageOf(input: ExplainInput): Blockage | null {
  if (input.record.closed) return runOfClosed(input) ?? lateEvidence(input) ?? legalHold(input) ?? null;
  return inLine(input) ?? runBlockage(input) ?? deferralBlockage(input) ?? turnOf(input) ?? null;
}

/** It has not been started: so many are before it, and nobody needs to do anything. */
function inLine({ admission }: ExplainInput): Blockage | undefined {
  return admission && { kind: 'queue', detail: `waiting for admission, ${admission.ahead} ahead`, admission };
}

/** A closed entity's run goes on only while late evidence is to be looked at. */
function runOfClosed(input: ExplainInput): Blockage | undefined {
  const waits = Object.keys(input.record.reviews).length > 0;
  return waits ? runBlockage(input) : undefined;
}

function lateEvidence({ record, now }: ExplainInput): Blockage | undefined {
  const [review] = reviewsOf(record, now);
  return (
    review && {
      kind: 'person',
      detail: `something that came late is to be looked at, ${reviewInWords(review, now)}`,
      review,
    }
  );
}

/** A legal hold never stops an entity; it stops the deletion of its records. */
function legalHold({ record: { retention }, now }: ExplainInput): Blockage | undefined {
  if (!retention.legalHold || retention.until === undefined || Date.parse(retention.until) > now.getTime())
    return undefined;
  const due = instant(Date.parse(retention.until), now);
  return { kind: 'hold', detail: `its records were due to be deleted on ${due} and are kept under a legal hold` };
}

/** Nothing is wrong: somebody's turn is awaited. */
function turnOf({ record, definition, now }: ExplainInput): Blockage | undefined {
  const state = definition.states[record.state];
  if (!state?.waitsFor) return undefined;
  const waits = `waits for ${state.waitsFor}`;
  if (state.review) {
    const review = reviewsOf(record, now).find(({ ofState }) => ofState);
    return {
      kind: 'person',
      detail: review ? `${waits}, ${reviewInWords(review, now)}` : waits,
      ...(review && { review }),
    };
  }
  const kind = kindOf(state.owner);
  if (!kind) return undefined;
  const missing = missingFrom(state.owner, expectationsOf(record, now));
  return { kind, detail: waits + missingInWords(missing, state.waitsFor, now), ...(missing.length > 0 && { missing }) };
}

function missingInWords(missing: readonly ExpectationView[], waitsFor: string, now: Date): string {
  const named = missing.map(({ what }) => what).filter((what) => what !== waitsFor);
  const list = named.length === 0 ? '' : `: ${named.join(', ')}`;
  return list + inBrackets(remindersInWords(missing, now));
}

/** Whose turn it is, by the words that the tables use for owners. Our own operations are no blockage. */
function kindOf(owner: string): 'customer' | 'person' | 'thirdParty' | undefined {
  if (/^(claimant|customer|buyer|applicant|requester)$/.test(owner)) return 'customer';
  if (/reviewer|supervisor|agent$/.test(owner)) return 'person';
  return /operations$/.test(owner) ? undefined : 'thirdParty';
}
