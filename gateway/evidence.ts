/** What an entity is judged by, out of its record. Pure; every lifecycle keeps some of it. */
import { z } from 'zod';
import type { DocumentView, EvidenceView, LetterView, PaymentView } from '../client/console-views.js';
import type { FindingView } from '../client/findings.js';
import type { EntityRecord } from '../records/entity-record.js';
import { amountsOf } from './entity-summary.js';

/** Kinds of parts in which money moves. */
const MONEY: readonly string[] = ['payment', 'refund', 'capture'];

const dispatched = z.object({ letterId: z.string().optional(), dispatchedAt: z.string().optional() });
const letters = z.record(z.string(), dispatched);
const received = z.array(z.string());

/** @param record as the asker may see it */
export function evidenceOf(record: EntityRecord, findings: readonly FindingView[]): EvidenceView {
  const amounts = amountsOf(record);
  return {
    documents: documentsOf(record),
    letters: lettersOf(record),
    payments: paymentsOf(record),
    ...(amounts && { amounts }),
    facts: record.facts,
    findings,
  };
}

/** Those that are expected, `document:<kind>`, and those that came unasked. */
function documentsOf({ expectations, facts }: EntityRecord): DocumentView[] {
  const asked = Object.entries(expectations)
    .filter(([name]) => /^documents?(:|$)/.test(name))
    .map(([name, { receivedAt }]) => ({
      document: name.replace(/^document:/, ''),
      ...(receivedAt !== undefined && { receivedAt }),
    }));
  const came = received.safeParse(facts['documentsReceived']).data ?? [];
  const unasked = came.filter((kind) => !asked.some(({ document }) => document === kind));
  return [...asked, ...unasked.map((document) => ({ document }))];
}

function lettersOf({ facts }: EntityRecord): LetterView[] {
  return Object.entries(letters.safeParse(facts['letters']).data ?? {}).map(([letter, { letterId, dispatchedAt }]) => ({
    letter,
    ...(dispatchedAt !== undefined && { dispatchedAt }),
    ...(letterId !== undefined && { reference: letterId }),
  }));
}

function paymentsOf({ parts, expectations }: EntityRecord): PaymentView[] {
  return Object.entries(parts)
    .filter(([part]) => MONEY.includes(part.split(':')[0] ?? ''))
    .map(([part, { state, since, amount }]) => {
      const reference = expectations[part]?.reference;
      return { part, state, since, ...(amount && { amount }), ...(reference !== undefined && { reference }) };
    });
}
