/** Entities at a rate, and whoever deals with them outside, until nothing moves any more. */
import type { EntitySummary, ReviewView } from '../../client/index.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import { inLanes, pace as paced } from '../intake/lanes.js';
import type { Patience } from '../intake/patience.js';
import { rest } from './rest.js';
import { isWithPeople, tallyOf, type Tally } from './tally.js';

/** Neither may take from the fleet what it needs to work: each pauses for so many times as long as it took. */
const PAUSES = { count: 9, care: 1 };
const LOOKUP = 500;
/** Submissions and messages under way at once. */
const LANES = 16;
/** After somebody has done something about an entity, so long it may take until its record shows it; in milliseconds. */
const SHOWS_WITHIN_MS = 30_000;

/** Pauses, in milliseconds. */
interface Pace {
  /** Between two counts. */
  readonly countMs: number;
  /** Between two rounds of people and of reconciliation. */
  readonly careMs: number;
}

/** How often it is looked at, where nothing else is wanted. */
export const PACE: Pace = { countMs: 2_000, careMs: 10_000 };

/** What is played. */
export interface Load {
  readonly lifecycle: Lifecycle;
  /** In the order in which they come in. */
  readonly ids: readonly string[];
  /** Submissions per second. */
  readonly rate: number;
  /** After the last has come in, at most so long, in milliseconds; then what is open is left as it is. */
  readonly mostMs: number;
  readonly pace: Pace;
}

/** Whom a run needs. */
export interface Outside {
  readonly patience: Patience;
  /** Nothing more comes in, and what has is left as it is. */
  readonly stop: AbortSignal;
  submit(id: string): Promise<unknown>;
  /** Those whom an entity deals with: customers, partners. Undefined: there is nothing for them to do about it now. */
  react(entity: EntitySummary): (() => Promise<unknown>) | undefined;
  /** Decides a task that waits for a person of the house. Undefined: nobody is there, and tasks stay open. */
  readonly decide: ((task: ReviewView) => Promise<unknown>) | undefined;
  /** The open tasks of this run. */
  tasks(): Promise<readonly ReviewView[]>;
  lookup(ids: readonly string[]): Promise<readonly EntitySummary[]>;
  /** Finds what got lost, and heals what can be. @returns how many it healed */
  reconcile(): Promise<number>;
  /** Told of every count. */
  counted(tally: Tally): void;
}

/** How a run went. */
export interface Played {
  /** Those that the fleet has taken. */
  readonly submitted: readonly string[];
  /** As they were when they were last looked at. */
  readonly entities: ReadonlyMap<string, EntitySummary>;
  /** How many ended per second, from the first submission until nine of ten of those that ended had. */
  readonly perSecond: number;
}

/** Plays a load until all have ended, or wait for people who are not there; until the time is over; or until it is stopped. */
export function play(load: Load, outside: Outside): Promise<Played> {
  return new Run(load, outside).play();
}

class Run {
  private readonly submitted: string[] = [];
  private readonly entities = new Map<string, EntitySummary>();
  /** Entities about which something was done that does not show yet, until when that is waited for. */
  private readonly stirred = new Map<string, number>();
  private readonly startedAt = Date.now();
  /** When each was first seen to have ended. */
  private readonly endedAt = new Map<string, number>();

  constructor(
    private readonly load: Load,
    private readonly outside: Outside,
  ) {}

  async play(): Promise<Played> {
    const over = new AbortController();
    const stop = AbortSignal.any([this.outside.stop, over.signal]);
    const meanwhile = [this.watch(stop), this.serve(stop)];
    const work = this.submitAll(stop).then(() => this.care(stop));
    try {
      // Whichever fails ends the others.
      await Promise.race([...meanwhile, work]);
    } finally {
      over.abort();
      await Promise.allSettled([...meanwhile, work]);
    }
    await work;
    await this.refresh();
    return { submitted: this.submitted, entities: this.entities, perSecond: this.perSecond };
  }

