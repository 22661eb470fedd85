/** How the commands show things: tables that fit, colours that can be turned off, JSON on one line. */
import Table from 'cli-table3';

/** Narrowest that a table is squeezed to; below it lines wrap in the terminal. */
const LEAST_WIDTH = 60;
/** Narrowest that a column is cut to, and what its borders leave free. */
const LEAST_COLUMN = 12;
const PADDING = 2;

/** Colours are for terminals, and only where nobody said no (https://no-color.org). */
const colourful = process.stdout.isTTY && !process.env['NO_COLOR'];

const paint =
  (code: number) =>
  (text: string): string =>
    colourful ? `\u001b[${code}m${text}\u001b[0m` : text;

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);

/** Writes to standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Machines get one line. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}

/**
 * A table with one line per row. In a terminal it is made to fit: the `spare` columns are left out one by one, then the widest
 * of the others, except the first, are cut. Piped, it is plain: columns separated by tabs, nothing left out or cut.
 */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  spare: readonly string[] = [],
): void {
  if (!process.stdout.isTTY) {
    for (const row of [head, ...rows]) print(row.join('\t'));
    return;
  }
  const columns = fitted(head, rows, spare, Math.max(process.stdout.columns ?? 80, LEAST_WIDTH));
  const table = new Table({
    head: columns.map(({ index }) => bold(head[index] ?? '')),
    colWidths: columns.map(({ width }) => width),
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '' },
  });
  table.push(...rows.map((row) => columns.map(({ index }) => row[index] ?? '')));
  print(table.toString());
}

interface Column {
  readonly index: number;
  width: number;
}

function fitted(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  spare: readonly string[],
  available: number,
): Column[] {
  const natural = head.map((title, index) => ({
    index,
    width: PADDING + Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  }));
  const total = (columns: readonly Column[]): number => columns.reduce((sum, { width }) => sum + width + 1, 1);
  let columns: Column[] = natural;
  for (const title of spare) {
    if (total(columns) <= available) break;
    columns = columns.filter(({ index }) => head[index] !== title);
  }
  for (;;) {
    const excess = total(columns) - available;
    const [widest] = columns.slice(1).sort((a, b) => b.width - a.width);
    if (excess <= 0 || !widest || widest.width <= LEAST_COLUMN) return columns;
    widest.width = Math.max(LEAST_COLUMN, widest.width - excess);
  }
}

/** `label  text` lines with the labels in one column. */
export function printFields(fields: readonly (readonly [label: string, text: string | undefined])[]): void {
  const given = fields.filter((field): field is readonly [string, string] => field[1] !== undefined);
  const width = Math.max(...given.map(([label]) => label.length));
  for (const [label, text] of given) print(`${dim(label.padEnd(width))}  ${text}`);
}

/** `2012-10-29T23:10:00.000Z` as `2012-10-29 23:10`, in UTC. */
export const minuteOf = (instant: string): string => instant.replace('T', ' ').slice(0, 16);

/** `1234` cents as `12.34 USD`. */
export function money({ minor, currency }: { readonly minor: number; readonly currency: string }): string {
  return `${(minor / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })} ${currency}`;
}
