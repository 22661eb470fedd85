/** The claims of a surge: real ones of the storm, and real ones of other days that come in between them. */
import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withoutConflicts } from '../../cli/intake/duplicates.js';
import { REQUIRED_COLUMNS, rowsOf, type CoverageRow, type NfipRow } from '../../cli/intake/parse.js';
import { recordsOf } from '../../cli/intake/records.js';
import { translate, type TranslatedRow } from '../../cli/intake/translate.js';

/** The storm that the surge replays, as the published data names it; from the first to the last of its days. */
export const STORM = { name: 'Hurricane Sandy', from: '2012-10-28', to: '2012-11-06', states: ['NY', 'NJ'] } as const;

/** Rows of the published data. */
export interface Rows {
  readonly storm: readonly NfipRow[];
  /** Of no event, and with everything that a settlement needs, so that no person has to decide. */
  readonly everyday: readonly NfipRow[];
}

/** The published file where it lies beside the repository, else the extract in it. Seen from the compiled program. */
export function publishedFile(): string {
  const [published, extract] = [
    '../../../../shared/data/nfip-queens-2000-2025.csv',
    '../../../test/intake/fixtures/queens-200.csv',
  ].map((relative) => fileURLToPath(new URL(relative, import.meta.url))) as [string, string];
  return existsSync(published) ? published : extract;
}

/**
 * Reads a file of OpenFEMA "FIMA NFIP Redacted Claims"; rows that cannot be true are passed over.
 * @throws Error where it has no claim of the storm, or none of other days
 */
export async function rowsIn(file: string): Promise<Rows> {
  const storm: NfipRow[] = [];
  const everyday: NfipRow[] = [];
  const records = recordsOf(createReadStream(file, 'utf8') as AsyncIterable<string>, REQUIRED_COLUMNS);
  for await (const row of withoutConflicts(rowsOf(records, {}))) {
    if (row.kind !== 'row') continue;
    if (row.floodEvent === STORM.name) storm.push(row);
    else if (isEveryday(row)) everyday.push(row);
  }
  if (storm.length === 0 || everyday.length === 0) {
    throw new Error(
      `${file} has ${storm.length} claims of ${STORM.name} and ${everyday.length} payable ones of no event: --file must name an export with both`,
    );
  }
  return { storm, everyday };
}

/** A loss of no event, away from the storm's days, in force, and payable on each coverage that was bought. */
function isEveryday({ floodEvent, dateOfLoss, policyStart, building, contents }: NfipRow): boolean {
  const bought = [building, contents].filter(({ limit = 0 }) => limit > 0);
  const inStorm = STORM.from <= dateOfLoss && dateOfLoss <= STORM.to;
  return (
    floodEvent === undefined && !inStorm && policyStart <= dateOfLoss && bought.length > 0 && bought.every(isPayable)
  );
}

const isPayable = ({ damage = 0, deductible, nonPaymentReason }: CoverageRow): boolean =>
  deductible !== undefined && damage > deductible && nonPaymentReason === undefined;

/**
 * So many claims, evenly out of the rows; a row is taken more than once where there are fewer. All go the whole way.
 * @param run tells them from those of another run
 * @param catastrophe that they name; undefined: the one that their rows name
 */
export function claimsOf(rows: readonly NfipRow[], count: number, run: string, catastrophe?: string): TranslatedRow[] {
  return Array.from({ length: count }, (_, i) => {
    const row = rows[Math.floor((i * rows.length) / count)];
    if (!row) throw new RangeError('claims are made out of rows, and there are none');
    return translate({ ...row, id: `${run}-${i + 1}`, ...(catastrophe && { floodEvent: catastrophe }) }, 'flood');
  });
}
