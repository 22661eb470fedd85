/**
 * CSV records by column name, one bad record at a time.
 *
 * A quotation mark that is never closed would make a CSV parser swallow the rest of the file as one field. So records are parsed
 * from the lines they stand on: a record may span a few lines where a quoted field holds line breaks, but when it does not come
 * out well only its first line is refused and reading goes on with the very next one.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { linesOf, LONGEST_LINE, type Line } from './lines.js';
import { reject, WHOLE_LINE, type Reject } from './rejects.js';

/** A well-formed record: its cells by column name, as text. */
export interface CsvRecord {
  readonly kind: 'record';
  /** The line that it starts on. */
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
  /** Characters read up to its end. */
  readonly end: number;
}

/** The file as a whole cannot be read as what it should be. `type` is constant. */
export class UnreadableFile extends Error {
  readonly type = 'UnreadableFile';
}

/** More lines than any quoted field of the published data has; beyond it, a quotation mark counts as never closed. */
const MOST_LINES = 5;

/**
 * Records and rejects in file order; blank lines are no rows. The first line is the header: its names decide, not its order, and
 * columns beyond the required ones are kept.
 * @throws UnreadableFile where the header is broken, lacks a required column or names one twice.
 */
export async function* recordsOf(
  chunks: AsyncIterable<string>,
  required: readonly string[],
): AsyncGenerator<CsvRecord | Reject> {
  const lines = linesOf(chunks);
  try {
    const first = await lines.next();
    const header = headerOf(first.done ? '' : first.value.text, required);
    const ahead = new LookAhead(lines);
    for (let line = await ahead.take(); line; line = await ahead.take()) {
      if (line.text.trim() !== '') yield await recordAt(line, header, ahead);
    }
  } finally {
    // Closes the file where the reader has had enough before its end.
    await lines.return(undefined);
  }
}

async function recordAt(first: Line, header: readonly string[], ahead: LookAhead): Promise<CsvRecord | Reject> {
  let text = first.text;
  let end = first.end;
  let spanned = 0;
  let parsed = parseRecord(text);
  while ('unclosed' in parsed && spanned + 1 < MOST_LINES && text.length <= LONGEST_LINE) {
    const next = await ahead.peek(spanned);
    if (!next) break;
    text = `${text}\n${next.text}`;
    end = next.end;
    spanned += 1;
    parsed = parseRecord(text);
  }
  if ('cells' in parsed && parsed.cells.length === header.length) {
    ahead.drop(spanned);
    const cells = parsed.cells;
    return { kind: 'record', line: first.number, cells: new Map(header.map((name, i) => [name, cells[i] ?? ''])), end };
  }
  return reject(first.number, WHOLE_LINE, first.text, whyBroken(first.text, header.length));
}

/** Judged by the first line alone: what follows it belongs to other rows. */
function whyBroken(text: string, columns: number): string {
  const alone = parseRecord(text);
  if ('cells' in alone) {
    return `has ${alone.cells.length} columns where the header has ${columns}: complete the row or quote a text that holds commas`;
  }
  if ('unclosed' in alone)
    return 'opens a quotation mark and does not close it: close it, or double it where it belongs to the text';
  return alone.broken;
}

type Parsed = { readonly cells: readonly string[] } | { readonly unclosed: true } | { readonly broken: string };

function parseRecord(text: string): Parsed {
  if (text.length > LONGEST_LINE) {
    return { broken: `is longer than ${LONGEST_LINE} characters: is this a CSV file with line breaks?` };
  }
  try {
    const rows: string[][] = parse(text, { relax_column_count: true, record_delimiter: '\n' });
    return { cells: rows[0] ?? [] };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') return { unclosed: true };
    return { broken: 'has a quotation mark in the middle of a value: quote the whole value and double the mark in it' };
  }
}

function headerOf(line: string, required: readonly string[]): readonly string[] {
  const parsed = parseRecord(line.replace(/^\uFEFF/, ''));
  if (!('cells' in parsed))
    throw new UnreadableFile('line 1 is not a CSV header: a quotation mark in it is out of place');
  const names = parsed.cells.map((name) => name.trim());
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw new UnreadableFile(
      `the header (line 1) lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${missing.join(', ')}: ` +
        'export the file with these columns of OpenFEMA "FIMA NFIP Redacted Claims", under these names',
    );
  }
  const twice = required.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (twice !== undefined)
    throw new UnreadableFile(`the header (line 1) names the column ${twice} twice: keep one of them`);
  return names;
}

/** A line reader that can look at lines to come without using them up. */
class LookAhead {
  private readonly waiting: Line[] = [];

  constructor(private readonly lines: AsyncGenerator<Line>) {}

  async take(): Promise<Line | undefined> {
    const next = await this.peek(0);
    this.waiting.shift();
    return next;
  }

  /** The line `distance` lines ahead, 0 being the next one. */
  async peek(distance: number): Promise<Line | undefined> {
    while (this.waiting.length <= distance) {
      const next = await this.lines.next();
      if (next.done) return undefined;
      this.waiting.push(next.value);
    }
    return this.waiting[distance];
  }

  drop(count: number): void {
    this.waiting.splice(0, count);
  }
}
