/** The table of claims that `intake --table` prints: one line per claim where the terminal is wide enough, more where not. */
import Table from 'cli-table3';
import { claimLifecycle } from '../../workflows/claim/states.js';
import type { EntitySummary } from '../../client/index.js';
import { dollars, reallyPaid, settled } from './amounts.js';
import type { Summaries } from './follow.js';
import type { AcceptedClaim } from './submit.js';

const GAP = 2;
const LEAST_TEXT = 14;
/** Width of a state that is broken between its words. */
const BROKEN_STATE = 12;

/**
 * @param width of the terminal in characters; undefined: nobody reads it in a terminal, so nothing is cut or wrapped
 */
export function claimTable(claims: readonly AcceptedClaim[], summaries: Summaries, width: number | undefined): string {
  const rows = claims.map((claim) => rowOf(claim, summaries.get(claim.claimId)));
  const columns = fitted(rows, width ?? Infinity);
  const table = new Table({
    head: columns.map((column) => column.head),
    colAligns: columns.map((column) => (column.amount ? 'right' : 'left')),
    colWidths: columns.map((column) => column.width + GAP),
    wordWrap: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': GAP, compact: true },
    chars: NO_LINES,
  });
  table.push(...rows.map((row) => columns.map((column) => column.cell(row))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** What stands in a row, before it is fitted to a width. */
interface Row {
  readonly claim: string;
  readonly state: string;
  readonly since: string;
  readonly waiting: string;
  readonly settled: string;
  readonly paid: string;
}

interface Column {
  readonly head: string;
  readonly width: number;
  readonly amount?: true;
  readonly cell: (row: Row) => string;
}

function rowOf(claim: AcceptedClaim, summary: EntitySummary | undefined): Row {
  return {
    claim: claim.claimId,
    state: summary?.state ?? claimLifecycle.initial,
    since: summary ? summary.since.slice(0, 19).replace('T', ' ') : '-',
    waiting: waitingOf(summary),
    settled: dollars(settled(summary)),
    paid: dollars(reallyPaid(claim)),
  };
}

/** `ended: paid`, or what it waits for and, where that is not a matter of choice, where it goes then. */
function waitingOf(summary: EntitySummary | undefined): string {
  if (!summary) return 'its first step';
  if (summary.closed) return `ended: ${inWords(summary.outcome ?? 'without an outcome')}`;
  return summary.waitsFor ?? `next: ${summary.next.join(' or ')}`;
}

/** `closedWithoutPayment` as people read it. */
function inWords(code: string): string {
  return code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/**
 * Full columns where they fit. Else the time loses its date, then long claim ids their middle and state names break between
 * their words; what remains is for the text, which wraps.
 */
function fitted(rows: readonly Row[], width: number): Column[] {
  const widest = (head: string, cell: (row: Row) => string): number =>
    Math.max(
      head.length,
      ...rows.flatMap((row) =>
        cell(row)
          .split('\n')
          .map((line) => line.length),
      ),
    );
  const text = (head: string, cell: (row: Row) => string): Column => ({ head, width: widest(head, cell), cell });
  const money = (head: string, cell: (row: Row) => string): Column => ({ ...text(head, cell), amount: true });

  const claim = text('claim', (row) => row.claim);
  const state = text('state', (row) => row.state);
  const since = text('since (UTC)', (row) => row.since);
  const waiting = text('waiting for / next', (row) => row.waiting);
  const amounts = [money('settled', (row) => row.settled), money('really paid', (row) => row.paid)];
  const timeOnly = text('since', (row) => row.since.slice(-8));
  const shortId = text('claim', (row) => (row.claim.length <= 14 ? row.claim : `${row.claim.slice(0, 12)}…`));
  const broken = text('state', (row) => betweenWords(row.state));
  const choices = [
    [claim, state, since, waiting, ...amounts],
    [claim, state, timeOnly, waiting, ...amounts],
    [shortId, state, since, waiting, ...amounts],
    [shortId, state, timeOnly, waiting, ...amounts],
  ];
  const tightest = [shortId, broken, timeOnly, waiting, ...amounts];
  const least = Math.min(waiting.width, LEAST_TEXT);
  const roomIn = (columns: readonly Column[]): number =>
    width + waiting.width - columns.reduce((sum, column) => sum + column.width + GAP, 0);
  const columns = choices.find((choice) => roomIn(choice) >= least) ?? tightest;
  const room = Math.max(least, Math.min(roomIn(columns), waiting.width));
  return columns.map((column) => (column === waiting ? { ...column, width: room } : column));
}

/** `EscalatedForManualReview` on lines of whole words. */
function betweenWords(state: string): string {
  const lines: string[] = [];
  for (const word of state.split(/(?<=[a-z])(?=[A-Z])/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length <= BROKEN_STATE) lines[lines.length - 1] = last + word;
    else lines.push(word);
  }
  return lines.join('\n');
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};
