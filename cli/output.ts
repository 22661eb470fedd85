/** How the commands show things: tables that fit, colours that can be turned off, JSON on one line. */
import Table from 'cli-table3';

/** Narrowest that a table is squeezed to; below it lines wrap in the terminal. */
const LEAST_WIDTH = 60;

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
 * A table with one line per row. In a terminal it is made to fit: columns that are too wide are cut, the last ones first. Piped,
 * it is plain: columns separated by tabs, nothing cut.
 */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (!process.stdout.isTTY) {
    for (const row of [head, ...rows]) print(row.join('\t'));
    return;
  }
  const table = new Table({
    head: head.map(bold),
    colWidths: widths(head, rows, Math.max(process.stdout.columns ?? 80, LEAST_WIDTH)),
    style: { head: [], border: [], compact: true },
    chars: { mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '' },
  });
  table.push(...rows.map((row) => [...row]));
  print(table.toString());
}

/** Natural widths, with the widest column giving way until the table fits. */
function widths(head: readonly string[], rows: readonly (readonly string[])[], available: number): number[] {
  const padding = 2;
  const natural = head.map((title, i) => padding + Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const least = padding + 6;
  for (;;) {
    const total = natural.reduce((sum, width) => sum + width, natural.length + 1);
    const widest = Math.max(...natural);
    if (total <= available || widest <= least) return natural;
    natural[natural.lastIndexOf(widest)] = Math.max(least, widest - (total - available));
  }
}

/** `label  text` lines with the labels in one column. */
export function printFields(fields: readonly (readonly [label: string, text: string | undefined])[]): void {
  const given = fields.filter((field): field is readonly [string, string] => field[1] !== undefined);
  const width = Math.max(...given.map(([label]) => label.length));
  for (const [label, text] of given) print(`${dim(label.padEnd(width))}  ${text}`);
}

/** `1234` cents as `12.34 USD`. */
export function money({ minor, currency }: { readonly minor: number; readonly currency: string }): string {
  return `${(minor / 100).toLocaleString('en-US', { minimumFractionDigits: 2 })} ${currency}`;
}
