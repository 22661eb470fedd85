/** The whole intake: read, submit, follow, report. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { withoutConflicts } from './duplicates.js';
import { follow, isSettled, refresh, type Summaries } from './follow.js';
import { pace } from './lanes.js';
import { REQUIRED_COLUMNS, rowsOf } from './parse.js';
import { GaveUp, Patience } from './patience.js';
import { progressOn, type Progress } from './progress.js';
import { recordsOf, UnreadableFile } from './records.js';
import { RejectsFile } from './rejects.js';
import { buildReport, formatReport, type IntakeReport } from './report.js';
import { submitRows, type AcceptedClaim, type Counts, type IntakePorts } from './submit.js';
import { claimTable } from './table.js';

/** What the person at the command line asked for. */
export interface IntakeOptions {
  readonly file: string;
  /** Most rows to take. */
  readonly limit?: number;
  /** `YYYY-MM-DD`: only rows of this day of loss. */
  readonly lossDate?: string;
  /** Submissions under way at once. */
  readonly concurrency: number;
  /** Submissions per second, at most. */
  readonly rate?: number;
  /** How long an outage of the servers is waited out, in milliseconds. */
  readonly patienceMs: number;
  /** Follow the claims for up to this long, in milliseconds; absent: report them as they are. */
  readonly waitMs?: number;
  readonly table: boolean;
  readonly json: boolean;
  /** Where to list rejects, and whether the file was asked for by name and so shall be there even if it stays empty. */
  readonly rejects: { readonly path: string; readonly always: boolean };
}

/** Where the intake shows itself. */
export interface IntakeOutput {
  /** Standard output: table, report, JSON. */
  readonly out: NodeJS.WriteStream;
  /** Standard error: progress and notices. */
  readonly err: NodeJS.WriteStream;
}

/** Failed rows that are named one by one; beyond them the count has to do. */
const NAMED_FAILURES = 5;

/**
 * Runs the intake.
 * @returns whether every row is accounted for and, with `waitMs`, every claim has ended or waits for a person
 * @throws UnreadableFile, SeedRefused
 */
export async function intake(options: IntakeOptions, ports: IntakePorts, { out, err }: IntakeOutput): Promise<boolean> {
  const size = await sizeOf(options.file);
  const rejects = new RejectsFile(options.rejects.path);
  let progress = progressOn(err, 'intake');
  const patience = new Patience(options.patienceMs, (line) => progress.notice(`intake: ${line}`));
  try {
    if (options.rejects.always) await rejects.create();
    const { counts, claims } = await readAndSubmit(options, ports, patience, rejects, progress, size);
    progress.end();

    progress = progressOn(err, 'claims');
    const summaries: Summaries = new Map();
    const known = await lookAtClaims(options, claims, ports, patience, summaries, progress);
    progress.end();

    const report = buildReport(counts, claims, summaries, rejects.created ? path.resolve(rejects.path) : null);
    if (options.table) out.write(`${claimTable(claims, summaries, out.isTTY ? out.columns : undefined)}\n\n`);
    out.write(`${options.json ? JSON.stringify(report) : formatReport(report)}\n`);
    return known && allAccountedFor(report);
  } finally {
    progress.end();
    await rejects.close();
  }
}

async function readAndSubmit(
  options: IntakeOptions,
  ports: IntakePorts,
  patience: Patience,
  rejects: RejectsFile,
  progress: Progress,
  size: number,
): Promise<{ counts: Counts; claims: AcceptedClaim[] }> {
  const startedAt = Date.now();
  const file = createReadStream(options.file, 'utf8');
  const records = recordsOf(file as AsyncIterable<string>, REQUIRED_COLUMNS);
  const result = await submitRows(
    withoutConflicts(rowsOf(records, options)),
    ports,
    { concurrency: options.concurrency, patience, ...(options.rate === undefined ? {} : { turn: pace(options.rate) }) },
    {
      rejected: (item) => rejects.add(item),
      failed(row, why) {
        failures += 1;
        if (failures <= NAMED_FAILURES) progress.notice(`intake: line ${row.line} was not submitted: ${why}`);
        if (failures === NAMED_FAILURES + 1) progress.notice('intake: further rows were not submitted, for the same reason');
      },
      moved(counts, end) {
        const byLimit = options.limit === undefined ? 0 : rowsRead(counts) / options.limit;
        progress.update(Math.min(1, Math.max(end / size, byLimit)), said(counts, startedAt));
      },
    },
  );
  progress.update(1, said(result.counts, startedAt));
  return result;
}

let failures = 0;
