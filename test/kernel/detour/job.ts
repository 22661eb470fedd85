/**
 * The job: a lifecycle made for what the kernel promises of detours, of clocks whose length is a fact, and of what is undone. Work is
 * done, people look at it, in between something has to be fetched, from wherever the job is, and tools are borrowed that have to be
 * given back.
 */
import { proxyActivities } from '@temporalio/workflow';
import { serviceCalls } from '../../../workflows/lifecycle/calls.js';
import { days, defineLifecycle, hours, type CalendarDays } from '../../../workflows/lifecycle/definition.js';
import type { Entity } from '../../../workflows/lifecycle/entity.js';
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';
import type { Shape } from '../../../workflows/lifecycle/shape.js';
import type { LifecycleSpec } from '../../../workflows/lifecycle/spec.js';

export const jobLifecycle = defineLifecycle({
  name: 'job',
  version: 1,
  initial: 'Working',
  states: {
    Working: {
      means: 'It is worked on.',
      to: ['Fetching', 'Reviewed', 'GivingBack', 'Sealed', 'Done'],
      deadline: days(2),
      onDeadline: 'Reviewed',
      waitsFor: 'the end of the work',
      owner: 'worker',
    },
    Fetching: {
      means: 'Something is fetched.',
      detour: true,
      to: ['Working', 'Reviewed', 'Done'],
      deadline: days(1),
      onDeadline: 'Reviewed',
      onFailure: 'Reviewed',
      waitsFor: 'what is fetched',
      owner: 'store',
    },
    Reviewed: {
      means: 'A person looks at it.',
      to: ['Working', 'Fetching', 'Reviewed', 'GivingBack', 'Done'],
      deadline: days(4),
      onDeadline: 'Reviewed',
      waitsFor: 'a decision',
      owner: 'reviewer',
      review: {
        queue: 'jobs',
        priority: 3,
        decidedBy: ['decide'],
        escalation: [{ after: hours(12), queue: 'leads', priority: 2 }],
      },
    },
    GivingBack: {
      means: 'Nothing comes of it: what was borrowed is given back.',
      to: ['Reviewed', 'Done'],
      deadline: days(1),
      onDeadline: 'Reviewed',
      waitsFor: 'what was borrowed',
      owner: 'store',
    },
    Sealed: {
      means: 'What was borrowed is built in.',
      pivot: true,
      to: ['Done'],
      deadline: days(1),
      onDeadline: 'Done',
      owner: 'worker',
    },
    Done: { means: 'It has ended.', to: [], terminal: true, owner: 'nobody' },
  },
  clocks: {
    agreed: {
      means: 'What was agreed for this very job.',
      starts: { fact: 'notice.id' },
      within: { fact: 'notice.agreed' },
      spans: ['Working', 'Reviewed'],
      stops: { fact: 'fetched' },
      onBreach: 'Reviewed',
    },
    patrol: {
      means: 'Something is fetched after a while, whoever has the job.',
      starts: { fact: 'notice.id' },
      within: { fact: 'notice.patrol' },
      spans: ['Working', 'Reviewed'],
      onBreach: 'Fetching',
    },
  },
  expectations: { end: { what: 'the end of the work', from: 'worker' } },
  compensations: {
    giveBack: { means: 'A tool is given back.' },
    giveBackParts: { means: 'Parts are given back, all at once.', parallel: true },
  },
  holds: { freeze: { means: 'Nothing may end.', blocks: ['Done'], by: ['staff'] } },
  messages: {
    fetch: { kind: 'update', means: 'Fetch it now.', in: ['Working', 'Reviewed'], late: 'reject' },
    fetched: { kind: 'signal', means: 'It is here.', in: ['Fetching'], late: 'record' },
    finish: { kind: 'signal', means: 'The work is done.', in: ['Working'], early: ['Fetching'], late: 'record' },
    seen: { kind: 'signal', means: 'Somebody saw it.', in: ['Working', 'Fetching', 'Reviewed'], late: 'record' },
    borrow: { kind: 'update', means: 'Tools are borrowed.', in: ['Working'], late: 'reject' },
    giveUp: { kind: 'update', means: 'Nothing comes of it.', in: ['Working'], late: 'reject' },
    seal: { kind: 'update', means: 'It is built in.', in: ['Working'], late: 'reject' },
    drop: { kind: 'update', means: 'Nobody wants it any more.', in: ['Working', 'Fetching'], late: 'reject' },
    decide: { kind: 'update', means: 'A person decides.', in: ['Reviewed'], late: 'reject', needsActor: true },
  },
});
export type JobState = keyof typeof jobLifecycle.states;

