/** The overview of the fleet's work: counted for everybody at once, cut to what each may see. */
import { Injectable } from '@nestjs/common';
import type {
  LifecycleOverview,
  OverviewTotals,
  OverviewView,
  QueueOverview,
  StateOverview,
} from '../client/console-views.js';
import type { ClosedDependency } from '../client/views.js';
import {
  overviewFigures,
  type HourlyEntries,
  type OverviewFigures,
  type QueueFigures,
  type StateFigures,
} from '../records/overview.js';
import { closedDependency } from './explainer.js';
import { Records } from './records.js';
import { Shared } from './shared.js';

/** Everybody who looks within this time sees the same figures, in milliseconds. */
const FRESH_MS = 1_000;
const HOUR_MS = 3_600_000;
const HOURS = 24;

interface Counted extends OverviewFigures {
  readonly asOf: string;
  readonly closedDependencies: readonly ClosedDependency[];
}

@Injectable()
export class Overview {
  private readonly counted = new Shared(FRESH_MS, () => this.count());

  constructor(private readonly records: Records) {}

  /** @param lifecycles those that the asker may see */
  async of(lifecycles: readonly string[]): Promise<OverviewView> {
    const { asOf, closedDependencies, catastrophes, ...all } = await this.counted.get();
    const seen = <T extends { readonly lifecycle: string }>(rows: readonly T[]) =>
      rows.filter(({ lifecycle }) => lifecycles.includes(lifecycle));
    const overviews = lifecycles.map((lifecycle) => lifecycleOverview(lifecycle, all, asOf));
    const findings = seen(all.findings);
    return {
      asOf,
      totals: sumOf(overviews.map(({ totals }) => totals)),
      lifecycles: overviews,
      reviews: queueOverviews(seen(all.queues)),
      findings: {
        open: add(findings.map(({ open }) => open)),
        overdue: add(findings.map(({ overdue }) => overdue)),
        byKind: Object.fromEntries(
          [...grouped(findings, ({ kind }) => kind)].map(([kind, rows]) => [kind, add(rows.map(({ open }) => open))]),
        ),
      },
      closedDependencies,
      catastrophes: lifecycles.includes('claim') ? catastrophes : [],
    };
  }

  private async count(): Promise<Counted> {
    const now = Date.now();
    const firstHour = new Date(Math.floor(now / HOUR_MS) * HOUR_MS - (HOURS - 1) * HOUR_MS).toISOString();
    const [figures, gates] = await Promise.all([
      this.records.write((db) => overviewFigures(db, firstHour)),
      this.records.read((reader) => reader.dependencies()),
    ]);
    return {
      asOf: new Date(now).toISOString(),
      ...figures,
      closedDependencies: gates.flatMap(closedDependency),
    };
  }
}

/** Queues over lifecycles; also what the inbox is made of. */
export function queueOverviews(figures: readonly QueueFigures[]): QueueOverview[] {
  return [...grouped(figures, ({ queue }) => queue)].map(([queue, rows]) => {
    const oldest = rows.flatMap(({ oldestSince }) => oldestSince ?? []).sort()[0];
    const sum = (of: (row: QueueFigures) => number) => add(rows.map(of));
    return {
      queue,
      open: sum(({ open }) => open),
      overdue: sum(({ overdue }) => overdue),
      dueToday: sum(({ dueToday }) => dueToday),
      unassigned: sum(({ unassigned }) => unassigned),
      parked: sum(({ parked }) => parked),
      questions: sum(({ questions }) => questions),
      ...(oldest !== undefined && { oldestSince: oldest }),
    };
  });
}

function lifecycleOverview(
  lifecycle: string,
  { states, entries }: Pick<Counted, 'states' | 'entries'>,
  asOf: string,
): LifecycleOverview {
  const held = new Map(states.filter((row) => row.lifecycle === lifecycle).map((row) => [row.state, row]));
  const entered = grouped(
    entries.filter((row) => row.lifecycle === lifecycle),
    ({ state }) => state,
  );
  const names = [...new Set([...held.keys(), ...entered.keys()])].sort();
  return {
    lifecycle,
    totals: sumOf([...held.values()]),
    states: names.map((state) => stateOverview(state, held.get(state), entered.get(state) ?? [], asOf)),
  };
}

function stateOverview(
  state: string,
  figures: StateFigures | undefined,
  entered: readonly HourlyEntries[],
  asOf: string,
): StateOverview {
  const perHour = Array.from({ length: HOURS }, () => 0);
  for (const { hour, entries } of entered) if (hour < HOURS) perHour[hour] = entries;
  const ageOf = (since: string) => Math.max(0, Date.parse(asOf) - Date.parse(since));
  const { count = 0, overdue = 0, late = 0, attention = 0, enteredAt } = figures ?? {};
  return {
    ...{ state, count, overdue, late, attention },
    ...(enteredAt && { age: { medianMs: ageOf(enteredAt.median), p95Ms: ageOf(enteredAt.p95) } }),
    entries: perHour,
  };
}

function sumOf(rows: readonly OverviewTotals[]): OverviewTotals {
  return {
    open: add(rows.map(({ open }) => open)),
    closedToday: add(rows.map(({ closedToday }) => closedToday)),
    overdue: add(rows.map(({ overdue }) => overdue)),
    late: add(rows.map(({ late }) => late)),
    attention: add(rows.map(({ attention }) => attention)),
  };
}

const add = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

function grouped<T>(rows: readonly T[], by: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(by(row), [...(groups.get(by(row)) ?? []), row]);
  return groups;
}
