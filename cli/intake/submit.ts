/**
 * Rows into claims: seed the services, then submit, so that whatever a claim asks for is already known. Every step can be
 * repeated, which is what makes the whole intake repeatable: killed at any moment and started again, it loses nothing and
 * submits nothing twice.
 */
import type { EntitySummary } from '../../client/index.js';
import type { ClaimNotice } from '../../workflows/claim/messages.js';
import type { LineOfBusiness } from '../../workflows/claim/regulations.js';
import { contentDigest } from './duplicates.js';
import { inBatches, inLanes } from './lanes.js';
import type { CoverageRow, NfipRow } from './parse.js';
import { GaveUp, type Patience } from './patience.js';
import { reject, type Reject } from './rejects.js';
import { claimIdOf, translate, type AssessmentSeed, type DocumentsSeed, type PolicySeed } from './translate.js';

/** What the reference services are told in one call, at most {@link BATCH} of each. */
export interface Seeds {
  readonly policies: readonly PolicySeed[];
  readonly assessments: readonly AssessmentSeed[];
  readonly documents: readonly DocumentsSeed[];
}

/** What the intake needs of the outside. Each may be called again with the same arguments. */
export interface IntakePorts {
  /** @throws an error of type `SeedRefused` where the services do not take seeds at all */
  seed(seeds: Seeds): Promise<void>;
  /**
   * `started` is false where the claim was there before with the same content. `basis` is a digest of all that the row says.
   * @throws an error of type `ConflictingSubmission` or `InvalidMessage`
   */
  submit(notice: ClaimNotice, basis: string): Promise<{ readonly started: boolean }>;
  /** Summaries of those claims that the records know, at most 500 ids. */
  lookup(claimIds: readonly string[]): Promise<readonly EntitySummary[]>;
}

/** How many rows were read and what became of them; the four add up to all rows read. */
export interface Counts {
  /** New claims. */
  submitted: number;
  /** Claims that were there before, with the same content. */
  repeated: number;
  /** Rows in the rejects file. */
  rejected: number;
  /** Rows that no server took in time. The same command again takes them up. */
  failed: number;
}

/** A row that is a claim now, with what the report needs of it. */
export interface AcceptedClaim {
  readonly claimId: string;
  /** Where it stands in the file. */
  readonly line: number;
  readonly building: CoverageRow;
  readonly contents: CoverageRow;
}

/** What {@link submitRows} tells while it goes on. */
export interface SubmitObserver {
  rejected(item: Reject): Promise<void>;
  failed(row: NfipRow, why: string): void;
  /** After every row; `end` is how far into the file, in characters, the row lay. */
  moved(counts: Counts, end: number): void;
}

/** Rows per seeding call: few enough to keep calls short, many enough to make their cost small. */
const BATCH = 50;

/**
 * Takes in all rows; at most `concurrency` submissions are under way at once.
 * @returns the counts and the claims, in file order, each claim once
 * @throws what no repeat can mend and no row is to blame for, e.g. services that take no seeds
 */
export async function submitRows(
  rows: AsyncIterable<NfipRow | Reject>,
  ports: IntakePorts,
  options: {
    readonly concurrency: number;
    readonly patience: Patience;
    readonly turn?: () => Promise<void>;
    /** Line of business of the policies; without one the claims go the short way. */
    readonly line?: LineOfBusiness;
  },
  observer: SubmitObserver,
): Promise<{ counts: Counts; claims: AcceptedClaim[] }> {
  const counts: Counts = { submitted: 0, repeated: 0, rejected: 0, failed: 0 };
  const claims = new Map<string, AcceptedClaim>();
  let end = 0;

  const refuse = async (item: Reject): Promise<void> => {
    await observer.rejected(item);
    counts.rejected += 1;
    observer.moved(counts, end);
  };
  const fail = (row: NfipRow, error: GaveUp): void => {
    counts.failed += 1;
    observer.failed(row, error.message);
    observer.moved(counts, end);
  };

  /** Rows that are ready to be submitted. */
  async function* seeded(): AsyncGenerator<NfipRow> {
    for await (const batch of inBatches(rows, BATCH)) {
      const good: NfipRow[] = [];
      for (const row of batch) {
        if (row.kind === 'reject') await refuse(row);
        else good.push(row);
      }
      try {
        await seedNewOnes(good, ports, options);
      } catch (error) {
        if (!(error instanceof GaveUp)) throw error;
        for (const row of good) fail(row, error);
        continue;
      }
      yield* good;
    }
  }

  await inLanes(seeded(), options.concurrency, async (row) => {
    end = Math.max(end, row.end);
    const { notice } = translate(row);
    try {
      await options.turn?.();
      const { started } = await options.patience.call(() => ports.submit(notice, contentDigest(row)));
      counts[started ? 'submitted' : 'repeated'] += 1;
      const { line, building, contents } = row;
      claims.set(notice.claimId, { claimId: notice.claimId, line, building, contents });
      observer.moved(counts, end);
    } catch (error) {
      if (error instanceof GaveUp) fail(row, error);
      else await refuse(refusalBy(error, row));
    }
  });
  return { counts, claims: [...claims.values()].sort((a, b) => a.line - b.line) };
}

/**
 * A claim that exists was seeded before it was submitted; seeding it again could only overwrite what its services know with the
 * content of a row that may yet turn out to conflict.
 */
async function seedNewOnes(
  rows: readonly NfipRow[],
  ports: IntakePorts,
  { patience, line }: { readonly patience: Patience; readonly line?: LineOfBusiness },
): Promise<void> {
  if (rows.length === 0) return;
  // One of each: a batch may hold the same row twice.
  const byId = new Map(rows.map((row) => [claimIdOf(row), row]));
  const known = await patience.call(() => ports.lookup([...byId.keys()]));
  for (const { id } of known) byId.delete(id);
  if (byId.size === 0) return;
  const fresh = [...byId.values()].map((row) => translate(row, line));
  await patience.call(() =>
    ports.seed({
      policies: fresh.map((row) => row.policy),
      assessments: fresh.map((row) => row.assessment),
      documents: fresh.map((row) => row.documents),
    }),
  );
}

/** The reject that an answer of the client stands for; any other error is thrown on. */
function refusalBy(error: unknown, row: NfipRow): Reject {
  const type = error instanceof Error && 'type' in error ? error.type : undefined;
  if (type === 'ConflictingSubmission') {
    return reject(
      row.line,
      'id',
      row.id,
      `claim ${claimIdOf(row)} was submitted before with other content: it stays as it is`,
    );
  }
  if (type === 'InvalidMessage' && error instanceof Error) return reject(row.line, 'id', row.id, error.message);
  throw error;
}