  private async submitAll(stop: AbortSignal): Promise<void> {
    const { load, outside, submitted } = this;
    const turn = paced(load.rate);
    async function* due() {
      for (const id of load.ids) {
        await turn();
        if (stop.aborted) return;
        yield id;
      }
    }
    await inLanes(due(), LANES, async (id) => {
      await outside.patience.call(() => outside.submit(id));
      submitted.push(id);
    });
  }

  /** Counts, until it is over. */
  private async watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const tookMs = await timed(() => this.refresh());
      await rest(Math.max(this.load.pace.countMs, PAUSES.count * tookMs), stop);
    }
  }

  /** Lets those outside do what they do, until it is over. */
  private async serve(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const due = [...this.entities.values()].flatMap((entity) => {
        const act = this.outside.react(entity);
        return act ? [{ id: entity.id, act }] : [];
      });
      await inLanes(each(due), LANES, async ({ id, act }) => {
        await this.outside.patience.call(act);
        this.stirred.set(id, Date.now() + SHOWS_WITHIN_MS);
      });
      await rest(this.load.pace.countMs, stop);
    }
  }

  /** Has people decide and heals what got lost, until all has come to rest and there is nothing to do; or until the time is over. */
  private async care(stop: AbortSignal): Promise<void> {
    const { mostMs, pace } = this.load;
    const { countMs, careMs } = pace;
    const endsAt = Date.now() + mostMs;
    while (!stop.aborted && Date.now() < endsAt) {
      const settled = this.settled();
      let done = 0;
      const tookMs = await timed(async () => {
        done = (await this.decide()) + (await this.outside.patience.call(() => this.outside.reconcile()));
      });
      if (settled && done === 0) return;
      await rest(settled ? countMs : Math.max(careMs, PAUSES.care * tookMs), stop);
    }
  }

  /** Looks at those that may have changed. */
  private async refresh(): Promise<void> {
    const { outside, entities, submitted } = this;
    const open = submitted.filter((id) => !this.isOver(id));
    for (let from = 0; from < open.length; from += LOOKUP) {
      const ids = open.slice(from, from + LOOKUP);
      for (const entity of await outside.patience.call(() => outside.lookup(ids))) {
        if (entities.get(entity.id)?.since !== entity.since) this.stirred.delete(entity.id);
        if (entity.closed && !this.endedAt.has(entity.id)) this.endedAt.set(entity.id, Date.now());
        entities.set(entity.id, entity);
      }
    }
    const seconds = (Date.now() - this.startedAt) / 1_000;
    outside.counted(tallyOf(this.load.lifecycle, this.load.ids.length, submitted, entities, seconds));
  }

  /** Ended, and nobody outside brings it back, or has just done so. */
  private isOver(id: string): boolean {
    const entity = this.entities.get(id);
    if (entity?.closed !== true || (this.stirred.get(id) ?? 0) > Date.now()) return false;
    return this.outside.react(entity) === undefined;
  }

  /** Nothing moves: all have ended, or wait for people who are not there. */
  private settled(): boolean {
    return this.submitted.every((id) => {
      const entity = this.entities.get(id);
      if (!entity) return false;
      if (this.outside.decide === undefined && isWithPeople(this.load.lifecycle, entity)) return true;
      return this.isOver(id);
    });
  }

  /** The last few wait for what got lost, and say nothing of how fast the fleet is. */
  private get perSecond(): number {
    const times = [...this.endedAt.values()].sort((a, b) => a - b);
    const most = Math.ceil(times.length * 0.9);
    const seconds = ((times[most - 1] ?? this.startedAt) - this.startedAt) / 1_000;
    return most / Math.max(seconds, 1);
  }

  /** @returns how many tasks there were */
  private async decide(): Promise<number> {
    const { decide, patience } = this.outside;
    if (decide === undefined) return 0;
    const open = await patience.call(() => this.outside.tasks());
    await inLanes(each(open), LANES, async (task) => void (await patience.call(() => decide(task))));
    return open.length;
  }
}

/** How long something took, in milliseconds. */
async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = Date.now();
  await run();
  return Date.now() - startedAt;
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
