/** Gathers what an explanation is made from: the record, the end of the journal, the run's description and the backlog. */
import { Injectable } from '@nestjs/common';
import { UnknownEntity } from '../client/errors.js';
import type { ClosedDependency, Explanation } from '../client/views.js';
import type { DependencyRecord } from '../records/dependencies.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { RecordsReader } from '../records/reader.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import type { Entry } from '../workflows/lifecycle/entry.js';
import { Admissions } from './admissions.js';
import type { Audience } from '../records/audience.js';
import { TaskQueues, type QueueName } from './explain-queues.js';
import { inLine, unrecorded } from './explain-unrecorded.js';
import { explain, type ExplainInput, type RunAnswer } from './explain.js';
import type { ServedLifecycle } from './lifecycles.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
import { describeRun } from './run.js';
import { Temporal } from './temporal.js';

/** Entries that an explanation shows. */
const TAIL = 10;

/** What an explanation takes from the records. */
type Recorded = Omit<ExplainInput, 'run' | 'backlog' | 'now'> & Partial<Pick<ExplainInput, 'run'>>;

@Injectable()
export class Explainer {
  private readonly queues: TaskQueues;

  constructor(
    private readonly records: Records,
    private readonly temporal: Temporal,
    private readonly admissions: Admissions,
  ) {
    this.queues = new TaskQueues(temporal.client);
  }

  /**
   * @param audience who asks
   * @throws UnknownEntity; Problem 503 `RecordsUnavailable` where Temporal does not know it either
   */
  async explain({ table, binding }: ServedLifecycle, id: string, audience: Audience = 'staff'): Promise<Explanation> {
    // First the run, then the record: an entity is on record as closed before its run ends, so that the two cannot seem at odds.
    const own: QueueName = { queue: binding.taskQueue, kind: 'workflow' };
    const [run, ofOwn] = await Promise.all([
      describeRun(this.temporal.client, binding.workflowId(id)),
      this.queues.describe([own]),
    ]);
    const [backlog, recorded] = await Promise.all([
      'queues' in ofOwn ? this.queues.describe([own, ...queuesOfCalls(run)]) : ofOwn,
      this.recorded(table, id, run),
    ]);
    return explain({ run, ...recorded, backlog, now: new Date() }, audience);
  }

  /**
   * The same as it would have been said at a moment that has passed, from the journal alone: what the run and the task queues were doing is
   * not kept.
   * @throws NotYetOnRecord where it was not on record by then; UnknownEntity; Problem 503 `RecordsUnavailable`
   */
  async explainAsOf(
    { table }: ServedLifecycle,
    id: string,
    at: Date,
    audience: Audience = 'staff',
  ): Promise<Explanation> {
    const recorded = await this.records.read(async (reader) => {
      const then = await readRecorded(reader, table, id, at);
      if (then) return then;
      const now = await reader.getEntity(table.name, id);
      throw now ? notYet(now, at) : new UnknownEntity(table.name, id);
    });
    const past = { error: 'not kept for moments that have passed' };
    return explain({ ...recorded, run: past, backlog: past, now: at, past: true }, audience);
  }

  /** What the records say of an entity; where they cannot, or do not yet, what its run does. */
  private async recorded(table: Lifecycle, id: string, run: RunAnswer): Promise<Recorded> {
    try {
      const recorded = await this.records.read((reader) => readRecorded(reader, table, id));
      if (recorded) return recorded;
    } catch (err) {
      if (!('view' in run && err instanceof Problem)) throw err;
      return unrecorded(run.view, table, id, err.message);
    }
    if ('view' in run) return unrecorded(run.view, table, id, 'nothing of it is on record yet');
    const place = await this.admissions.waiting(table.name, id);
    if (place) return inLine(place, table, id);
    throw new UnknownEntity(table.name, id);
  }
}

/** The queues on which its calls wait. */
function queuesOfCalls(run: RunAnswer): QueueName[] {
  const calls = 'view' in run ? run.view.pendingActivities : [];
  const queues = new Set(calls.flatMap(({ taskQueue }) => (taskQueue === undefined ? [] : [taskQueue])));
  return [...queues].map((queue) => ({ queue, kind: 'activity' }));
}

function notYet({ lifecycle, id, startedAt }: EntityRecord, at: Date): Problem {
  return new Problem(
    404,
    'NotYetOnRecord',
    `${lifecycle} ${id} was not on record at ${at.toISOString()}: it was first on ${startedAt}. Ask for a later moment.`,
  );
}

/** What the records say of an entity, or said at a moment; undefined where it is not, or was not yet, on record. */
export async function readRecorded(
  reader: RecordsReader,
  table: Lifecycle,
  id: string,
  at?: Date,
): Promise<Recorded | undefined> {
  const record = await (at ? reader.getEntityAsOf(table.name, id, at.toISOString()) : reader.getEntity(table.name, id));
  if (!record) return undefined;
  const tail = (await reader.journalTail(table.name, id, TAIL, record.sequence)).map(({ entry }) => entry);
  const entryAt = async (sequence: number): Promise<Entry | undefined> =>
    tail.find((entry) => entry.sequence === sequence) ??
    (await reader.journal(table.name, id, { after: sequence - 1, limit: 1 }))[0]?.entry;
  const enteredBy = await entryAt(record.enteredBy);
  const causedBy = enteredBy && (await reader.findMessage(table.name, id, enteredBy.causationId))?.entry;
  const openings = await Promise.all(Object.keys(record.reviews).map((taskId) => entryAt(openedBy(taskId))));
  return {
    record,
    tail,
    definition: (await reader.definition(table.name, record.lifecycleVersion)) ?? table,
    openings: openings.filter((entry) => entry !== undefined),
    // Which gates were closed at a moment that has passed is their own history; what waited for them is in the record.
    dependencies: at ? [] : await closedDependencies(reader, record),
    ...(enteredBy && { enteredBy }),
    ...(causedBy && { causedBy }),
  };
}

/** The sequence of the entry that opened a review task: `<lifecycle>/<id>#<sequence>`. */
const openedBy = (taskId: string): number => Number(taskId.slice(taskId.lastIndexOf('#') + 1));

/** The gates are read only where the entity waits for one. */
async function closedDependencies(reader: RecordsReader, record: EntityRecord): Promise<ClosedDependency[]> {
  if (!Object.keys(record.deferrals).some((guard) => guard.startsWith('dependency:'))) return [];
  return (await reader.dependencies()).flatMap(closedDependency);
}

/** A gate as it is told; nothing of one that is open. */
export function closedDependency({
  name,
  status,
  since,
  reason,
  actor,
  lastFailure,
}: DependencyRecord): ClosedDependency[] {
  if (status === 'up') return [];
  return [
    {
      name,
      status,
      since,
      reason,
      ...(status === 'paused' && { by: actor.id }),
      ...(lastFailure && { lastFailure: `${lastFailure.type}: ${lastFailure.message}` }),
    },
  ];
}
