/** A storm, replayed: claims come in as they did, adjusters of stated capacity inspect them, and the backlog is counted day by day. */
import type { EntitySummary } from '../../client/index.js';
import type { ClaimNotice } from '../../workflows/claim/messages.js';
import type { NfipRow } from '../intake/parse.js';
import type { Patience } from '../intake/patience.js';
import { inBatches, inLanes } from '../intake/lanes.js';
import { translate, type TranslatedRow } from '../intake/translate.js';
import { dayAt, type Arrival, type Storm } from './arrivals.js';
import { snapshotOf, type Snapshot } from './backlog.js';
import { rest } from './rest.js';

const DAY_MS = 86_400_000;
const SEED_BATCH = 100;
const LOOKUP = 500;
/** Counting must not take from the fleet what it needs to work. */
const COUNT_EVERY_MS = 1_000;

/** The adjusters of the storm: all alike. */
export interface Adjusters {
  readonly count: number;
  /** Claims that each can have at once. */
  readonly capacity: number;
  /** Days that an inspection takes. */
  readonly inspectionDays: number;
}

/** How the storm is played. */
export interface Settings {
  readonly storm: Storm;
  readonly adjusters: Adjusters;
  /** Tells this simulation's claims from another's. */
  readonly run: string;
  /** How long a simulated day takes, in milliseconds. */
  readonly dayMs: number;
  /** Submissions under way at once. */
  readonly concurrency: number;
  /** Simulated days after the last claim has come in; then the rest is left as it is. */
  readonly mostDays: number;
}

/** What a simulation needs of the outside. */
export interface Outside {
  readonly patience: Patience;
  /** Ends the storm before its time: nothing more comes in, what has stays, and the everyday adjusters are back. */
  readonly stop: AbortSignal;
  seed(seeds: Record<string, readonly unknown[]>): Promise<void>;
  submit(notice: ClaimNotice): Promise<unknown>;
  lookup(ids: readonly string[]): Promise<readonly EntitySummary[]>;
  /** Told of every count. */
  counted(snapshot: Snapshot): void;
}

/** The adjusters whom the reference services have without a storm, and what each can carry then. */
const EVERYDAY_ADJUSTERS = {
  ids: ['01', '02', '03', '04', '05', '06', '07', '08'].map((n) => `ADJ-${n}`),
  capacity: 1_000,
};

/** Plays the storm until every claim has ended or waits for a person, the days are over, or it is stopped. At least one count. */
export async function simulate(settings: Settings, outside: Outside): Promise<Snapshot[]> {
  await prepare(settings, outside);
  try {
    return await play(settings, outside);
  } finally {
    await onDuty(settings, outside, 'everyday');
  }
}

async function play(settings: Settings, outside: Outside): Promise<Snapshot[]> {
  const startedAt = Date.now();
  const accepted: string[] = [];
  const claims = new Map<string, EntitySummary>();
  const snapshots: Snapshot[] = [];
  const { arrivals } = settings.storm;
  const simulatedMs = () => ((Date.now() - startedAt) / settings.dayMs) * DAY_MS;

  const count = async (): Promise<Snapshot> => {
    await refresh(accepted, claims, outside);
    const now = simulatedMs();
    const arrived = arrivals.filter(({ atMs }) => atMs <= now).length;
    const snapshot = snapshotOf(dayAt(settings.storm, now), Math.max(arrived, accepted.length), accepted, claims);
    snapshots.push(snapshot);
    outside.counted(snapshot);
    return snapshot;
  };

  let failing = false;
  const submitting = inLanes(
    due(arrivals, startedAt, settings.dayMs, outside.stop),
    settings.concurrency,
    async ({ row }) => {
      const { notice } = renamed(row, settings.run);
      await outside.patience.call(() => outside.submit(notice));
      accepted.push(notice.claimId);
    },
  );
  submitting.catch(() => (failing = true));
  const over = ((arrivals.at(-1)?.atMs ?? 0) / DAY_MS + settings.mostDays) * DAY_MS;
  for (;;) {
    const { waiting, states, closed } = await count();
    const withPeople = states['EscalatedForManualReview'] ?? 0;
    const done = accepted.length === arrivals.length && waiting === 0 && closed + withPeople === accepted.length;
    if (done || failing || outside.stop.aborted || simulatedMs() > over) break;
    await rest(Math.min(COUNT_EVERY_MS, settings.dayMs), outside.stop);
  }
  await submitting;
  return snapshots;
}

/** Either the storm's adjusters work, or the everyday ones. */
async function onDuty({ adjusters, run, dayMs }: Settings, outside: Outside, who: 'storm' | 'everyday') {
  const inStorm = who === 'storm';
  const anywhere = { skills: ['flood', 'homeowners', 'largeLoss'], areas: ['*'] };
  const ofStorm = Array.from({ length: adjusters.count }, (_, i) => ({
    ...anywhere,
    id: `SIM-${run}-${String(i + 1).padStart(3, '0')}`,
    capacity: inStorm ? adjusters.capacity : 0,
    inspectionMs: Math.round(adjusters.inspectionDays * dayMs),
  }));
  const everyday = EVERYDAY_ADJUSTERS.ids.map((id) => ({
    ...anywhere,
    id,
    capacity: inStorm ? 0 : EVERYDAY_ADJUSTERS.capacity,
  }));
  await outside.patience.call(() => outside.seed({ adjusters: [...ofStorm, ...everyday] }));
}

/** The services learn what they would know, and the roster is the storm's. */
async function prepare(settings: Settings, outside: Outside): Promise<void> {
  const { storm, run } = settings;
  await onDuty(settings, outside, 'storm');
  for await (const batch of inBatches(each(storm.arrivals), SEED_BATCH)) {
    const known = batch.map(({ row }) => renamed(row, run));
    await outside.patience.call(() =>
      outside.seed({
        policies: known.map(({ policy }) => policy),
        assessments: known.map(({ assessment }) => assessment),
        documents: known.map(({ documents }) => documents),
      }),
    );
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

/** The arrivals, each when it is due; behind the time, as fast as the fleet takes them. */
async function* due(
  arrivals: readonly Arrival[],
  startedAt: number,
  dayMs: number,
  stop: AbortSignal,
): AsyncGenerator<Arrival> {
  for (const arrival of arrivals) {
    await rest(startedAt + (arrival.atMs / DAY_MS) * dayMs - Date.now(), stop);
    if (stop.aborted) return;
    yield arrival;
  }
}

/** A row as a claim of this simulation. */
function renamed(row: NfipRow, run: string): TranslatedRow {
  return translate({ ...row, id: `${run}-${row.id}` }, 'flood');
}

async function refresh(
  accepted: readonly string[],
  claims: Map<string, EntitySummary>,
  outside: Outside,
): Promise<void> {
  const open = accepted.filter((id) => claims.get(id)?.closed !== true);
  for (let from = 0; from < open.length; from += LOOKUP) {
    const ids = open.slice(from, from + LOOKUP);
    for (const claim of await outside.patience.call(() => outside.lookup(ids))) claims.set(claim.id, claim);
  }
}
