/** Comma-separated values (RFC 4180) that a spreadsheet may open without harm. */

/** What a cell may hold; undefined is an empty one. */
export type Cell = string | number | boolean | undefined;

/** A column: its heading, and what a row has in it. */
export interface Column<Row> {
  readonly heading: string;
  readonly of: (row: Row) => Cell;
}

/** The heading, then a line for each row, each with its line break; a mark at the very beginning says that it is UTF-8. */
export async function* csvLines<Row>(
  columns: readonly Column<Row>[],
  rows: AsyncIterable<Row>,
): AsyncGenerator<string> {
  yield `\uFEFF${line(columns.map(({ heading }) => heading))}`;
  for await (const row of rows) yield line(columns.map(({ of }) => of(row)));
}

const line = (cells: readonly Cell[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(value: Cell): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const harmless = neutralised(value);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A spreadsheet takes a text for a formula that begins like one: with an apostrophe before it, it is a text. */
const neutralised = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);
