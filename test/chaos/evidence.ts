/** What must be true of the records after the chaos, and what the histories tell of it. */
import { Client, Connection } from '@temporalio/client';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { firstDifference } from '../../records/difference.js';
import type { Database } from '../../records/schema.js';
import { storable } from '../../records/storable.js';
import { loadJournal, verifyAll } from '../../records/verify.js';
import { claimWorkflowId } from '../../workflows/claim/messages.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { journalInHistory, type History } from '../support/history.js';
import type { Taken } from './callbacks.js';

/** Keeps every change of an entity's row, in the transaction that makes it. Run once, by the owner of the database. */
export const WATCH_ENTITY_ROWS = `
  CREATE SCHEMA chaos;
  CREATE TABLE chaos.move (
    at timestamptz NOT NULL DEFAULT clock_timestamp(), lifecycle text, entity_id text,
    sequence_before integer, sequence integer, hash_before bytea, hash bytea, closed_before boolean, closed boolean
  );
  CREATE FUNCTION chaos.watch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
      INSERT INTO chaos.move VALUES (DEFAULT, NEW.lifecycle, NEW.entity_id, OLD.sequence, NEW.sequence,
                                     OLD.last_hash, NEW.last_hash, OLD.closed, NEW.closed);
      RETURN NULL;
    END $$;
  CREATE TRIGGER chaos_watch AFTER UPDATE ON throughline.entity FOR EACH ROW EXECUTE FUNCTION chaos.watch();
  CREATE FUNCTION chaos.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'an entity row was deleted'; END $$;
  CREATE TRIGGER chaos_refuse BEFORE DELETE ON throughline.entity FOR EACH ROW EXECUTE FUNCTION chaos.refuse()`;

/** Statements that must find nothing, by what they would find. */
const MUST_FIND_NOTHING: Readonly<Record<string, string>> = {
  'rows that went backwards, or were exchanged where they stood': `
    SELECT lifecycle, entity_id, sequence_before, sequence FROM chaos.move
     WHERE sequence < sequence_before OR (sequence = sequence_before AND hash <> hash_before) OR (closed_before AND NOT closed)`,
  'gaps and repetitions in journals': `
    SELECT lifecycle, entity_id, count(*), min(sequence), max(sequence) FROM throughline.journal GROUP BY 1, 2
    HAVING count(*) <> max(sequence) OR min(sequence) <> 1 OR count(DISTINCT sequence) <> count(*)`,
  'messages that counted twice': `
    SELECT entity_id, entry #>> '{message,name}', entry #>> '{message,messageId}', count(*) FROM throughline.journal
     WHERE entry #>> '{message,outcome}' = 'applied' GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  findings: 'SELECT kind, entity_id, evidence FROM throughline.finding',
  'events that tell of one entry twice': `
    SELECT subject, type, sequence FROM throughline.outbox GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  'payments made twice': `
    SELECT claim_id, coverage, ordinal FROM svc_payments.payment GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  'more paid than approved': `
    SELECT claim_id, coverage FROM svc_payments.payment WHERE decline_code IS NULL
     GROUP BY 1, 2 HAVING sum(amount_minor) > max(approved_minor)`,
  'payments that no journal had announced before they were made': `
    SELECT p.claim_id, p.coverage FROM svc_payments.payment p
     WHERE NOT EXISTS (SELECT FROM throughline.journal j
                        WHERE j.entity_id = p.claim_id AND j.entry ->> 'to' = 'PaymentPending' AND j.written_at <= p.booked_at)`,
  'payments made under a hold': `
    SELECT p.claim_id, p.coverage FROM svc_payments.payment p
      JOIN throughline.journal placed ON placed.entity_id = p.claim_id AND placed.entry #>> '{message,name}' = 'placeHold'
       AND placed.entry #>> '{message,outcome}' = 'applied' AND placed.written_at < p.booked_at
      JOIN throughline.journal released ON released.entity_id = p.claim_id AND released.entry #>> '{message,name}' = 'releaseHold'
       AND released.entry #>> '{message,outcome}' = 'applied' AND released.recorded_at > p.booked_at`,
  'payments acknowledged, and not paid by the record': `
    SELECT p.claim_id, p.coverage, e.parts -> p.coverage FROM svc_payments.payment p
      JOIN throughline.entity e ON e.entity_id = p.claim_id
     WHERE p.decline_code IS NULL AND e.parts -> p.coverage ->> 'state' <> 'Paid'`,
};

