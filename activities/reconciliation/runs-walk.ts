/** The records beside Temporal's own view: each open entity has a run, and each run that goes on an open entity. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { lifecyclesEverRun, openRunsAfter, runsByWorkflowId, type RecordedRun } from '../../records/reconciliation.js';
import type { Database } from '../../records/schema.js';
import type { Position } from './contract.js';
import { latest } from './discrepancy.js';
import type { Batch, Candidate, Walk } from './walk.js';

/** Entities whose runs are asked for in one query, and runs of a page. */
const ENTITIES = 100;
const RUNS = 500;
/** Runs that are described at once. */
const AT_ONCE = 10;

/** A run as Temporal describes it, by which visibility, which lags a little, is confirmed. */
interface Described {
  readonly goesOn: boolean;
  /** E.g. `TERMINATED`; `NOT_FOUND` where Temporal has forgotten it, or never had it. */
  readonly status: string;
  readonly runId?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
}

/** First the records, in the order of their keys; then Temporal's running executions, in its own. */
export class RunsWalk implements Walk {
  private phase: 'records' | 'runs';
  private after: { readonly lifecycle: string; readonly id: string };
  private token: string | undefined;

  constructor(
    private readonly db: Kysely<Database>,
    private readonly temporal: Client,
    from: Position,
  ) {
    this.phase = from['phase'] === 'runs' ? 'runs' : 'records';
    this.after = { lifecycle: from['lifecycle'] ?? '', id: from['id'] ?? '' };
    this.token = from['token'];
  }

  next(): Promise<Batch> {
    return this.phase === 'records' ? this.compareOpen() : this.compareRunning();
  }

  /** Open here: it must go on there. */
  private async compareOpen(): Promise<Batch> {
    const open = await openRunsAfter(this.db, this.after, ENTITIES);
    const running = await this.running(open.map(workflowIdOf));
    const candidates = await this.judged(open.map(workflowIdOf).filter((workflowId) => !running.has(workflowId)));
    const last = open.at(-1);
    if (open.length === ENTITIES && last) {
      this.after = { lifecycle: last.lifecycle, id: last.id };
      return { checked: open.length, candidates, position: { phase: 'records', ...this.after } };
    }
    this.phase = 'runs';
    return { checked: open.length, candidates, position: { phase: 'runs' } };
  }

  /** Going on there: it must be open here. */
  private async compareRunning(): Promise<Batch> {
    const types = await lifecyclesEverRun(this.db);
    if (types.length === 0) return { checked: 0, candidates: [] };
    const page = await this.listed(`WorkflowType IN (${types.map(quoted).join(', ')})`, RUNS, this.token);
    const recorded = await runsByWorkflowId(this.db, page.workflowIds);
    const candidates = await this.judged(page.workflowIds.filter((workflowId) => !isOpen(recorded.get(workflowId))));
    this.token = page.next;
    // What is open here was counted with the records.
    const checked = page.workflowIds.filter((workflowId) => !recorded.has(workflowId)).length;
    return {
      checked,
      candidates,
      ...(page.next !== undefined && { position: { phase: 'runs', token: page.next } }),
    };
  }

  private async running(workflowIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (workflowIds.length === 0) return new Set();
    const page = await this.listed(`WorkflowId IN (${workflowIds.map(quoted).join(', ')})`, workflowIds.length * 2);
    return new Set(page.workflowIds);
  }

  private async listed(which: string, pageSize: number, token?: string) {
    const { executions, nextPageToken } = await this.temporal.workflowService.listWorkflowExecutions({
      namespace: this.temporal.options.namespace,
      query: `ExecutionStatus = 'Running' AND ${which}`,
      pageSize,
      ...(token !== undefined && { nextPageToken: Buffer.from(token, 'base64') }),
    });
    return {
      workflowIds: executions.flatMap(({ execution }) => execution?.workflowId ?? []),
      next: nextPageToken.length === 0 ? undefined : Buffer.from(nextPageToken).toString('base64'),
    };
  }

  /** Asks for each suspect by itself: first Temporal, then the records, which are ahead where an entity ends. */
  private async judged(suspects: readonly string[]): Promise<Candidate[]> {
    const found: Candidate[] = [];
    for (let at = 0; at < suspects.length; at += AT_ONCE) {
      const some = suspects.slice(at, at + AT_ONCE);
      const runs = await Promise.all(some.map((workflowId) => this.described(workflowId)));
      const recorded = await runsByWorkflowId(this.db, some);
      for (const [i, run] of runs.entries()) {
        const candidate = judge(some[i] ?? '', recorded.get(some[i] ?? ''), run);
        if (candidate) found.push(candidate);
      }
    }
    return found;
  }

  private async described(workflowId: string): Promise<Described> {
    try {
      const run = await this.temporal.workflow.getHandle(workflowId).describe();
      return {
        goesOn: run.status.name === 'RUNNING' || run.status.name === 'PAUSED',
        status: run.status.name,
        runId: run.runId,
        startedAt: run.startTime.toISOString(),
        ...(run.closeTime && { endedAt: run.closeTime.toISOString() }),
      };
    } catch (err) {
      if (err instanceof WorkflowNotFoundError) return { goesOn: false, status: 'NOT_FOUND' };
      throw err;
    }
  }
}

const workflowIdOf = ({ lifecycle, id }: Pick<RecordedRun, 'lifecycle' | 'id'>): string => `${lifecycle}/${id}`;

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** One that a person still works on may go on after its end. */
const isOpen = (entity: RecordedRun | undefined): boolean =>
  entity !== undefined && (!entity.closed || entity.hasReviews);

function judge(workflowId: string, entity: RecordedRun | undefined, run: Described): Candidate | undefined {
  const slash = workflowId.indexOf('/');
  const about = {
    lifecycle: workflowId.slice(0, slash),
    id: workflowId.slice(slash + 1),
    profile: entity?.profile,
    evidence: { here: entity ?? null, there: run },
  };
  if (run.goesOn) {
    if (isOpen(entity)) return undefined;
    const since = latest(run.startedAt ?? new Date().toISOString(), entity?.writtenAt);
    return { ...about, kind: entity ? 'run-unended' : 'run-unrecorded', key: run.runId ?? workflowId, since };
  }
  if (!entity || entity.closed) return undefined;
  return { ...about, kind: 'run-gone', key: entity.firstRunId, since: latest(entity.writtenAt, run.endedAt) };
}
