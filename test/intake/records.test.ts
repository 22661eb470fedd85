import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf, LONGEST_LINE } from '../../cli/intake/lines.js';
import { recordsOf, UnreadableFile } from '../../cli/intake/records.js';
import { all, chunks } from './samples.js';

const read = (...texts: string[]) => all(recordsOf(chunks(...texts), ['a', 'b']));

/** Line and cells of good records, line and reason of rejects. */
async function summary(...texts: string[]) {
  return (await read(...texts)).map((item) =>
    item.kind === 'record' ? [item.line, ...item.cells.values()] : [item.line, item.reason.split(':')[0]],
  );
}

describe('lines', () => {
  test('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '"', 'é') })), async (parts) => {
        const whole = await all(linesOf(chunks(parts.join(''))));
        expect(await all(linesOf(chunks(...parts)))).toEqual(whole);
      }),
    );
  });

  test('are numbered from 1, lose their break, and say how far the reader has come', async () => {
    expect(await all(linesOf(chunks('a\r\n\nbc')))).toEqual([
      { number: 1, text: 'a', end: 3 },
      { number: 2, text: '', end: 4 },
      { number: 3, text: 'bc', end: 6 },
    ]);
  });

  test('of a file without line breaks are cut instead of filling the memory', async () => {
    const [line] = await all(linesOf(chunks(...Array.from({ length: 30 }, () => 'x'.repeat(100_000)))));
    expect(line?.text.length).toBe(LONGEST_LINE + 1);
  });
});

describe('records', () => {
  test('go by column name, with byte order mark, CRLF, blank lines and further columns', async () => {
    const [record] = await read('\uFEFFc,b,a\r\n\r\n3,"2, two",1\r\n');
    expect(record).toMatchObject({ kind: 'record', line: 3 });
    expect(record?.kind === 'record' && Object.fromEntries(record.cells)).toEqual({ a: '1', b: '2, two', c: '3' });
  });

  test('may span lines within quotes', async () => {
    expect(await summary('a,b\n1,"x\ny"\n2,z\n')).toEqual([
      [2, '1', 'x\ny'],
      [4, '2', 'z'],
    ]);
  });

  test('with a quotation mark that is never closed cost their own line only', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => `${i},ok`).join('\n');
    const result = await summary(`a,b\n1,"open\n${rows}\n`);
    expect(result[0]).toEqual([2, 'opens a quotation mark and does not close it']);
    expect(result).toHaveLength(51);
    expect(result.at(-1)).toEqual([52, '49', 'ok']);
  });

  test('with an open quotation mark do not take in a later quoted row', async () => {
    expect(await summary('a,b\n1,"open\n2,"quoted"\n3,x\n')).toEqual([
      [2, 'opens a quotation mark and does not close it'],
      [3, '2', 'quoted'],
      [4, '3', 'x'],
    ]);
  });

  test('with too few, too many or misquoted values are refused by line', async () => {
    expect(await summary('a,b\n1\n1,2,3\nx,y"z"\n1,2')).toEqual([
      [2, 'has 1 columns where the header has 2'],
      [3, 'has 3 columns where the header has 2'],
      [4, 'has a quotation mark in the middle of a value'],
      [5, '1', '2'],
    ]);
  });

  test('need a header with the required columns, each once', async () => {
    await expect(read('')).rejects.toThrow('lacks the columns a, b');
    await expect(read('b,c\n')).rejects.toThrow('lacks the column a:');
    await expect(read('a,b,a\n')).rejects.toThrow('names the column a twice');
    await expect(read('a,"b\n')).rejects.toThrow(UnreadableFile);
  });

  test('account for every line of any garbage, and never throw', async () => {
    const unit = fc.constantFrom('a', ',', '"', '\n', '\r', '\u0000', ' ', '\uFFFD', '\u2028');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit, maxLength: 60 }), { maxLength: 5 }), async (parts) => {
        const items = await read('a,b\n', ...parts);
        const texts = (await all(linesOf(chunks(...parts)))).filter((line) => line.text.trim() !== '');
        const spanned = items.reduce((sum, item) => {
          const breaks = item.kind === 'record' ? [...item.cells.values()].join('').split('\n') : [''];
          return sum + breaks.length - 1;
        }, 0);
        expect(items.length).toBeLessThanOrEqual(texts.length);
        expect(items.length + spanned).toBeGreaterThanOrEqual(texts.length);
      }),
      { numRuns: 500 },
    );
  });
});