/** Everything that is wrong with the records, in words. */
export async function faultsOfRecords(database: pg.Pool, records: Kysely<Database>): Promise<unknown[]> {
  const faults: unknown[] = [];
  for (const [what, statement] of Object.entries(MUST_FIND_NOTHING)) {
    const { rows } = await database.query<Record<string, unknown>>(statement);
    if (rows.length > 0) faults.push({ [what]: rows });
  }
  // Chain, gaps, and the row as the fold of the journal.
  for await (const verdict of verifyAll(records)) if (verdict.faults.length > 0) faults.push(verdict);
  return faults;
}

/** Callbacks that the gateway had taken and that neither a journal nor the strays account for. */
export async function lostMessages(database: pg.Pool, taken: Iterable<Taken>): Promise<Taken[]> {
  const { rows } = await database.query<{ id: string }>(
    `SELECT entry #>> '{message,messageId}' AS id FROM throughline.journal WHERE entry ? 'message'
     UNION SELECT message_id FROM throughline.stray_message`,
  );
  const known = new Set(rows.map(({ id }) => id));
  return [...taken].filter(({ messageId }) => !known.has(messageId));
}

/** Time-outs by kind, as the histories have them. A retried one is told by the attempt that follows. */
export type Timeouts = Record<
  'startToClose' | 'scheduleToStart' | 'scheduleToClose' | 'heartbeat' | 'workflowTask',
  number
>;

/** What the histories of the claims say. */
export interface Testimony {
  /** Claims whose journal is not what their history holds, or whose run has not ended. */
  readonly faults: readonly unknown[];
  readonly timeouts: Timeouts;
}

/** Compares each claim's journal with Temporal's history, entry by entry. */
export async function testimony(
  address: string,
  records: Kysely<Database>,
  ids: readonly string[],
): Promise<Testimony> {
  const faults: unknown[] = [];
  const timeouts: Timeouts = { startToClose: 0, scheduleToStart: 0, scheduleToClose: 0, heartbeat: 0, workflowTask: 0 };
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    for (const id of ids) {
      const handle = workflow.getHandle(claimWorkflowId(id));
      const { status } = await handle.describe();
      if (status.name !== 'COMPLETED') faults.push({ id, status: status.name });
      const history = await handle.fetchHistory();
      count(history, timeouts);
      const journal: Entry[] = [];
      for await (const row of loadJournal(records, 'claim', id)) journal.push(row.entry);
      const difference = firstDifference(journal, storable(journalInHistory(history)), 'journal');
      if (difference !== undefined) faults.push({ id, difference: `${difference} by the history` });
    }
  } finally {
    await connection.close();
  }
  return { faults, timeouts };
}

/** Temporal's `TimeoutType`. */
const KINDS = { 1: 'startToClose', 2: 'scheduleToStart', 3: 'scheduleToClose', 4: 'heartbeat' } as const;

function count(history: History, timeouts: Timeouts): void {
  for (const event of history.events ?? []) {
    const failure =
      event.activityTaskTimedOutEventAttributes?.failure ?? event.activityTaskStartedEventAttributes?.lastFailure;
    const kind = KINDS[(failure?.timeoutFailureInfo?.timeoutType ?? 0) as keyof typeof KINDS];
    if (kind) timeouts[kind]++;
    if (event.workflowTaskTimedOutEventAttributes) timeouts.workflowTask++;
  }
}
