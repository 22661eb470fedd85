/** The board of a catastrophe, for people. */
import type { CatastropheBoard } from '../client/index.js';
import { bold, dim, minuteOf, money, print, printFields, printTable } from './output.js';

/** ZIP codes and adjusters that are shown; JSON has more. */
const SHOWN = 15;

/** @param declared the declaration in words */
export function printBoard(board: CatastropheBoard, declared: string): void {
  print(`${bold(`${board.catastrophe.code}: ${declared}`)}\n`);
  const { waiting, since, lastAt, starting, refused } = board.line;
  printFields([
    ['as of', minuteOf(board.asOf)],
    ['received', String(board.received)],
    [
      'waiting for admission',
      waiting === 0 || since === undefined || lastAt === undefined
        ? String(waiting)
        : `${waiting}, the first since ${minuteOf(since)}, the last starts about ${minuteOf(lastAt)}`,
    ],
    ['just started', starting === 0 ? undefined : String(starting)],
    ['cannot be started', refused === 0 ? undefined : `${refused}: their ids were used for other content meanwhile`],
    ['inspected', String(board.inspected)],
    ['paid', String(board.paid)],
    ['open', String(board.open)],
    ['open over 30 days', String(board.openOver30Days)],
  ]);
  section(
    'Unpaid, by reason',
    ['outcome', 'reasons', 'claims'],
    board.unpaid.map(({ outcome, reasons, count }) => [outcome, reasons.join(', '), String(count)]),
  );
  section(
    'Amounts',
    ['currency', 'reserved', 'approved', 'paid', 'open'],
    board.amounts.map(({ currency, ...sums }) => [
      currency,
      ...([sums.reserved, sums.approved, sums.paid, sums.open] as const).map((minor) => money({ minor, currency })),
    ]),
  );
  const counts = ['received', 'inspected', 'paid', 'open'] as const;
  section(
    'By ZIP code',
    ['ZIP', ...counts],
    board.byZip.map((row) => [row.zip || 'not known', ...counts.map((count) => String(row[count]))]),
  );
  section(
    'By adjuster',
    ['adjuster', ...counts],
    board.byAdjuster.map((row) => [row.adjuster, ...counts.map((count) => String(row[count]))]),
  );
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  print(`\n${bold(title)}`);
  printTable(head, rows.slice(0, SHOWN));
  if (rows.length > SHOWN)
    print(dim(`the ${SHOWN} with the most open claims of ${rows.length}; --json has the others`));
}
