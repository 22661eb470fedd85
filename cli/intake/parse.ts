/**
 * From CSV records to checked rows. A row is either whole and plausible or refused with the field, its value and the reason;
 * nothing is repaired. Empty means not given, as in the published data.
 */
import { z } from 'zod';
import { NON_PAYMENT_REASONS } from '../../events/claim.js';
import { CAUSES_OF_DAMAGE, DEDUCTIBLE_DOLLARS } from './codes.js';
import type { CsvRecord } from './records.js';
import { reject, type Reject } from './rejects.js';

/** What a row says about one coverage. Amounts in US cents; absent: not given. */
export interface CoverageRow {
  /** Actual cash value of the damage. */
  readonly damage?: number;
  readonly limit?: number;
  readonly deductible?: number;
  /** What was really paid. It is for the intake's report alone and enters neither the claim nor a service. */
  readonly paid?: number;
  readonly nonPaymentReason?: string;
}

/** One claim of the National Flood Insurance Program, as far as it is used. Dates `YYYY-MM-DD`. */
export interface NfipRow {
  readonly kind: 'row';
  readonly line: number;
  /** Characters read up to its end. */
  readonly end: number;
  readonly id: string;
  readonly dateOfLoss: string;
  readonly causeOfDamage: string;
  readonly floodEvent?: string;
  readonly state: string;
  readonly postalCode: string;
  /** Date of the policy's original new business. */
  readonly policyStart: string;
  readonly building: CoverageRow;
  readonly contents: CoverageRow;
}

/** The program sold its first policies in 1969; no loss can be older. */
const FIRST_LOSS = '1969-01-01';

const date = z.string().transform((text, context) => {
  const day = dayOf(text);
  if (day !== undefined) return day;
  return refuse(context, 'is not a date that exists, such as 2012-10-29T00:00:00.000Z');
});

const lossDate = date.transform((day, context) => {
  if (day < FIRST_LOSS) return refuse(context, `lies before the program began (${FIRST_LOSS})`);
  if (day > new Date().toISOString().slice(0, 10)) return refuse(context, 'lies in the future');
  return day;
});

const amount = z.string().transform((text, context) => {
  if (text === '') return undefined;
  const cents = centsOf(text);
  if (cents === undefined) return refuse(context, 'is not an amount in dollars, such as 1250 or 1250.75');
  if (cents < 0) return refuse(context, 'is a negative amount: correct it, or handle the claim by hand');
  return cents;
});

const deductible = z.string().transform((text, context) => {
  if (text === '') return undefined;
  const dollars = DEDUCTIBLE_DOLLARS.get(text);
  if (dollars !== undefined) return dollars * 100;
  return refuse(context, `is not a deductible code: one of ${[...DEDUCTIBLE_DOLLARS.keys()].join(', ')}, or empty`);
});

const reasonCodes: ReadonlySet<string> = new Set(NON_PAYMENT_REASONS);
const nonPaymentReason = z.string().transform((text, context) => {
  if (text === '') return undefined;
  if (reasonCodes.has(text)) return text;
  return refuse(context, 'is not a non-payment reason: one of 01 to 20, 97, 98, 99 (two digits), or empty');
});

/** The columns that a row is made of; each must be in the header. */
const columns = z.object({
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/, 'is not an id of 1 to 60 letters, digits and dashes'),
  dateOfLoss: lossDate,
  causeOfDamage: z
    .string()
    .refine(
      (text) => text === '' || CAUSES_OF_DAMAGE.has(text),
      `is not a cause of damage: one of ${[...CAUSES_OF_DAMAGE].join(', ')}, or empty`,
    ),
  floodEvent: z.string().max(100, 'is longer than 100 characters'),
  state: z.string().regex(/^[A-Z]{2}$/, 'is not a two-letter state or territory code'),
  reportedZipCode: z.string().regex(/^(\d{5})?$/, 'is not a five-digit ZIP code, nor empty'),
  originalNBDate: date,
  buildingDamageAmount: amount,
  contentsDamageAmount: amount,
  totalBuildingInsuranceCoverage: amount,
  totalContentsInsuranceCoverage: amount,
  buildingDeductibleCode: deductible,
  contentsDeductibleCode: deductible,
  amountPaidOnBuildingClaim: amount,
  amountPaidOnContentsClaim: amount,
  nonPaymentReasonBuilding: nonPaymentReason,
  nonPaymentReasonContents: nonPaymentReason,
});

