/** Rows and chunks for the intake's tests. */
import type { EntitySummary } from '../../client/index.js';
import { REQUIRED_COLUMNS, type NfipRow } from '../../cli/intake/parse.js';
import { Patience } from '../../cli/intake/patience.js';

/** A plain row: both coverages bought, both damaged, both paid. */
const GOOD_CELLS: Readonly<Record<string, string>> = {
  id: '6be89a2c-87c2-4263-8d31-7308108f2f5e',
  dateOfLoss: '2012-10-29T00:00:00.000Z',
  floodEvent: 'Hurricane Sandy',
  causeOfDamage: '1',
  state: 'NY',
  reportedZipCode: '11692',
  originalNBDate: '1996-10-31T00:00:00.000Z',
  buildingDamageAmount: '31019',
  contentsDamageAmount: '13050',
  totalBuildingInsuranceCoverage: '30000',
  totalContentsInsuranceCoverage: '12000',
  buildingDeductibleCode: '1',
  contentsDeductibleCode: 'F',
  amountPaidOnBuildingClaim: '30000.0',
  amountPaidOnContentsClaim: '11800.5',
  nonPaymentReasonBuilding: '',
  nonPaymentReasonContents: '',
};

export const HEADER = REQUIRED_COLUMNS.join(',');

/** One CSV line with `changes` to the plain row. */
export function csvLine(changes: Readonly<Record<string, string>> = {}): string {
  return REQUIRED_COLUMNS.map((name) => changes[name] ?? GOOD_CELLS[name] ?? '').join(',');
}

/** A CSV file as one chunk per element. */
export async function* chunks(...texts: readonly string[]): AsyncGenerator<string> {
  for (const text of texts) {
    await Promise.resolve();
    yield text;
  }
}

export function fileOf(...lines: readonly string[]): AsyncGenerator<string> {
  return chunks(`${[HEADER, ...lines].join('\n')}\n`);
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}

/** A checked row; amounts in cents. */
export function row(changes: Partial<NfipRow> = {}): NfipRow {
  return {
    kind: 'row',
    line: 2,
    end: 0,
    id: 'A',
    dateOfLoss: '2012-10-29',
    causeOfDamage: '1',
    floodEvent: 'Hurricane Sandy',
    state: 'NY',
    postalCode: '11692',
    policyStart: '1996-10-31',
    building: { damage: 3_900_000, limit: 25_000_000, deductible: 100_000, paid: 3_800_000 },
    contents: { limit: 1_000_000, nonPaymentReason: '20' },
    ...changes,
  };
}

/** A claim as a list tells it. */
export function summaryOf(id: string, state: string, more: Partial<EntitySummary> = {}): EntitySummary {
  return {
    lifecycle: 'claim',
    id,
    state,
    since: '2026-11-21T07:52:46.120Z',
    next: [],
    deadline: null,
    clocks: {},
    closed: state === 'Closed',
    parts: {},
    facts: {},
    stage: 1,
    ...more,
  };
}

/** Patience that waits on a clock of its own. */
export function impatience(limitMs = 120_000): { patience: Patience; notices: string[]; clock: { ms: number } } {
  const notices: string[] = [];
  const clock = { ms: 0 };
  const patience = new Patience(limitMs, (line) => notices.push(line), {
    now: () => clock.ms,
    sleep: async (ms) => {
      clock.ms += ms;
      await Promise.resolve();
    },
  });
  return { patience, notices, clock };
}
