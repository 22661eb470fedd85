/** The fleet's workers under sabotage: each process dies where its plan says, and another takes its place. */
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { entryPoint } from '../../scripts/lib/fleet.mjs';
import type { Dice } from './dice.mjs';
import { endedByItself, Program, type Broken, type Command } from './program.js';

const SABOTEUR = fileURLToPath(new URL('./saboteur.mjs', import.meta.url));

/** Points in the saboteur's terms. */
const OF_ACTIVITIES = ['duringCommit', 'afterCommit', 'beforeCommit', 'answered', 'arrived'] as const;
const OF_WORKFLOW_TASKS = ['decided', 'begun'] as const;
/** How many processes shall die around the commit of an entry, and how many in the middle of a workflow task. */
export interface Toll {
  readonly commits: number;
  readonly tasks: number;
}
export type Point = (typeof OF_ACTIVITIES)[number] | (typeof OF_WORKFLOW_TASKS)[number];
export const POINTS: readonly Point[] = [...OF_ACTIVITIES, ...OF_WORKFLOW_TASKS];

/** Processes that play the same roles and die in the same ways. */
interface Group {
  readonly name: string;
  readonly roles: readonly string[];
  readonly points: readonly Point[];
  /** A process dies when it passes its point for the n-th time, n from 1 to this. */
  readonly patience: number;
  /** How long nobody is there after a death. */
  readonly absentMs: number;
}

const BUSY: Group = {
  name: 'activities',
  roles: ['policy', 'fraud', 'assessment', 'payments', 'notifications', 'records'],
  points: OF_ACTIVITIES,
  patience: 16,
  absentMs: 0,
};
const WORKFLOWS: Group = {
  name: 'workflows',
  roles: ['claim'],
  points: OF_WORKFLOW_TASKS,
  patience: 60,
  absentMs: 0,
};
/** Alone with its queues, which nobody polls for longer than their time-outs while it is away. */
const RARE: Group = {
  name: 'rare',
  roles: ['documents', 'settlement'],
  points: OF_ACTIVITIES,
  patience: 8,
  absentMs: 7_000,
};

/** What the records say only of a kernel that has lost entries, or of two runs that fight for a key. */
const NEVER = /JournalGap|ForeignRun/;
/** Shares of activities, and of the statements that write entries, that hang, beyond the time-outs of `impatience.workflows.ts`. */
const HANG = { requestFraudScreen: 0.1, calculateSettlement: 0.15, append: 0.04, '*': 0.02 };
const HANG_MS = 7_000;

export class Workers {
  /** Kills by the point at which they struck. */
  readonly kills: Record<Point, number>;
  hung = 0;
  private readonly running = new Set<Program>();
  private readonly shifts: Promise<void>[] = [];
  /** Kills planned so far, by the points that they choose from: each point has its turn. */
  private readonly turns = new Map<readonly Point[], number>();
  private stopping = false;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly bundle: string,
    private readonly dice: Dice,
    private readonly toll: Toll,
    /** How many times longer than their groups have it processes live, so that a longer run has its kills all along. */
    private readonly pace: number,
    private readonly broken: Broken,
  ) {
    this.kills = Object.fromEntries(POINTS.map((point) => [point, 0])) as Record<Point, number>;
  }

  /** Kills so far. */
  get killed(): Toll {
    const of = (points: readonly Point[]) => points.reduce((sum, point) => sum + this.kills[point], 0);
    return { commits: of(OF_ACTIVITIES), tasks: of(OF_WORKFLOW_TASKS) };
  }

  /** Starts all but those that {@link startRare} starts. */
  start(): void {
    for (const group of [WORKFLOWS, WORKFLOWS, BUSY, BUSY]) this.shifts.push(this.shift(group));
  }

  /** Starts the only process that polls the queues of documents and settlement. */
  startRare(): void {
    this.shifts.push(this.shift(RARE));
  }

  /** Ends all; nobody follows. */
  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([...this.running].map((program) => program.end('SIGKILL')));
    await Promise.all(this.shifts);
  }

  /** One process after the other. */
  private async shift(group: Group): Promise<void> {
    while (!this.stopping) {
      const died = await this.live(group);
      if (died && !this.stopping) await pause(group.absentMs);
    }
  }

  /** One process, from its start to its end. */
  private async live(group: Group): Promise<boolean> {
    let killed = false;
    const program = new Program(this.command(group), (line) => {
      const [, what, of] = /^chaos: (killed|hung) (\w+)$/.exec(line) ?? [];
      if (what === 'hung') this.hung++;
      if (NEVER.test(line)) this.broken.by(group.name, line);
      if (what !== 'killed') return;
      killed = true;
      this.kills[of as Point]++;
    });
    this.running.add(program);
    const exit = await program.exited;
    this.running.delete(program);
    if (!killed && !this.stopping) this.broken.by(group.name, endedByItself(exit));
    return killed;
  }

  private command(group: Group): Command {
    const plan = {
      bundle: this.bundle,
      seed: this.dice.between(1, 1e9),
      hang: HANG,
      hangMs: HANG_MS,
      kill: this.kill(group),
    };
    return {
      name: group.name,
      command: process.execPath,
      args: ['--import', SABOTEUR, entryPoint('workers', 'main.js')],
      env: {
        ...this.environment,
        PORT: '0',
        THROUGHLINE_ROLES: group.roles.join(','),
        CHAOS_PLAN: JSON.stringify(plan),
      },
    };
  }

  /** The next kill of the group's kind; none where all are planned. */
  private kill({ points, patience }: Group) {
    const turn = this.turns.get(points) ?? 0;
    if (turn >= (points === OF_WORKFLOW_TASKS ? this.toll.tasks : this.toll.commits)) return undefined;
    this.turns.set(points, turn + 1);
    return { point: points[turn % points.length], nth: this.dice.between(1, patience * this.pace) };
  }
}