/** Not used, and so not required; but where they stand and cannot be true, something is wrong with the row. */
const besides = z.object({
  buildingPropertyValue: amount.optional(),
  amountPaidOnIncreasedCostOfComplianceClaim: amount.optional(),
  // Below ground level is negative: a depth is not an amount.
  waterDepth: z
    .string()
    .regex(/^(-?\d+(\.\d+)?)?$/, 'is not a number of inches, nor empty')
    .optional(),
});

const schema = z.object({ ...columns.shape, ...besides.shape });
const columnNames = Object.keys(schema.shape);

/** Names of the columns that the header must have. */
export const REQUIRED_COLUMNS: readonly string[] = Object.keys(columns.shape);

/** The checked row, or why it is refused. The first bad field is named; further ones stand in the reason. */
function parseRow(record: CsvRecord): NfipRow | Reject {
  const cells = Object.fromEntries(
    columnNames.flatMap((name) => {
      const cell = record.cells.get(name);
      return cell === undefined ? [] : [[name, cell.trim()]];
    }),
  );
  const parsed = schema.safeParse(cells);
  if (!parsed.success) return refusal(record.line, cells, parsed.error);
  const row = parsed.data;
  return {
    kind: 'row',
    line: record.line,
    end: record.end,
    id: row.id,
    dateOfLoss: row.dateOfLoss,
    causeOfDamage: row.causeOfDamage,
    ...given({ floodEvent: row.floodEvent === '' ? undefined : row.floodEvent }),
    state: row.state,
    postalCode: row.reportedZipCode,
    policyStart: row.originalNBDate,
    building: given({
      damage: row.buildingDamageAmount,
      limit: row.totalBuildingInsuranceCoverage,
      deductible: row.buildingDeductibleCode,
      paid: row.amountPaidOnBuildingClaim,
      nonPaymentReason: row.nonPaymentReasonBuilding,
    }),
    contents: given({
      damage: row.contentsDamageAmount,
      limit: row.totalContentsInsuranceCoverage,
      deductible: row.contentsDeductibleCode,
      paid: row.amountPaidOnContentsClaim,
      nonPaymentReason: row.nonPaymentReasonContents,
    }),
  };
}

/**
 * Rows to be taken, in file order. With `lossDate`, rows of another day are passed over as if the file did not have them; a row
 * whose date cannot be read is not: nobody knows which day it belongs to, so it is refused in the open.
 */
export async function* rowsOf(
  records: AsyncIterable<CsvRecord | Reject>,
  selection: { readonly lossDate?: string; readonly limit?: number },
): AsyncGenerator<NfipRow | Reject> {
  let remaining = selection.limit ?? Infinity;
  if (remaining <= 0) return;
  for await (const record of records) {
    if (record.kind === 'record' && selection.lossDate !== undefined) {
      const day = dayOf((record.cells.get('dateOfLoss') ?? '').trim());
      if (day !== undefined && day !== selection.lossDate) continue;
    }
    yield record.kind === 'record' ? parseRow(record) : record;
    remaining -= 1;
    if (remaining <= 0) return;
  }
}

/** `YYYY-MM-DD` of `2012-10-29T00:00:00.000Z` or `2012-10-29`; undefined where the calendar has no such day. */
export function dayOf(text: string): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})(T00:00:00(\.0+)?Z)?$/.exec(text)?.[1];
  if (day === undefined) return undefined;
  const time = Date.parse(`${day}T00:00:00.000Z`);
  // Some engines roll 30 February over to March: only a date that survives the round trip exists.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== day ? undefined : day;
}

/**
 * Cents of a dollar amount in text. Read digit by digit, since `1.1 * 100` is no integer in floating point. Zeros after the
 * cents are allowed (`30000.000`), fractions of a cent are not.
 */
export function centsOf(text: string): number | undefined {
  const parts = /^(-?)(\d{1,12})(?:\.(\d{1,2})0*)?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, dollars = '', cents = ''] = parts;
  const total = Number(dollars + cents.padEnd(2, '0'));
  return sign === '-' && total !== 0 ? -total : total;
}

function refusal(line: number, cells: Readonly<Record<string, string>>, error: z.ZodError): Reject {
  const problems = error.issues.map((issue) => {
    const field = String(issue.path[0]);
    return { field, value: cells[field] ?? '', reason: issue.message };
  });
  const [first, ...others] = problems;
  if (!first) throw new RangeError(`line ${line} is refused without a reason`);
  const also = others.map((other) => `; also ${other.field} "${other.value.slice(0, 40)}" ${other.reason}`);
  return reject(line, first.field, first.value, first.reason + also.join(''));
}

function refuse(context: z.core.$RefinementCtx<unknown>, reason: string): never {
  context.addIssue(reason);
  return z.NEVER;
}

/** The same object without its undefined members: an absent fact is absent, not a key that holds nothing. */
function given<T extends object>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
