/** The whole intake: read, submit, follow, report. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { LineOfBusiness } from '../../workflows/claim/regulations.js';
import { withoutConflicts } from './duplicates.js';
import { follow, refresh, type Summaries } from './follow.js';
import { pace } from './lanes.js';
import { REQUIRED_COLUMNS, rowsOf } from './parse.js';
import { GaveUp, Patience } from './patience.js';
import { progressOn, type Progress } from './progress.js';
import { recordsOf, UnreadableFile } from './records.js';
import { RejectsFile } from './rejects.js';
import { buildReport, formatReport } from './report.js';
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
  /** Line of business of the policies; absent: the claims go the short way. */
  readonly line?: LineOfBusiness;
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
    return known && report.failed === 0;
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
  let failures = 0;
  const file = createReadStream(options.file, 'utf8');
  const records = recordsOf(file as AsyncIterable<string>, REQUIRED_COLUMNS);
  const result = await submitRows(
    withoutConflicts(rowsOf(records, options)),
    ports,
    {
      concurrency: options.concurrency,
      patience,
      ...(options.rate === undefined ? {} : { turn: pace(options.rate) }),
      ...(options.line === undefined ? {} : { line: options.line }),
    },
    {
      rejected: (item) => rejects.add(item),
      failed(row, why) {
        failures += 1;
        if (failures <= NAMED_FAILURES) progress.notice(`intake: line ${row.line} was not submitted: ${why}`);
        if (failures === NAMED_FAILURES + 1)
          progress.notice('intake: further rows were not submitted, for the same reason');
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

/** @returns whether it is known of every claim where it is, and, where asked to wait, that none still moves by itself */
async function lookAtClaims(
  options: IntakeOptions,
  claims: readonly AcceptedClaim[],
  ports: IntakePorts,
  patience: Patience,
  summaries: Summaries,
  progress: Progress,
): Promise<boolean> {
  const ids = claims.map((claim) => claim.claimId);
  const lookup = ports.lookup.bind(ports);
  try {
    if (options.waitMs === undefined) {
      await refresh(ids, lookup, patience, summaries);
      return true;
    }
    const still = await follow(ids, lookup, patience, summaries, {
      timeoutMs: options.waitMs,
      moved(settled) {
        const closed = [...summaries.values()].filter((claim) => claim.closed).length;
        progress.update(
          settled / ids.length,
          `${closed} closed, ${settled - closed} wait for a person, ${ids.length - settled} move`,
        );
      },
    });
    if (still.length > 0) progress.notice(stillMoving(still, summaries, options.waitMs));
    return still.length === 0;
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    progress.notice(`intake: the report is incomplete, since the claims could not be asked for: ${error.message}`);
    return false;
  }
}

function stillMoving(ids: readonly string[], summaries: Summaries, waitedMs: number): string {
  const [first = ''] = ids;
  const state = summaries.get(first)?.state ?? 'on its first step';
  return (
    `intake: after ${Math.round(waitedMs / 1000)} s, ${ids.length} of the claims have neither ended nor wait for a person; ` +
    `the first is ${first} (${state}): see "throughline show claim ${first}", or wait longer with --wait-timeout`
  );
}

function rowsRead({ submitted, repeated, rejected, failed }: Readonly<Counts>): number {
  return submitted + repeated + rejected + failed;
}

function said(counts: Readonly<Counts>, startedAt: number): string {
  const rows = rowsRead(counts);
  const perSecond = rows / Math.max(0.001, (Date.now() - startedAt) / 1000);
  const failed = counts.failed === 0 ? '' : `, ${counts.failed} failed`;
  return (
    `${rows} rows: ${counts.submitted} submitted, ${counts.repeated} repeated, ${counts.rejected} rejected${failed}` +
    ` (${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s)`
  );
}

async function sizeOf(file: string): Promise<number> {
  try {
    const found = await stat(file);
    if (found.isDirectory()) throw new UnreadableFile(`${file} is a folder: name the CSV file in it`);
    return Math.max(1, found.size);
  } catch (error) {
    if (error instanceof UnreadableFile) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new UnreadableFile(
      code === 'ENOENT' ? `${file} does not exist: check its path` : `${file} cannot be read (${code})`,
    );
  }
}