export interface JobNotice {
  readonly id: string;
  /** Length of the clock `agreed`, in milliseconds or days; without it the clock does not run. */
  readonly agreed?: number | CalendarDays;
  /** The same of `patrol`. */
  readonly patrol?: number;
}

interface JobFacts {
  readonly notice: JobNotice;
  readonly finished?: true;
  readonly fetched?: string;
  readonly seen?: number;
  readonly cameFrom?: string;
}

export interface JobMessages {
  readonly fetch: object;
  readonly fetched: { readonly by: string };
  readonly finish: object;
  readonly seen: object;
  readonly borrow: { readonly name: string; readonly parts?: true };
  readonly giveUp: object;
  readonly seal: object;
  readonly drop: object;
  readonly decide: { readonly to: 'Working' | 'GivingBack' | 'Done' };
}

/** The store: asked to fetch something, or to take it back, under an Idempotency-Key. */
export interface StoreActivities {
  order(input: { readonly key: string; readonly id: string }): Promise<void>;
  takeBack(input: { readonly key: string; readonly id: string; readonly name: string }): Promise<void>;
}
export const STORE_TASK_QUEUE = 'throughline-store';

type Job = Entity<JobState, JobFacts>;

const store = proxyActivities<StoreActivities>(serviceCalls(STORE_TASK_QUEUE));
const anything: Shape = { type: 'object' };

const giveBack = (job: Job, { name }: { readonly name?: unknown }) =>
  store.takeBack({ key: job.key('give-back', String(name)), id: job.id, name: String(name) });

const jobSpec: LifecycleSpec<JobState, JobFacts, JobMessages, JobNotice, string> = {
  lifecycle: jobLifecycle,
  shapes: { submission: anything, ...Object.fromEntries(Object.keys(jobLifecycle.messages).map((n) => [n, anything])) },
  remedies: {},
  key: ({ id }) => id,
  born: (notice) => ({ facts: { notice } }),
  steps: {
    Working: async (job: Job) => {
      await job.until(() => job.facts.finished === true); // yields
      return { to: 'Done' };
    },
    Fetching: async (job: Job) => {
      const { enteredBy } = job.state;
      await store.order({ key: job.key('order', enteredBy), id: job.id }); // yields
      await job.until(() => job.facts.fetched !== undefined); // yields
      return { to: job.detouredFrom ?? 'Reviewed' };
    },
    Reviewed: async (job: Job) => {
      await job.until(() => false); // yields: only a decision leads out
      return { to: 'Done' };
    },
    GivingBack: async (job: Job) => {
      const left = await job.compensate(); // yields
      return left.length > 0 ? { to: 'Reviewed', reason: { code: 'notGivenBack' } } : { to: 'Done' };
    },
    Sealed: async (job: Job) => {
      await job.until(() => false); // yields: only time leads out
      return { to: 'Done' };
    },
    Done: async () => undefined,
  },
  effects: {
    fetch: () => ({ apply: {}, move: { to: 'Fetching', reason: { code: 'asked' } } }),
    fetched: (_job, { by }) => ({ apply: { facts: { fetched: by } } }),
    finish: (job) => ({ apply: { facts: { finished: true }, ...job.received('end') } }),
    seen: (job) => ({ apply: { facts: { seen: (job.facts.seen ?? 0) + 1 } } }),
    borrow: (job, { name, parts }) => ({
      apply: job.compensation(name, parts ? 'giveBackParts' : 'giveBack', { name }),
    }),
    giveUp: () => ({ apply: {}, move: { to: 'GivingBack', reason: { code: 'givenUp' } } }),
    seal: () => ({ apply: {}, move: { to: 'Sealed', reason: { code: 'built' } } }),
    drop: () => ({ apply: {}, move: { to: 'Done', reason: { code: 'dropped' } } }),
    decide: (_job, { to }) => ({ apply: {}, move: { to, reason: { code: 'decided' } } }),
  },
  entering: {
    Working: (job) => job.expect('end'),
    Reviewed: (job, from) => ({ facts: { cameFrom: job.detouredFrom ?? from } }),
  },
  compensations: { giveBack, giveBackParts: giveBack },
  result: (job) => job.state.reason?.code ?? '',
};

export const job = lifecycleWorkflow(jobSpec);
export const interceptors = kernelInterceptors([jobSpec]);
