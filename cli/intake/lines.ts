/** Physical lines of a text stream, with their numbers. */

/** One line without its line break. */
export interface Line {
  /** From 1, as an editor counts. */
  readonly number: number;
  /** Longer than {@link LONGEST_LINE}: cut there. */
  readonly text: string;
  /** Characters of the stream up to and with this line's break: how far the reader has come. */
  readonly end: number;
}

/** In characters. A full export's widest rows have about 700; the bound keeps a file without line breaks out of memory. */
export const LONGEST_LINE = 1_000_000;

/** Splits at `\n` or `\r\n`. Reads on only when the next line is asked for: back-pressure goes through to the file. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 1;
  let consumed = 0;
  let rest = '';
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf('\n'); at !== -1; at = chunk.indexOf('\n', from)) {
      yield { number, text: withoutReturn(rest + chunk.slice(from, at)), end: consumed + at + 1 };
      number += 1;
      from = at + 1;
      rest = '';
    }
    rest = (rest + chunk.slice(from)).slice(0, LONGEST_LINE + 1);
    consumed += chunk.length;
  }
  if (rest !== '') yield { number, text: withoutReturn(rest), end: consumed };
}

function withoutReturn(text: string): string {
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}
