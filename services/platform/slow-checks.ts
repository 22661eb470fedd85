/** Checks of applicants that take their time: accepted at once, told by callback, and answered so from then on, however they are asked. */
import { randomUUID } from 'node:crypto';
import type { Agenda } from './agenda.js';
import { agendaTable } from './agenda.js';
import { turnOfApplicant, type CheckSeed, type Outcome } from './applicant-schemas.js';
import { checkCallback, type Callback, type CheckEvent } from './callback.js';
import type { Queries } from './database.js';
import { comesTo, foresee, foreseen, foreseenTable } from './foreseen-checks.js';
import { Answer, type ServiceStore } from './service-store.js';

/** Items of the agenda: a check that is told, `<applicant>/<request>`. */
const TELL = 'tell';

/** What every request says. */
interface Asked {
  readonly applicantId: string;
  readonly ordinal: number;
  readonly callback: { readonly reference: string };
}

/** How one service makes them. */
interface Kind<Request extends Asked> {
  readonly operation: string;
  /** The event that tells. */
  readonly event: CheckEvent;
  /** Prefix of its request ids. */
  readonly prefix: string;
  readonly rule: (request: Request) => Outcome;
}

/** The checks of one service. */
export class SlowChecks<Request extends Asked> {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
    private readonly kind: Kind<Request>,
  ) {}

  /** Creates the tables, and says how what is due is told. */
  migrate(): Promise<void> {
    const { schema } = this.store;
    this.agenda.on(TELL, {
      turn: (item) => turnOfApplicant(item.split('/')[0] ?? ''),
      perform: (transaction, item) => this.#tell(transaction, item.split('/')[1] ?? ''),
    });
    return this.store.migrate(`${agendaTable(schema)} ${foreseenTable(schema)}
      CREATE TABLE IF NOT EXISTS ${schema}.applicant_check (
        request_id text PRIMARY KEY,
        request_key text NOT NULL,
        applicant_id text NOT NULL,
        ordinal int NOT NULL,
        reference text NOT NULL,
        outcome jsonb NOT NULL,
        asked_at timestamptz NOT NULL,
        told_at timestamptz
      );
      CREATE INDEX IF NOT EXISTS check_of_applicant ON ${schema}.applicant_check (applicant_id);`);
  }

  seed(seeds: readonly CheckSeed[]): Promise<void> {
    return foresee(this.store.database, this.store.schema, this.store.service, seeds);
  }

  /** Accepts a check (202). */
  accept(key: string, input: Request): Promise<Answer> {
    const { operation, prefix, rule } = this.kind;
    const { applicantId, ordinal, callback } = input;
    const { schema, service } = this.store;
    const call = { key, operation, input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfApplicant(applicantId), async (transaction, declined) => {
      const seed = await foreseen(transaction, schema, applicantId, service);
      const requestId = `${prefix}-${randomUUID()}`;
      const row = {
        request_id: requestId,
        request_key: key,
        applicant_id: applicantId,
        ordinal,
        reference: callback.reference,
        outcome: comesTo(rule(input), seed, declined),
        asked_at: new Date().toISOString(),
        told_at: null,
      };
      return {
        answer: new Answer(202, { requestId, outcome: 'pending' }),
        inserts: [
          { table: 'applicant_check', rows: [row] },
          this.agenda.item(TELL, `${applicantId}/${requestId}`, seed?.afterMs ?? 0),
        ],
      };
    });
  }

  async #tell(transaction: Queries, requestId: string): Promise<readonly Callback[]> {
    const { schema } = this.store;
    const [told] = await transaction.query<{ key: string; ordinal: number; reference: string; outcome: Outcome }>(
      `UPDATE ${schema}.applicant_check SET told_at = now() WHERE request_id = $1 AND told_at IS NULL
       RETURNING request_key AS key, ordinal, reference, outcome`,
      [requestId],
    );
    if (!told) return [];
    const { key, ordinal, reference, outcome } = told;
    // Whoever asks again, or looks it up, is answered as it has come out.
    await transaction.query(`UPDATE ${schema}.request SET status = 200, answer = $2 WHERE key = $1 AND status = 202`, [
      key,
      JSON.stringify({ requestId, ...outcome }),
    ]);
    return [checkCallback(this.kind.event, reference, { requestId, ordinal, ...outcome })];
  }
}
