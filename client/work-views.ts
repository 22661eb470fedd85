/** Reviews as work: the inbox, what is said beside a task, who stands in for whom, many tasks at once. Shapes of the API. */
import type { EvidenceView, QueueOverview } from './console-views.js';
import type { AmountsView, EntitySummary, ReviewFilter, ReviewView } from './views.js';

/** Text that somebody wrote; it can be erased. */
export interface NoteView {
  /** Its reference in the erasable store. */
  readonly ref: string;
  readonly at: string;
  /** Id of who wrote it. */
  readonly by: string;
  /** Absent once erased. */
  readonly text?: string;
  /** The journal entry that refers to it. */
  readonly sequence: number;
  /** What it stands beside: `noteReview`, `parkReview`, a decision. */
  readonly with: string;
}

/** Something that one team asks another beside a task, which stays where it is. */
export interface QuestionView {
  readonly questionId: string;
  readonly taskId: string;
  readonly lifecycle: string;
  readonly id: string;
  /** The queue whose people are asked. */
  readonly queue: string;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly dueAt?: string;
  readonly overdue: boolean;
  /** Absent once erased. */
  readonly question?: string;
  /** `withdrawn`: by its asker, or since the task ended. */
  readonly status: 'open' | 'answered' | 'withdrawn';
  readonly answeredBy?: string;
  readonly answeredAt?: string;
  /** Absent while open, and once erased. */
  readonly answer?: string;
}

/** Somebody stands in for somebody who is away. */
export interface DelegationView {
  readonly delegationId: string;
  /** Id of who is away. */
  readonly from: string;
  /** Id of who stands in. */
  readonly to: string;
  /** First and last instant. */
  readonly since: string;
  readonly until: string;
  readonly active: boolean;
  readonly grantedBy: string;
}

/** What the tasks of a filter come to. Of `GET /api/reviews/totals`, with the filter of `GET /api/reviews`. */
export interface ReviewTotals {
  readonly tasks: number;
  readonly overdue: number;
  /** Of their entities, each counted once. */
  readonly amounts: readonly AmountsView[];
}

/** A queue of the inbox with what it comes to. Of `GET /api/reviews/queues`. */
export interface InboxQueue extends QueueOverview {
  readonly amounts: readonly AmountsView[];
}

/** What one person has taken. Of `GET /api/reviews/workload`: those with the most first. */
export interface WorkloadView {
  readonly person: string;
  readonly open: number;
  readonly overdue: number;
  readonly dueToday: number;
  readonly parked: number;
  readonly amounts: readonly AmountsView[];
  /** Who stands in now, where the person is away. */
  readonly delegate?: string;
}

/** Everything that is needed to decide a task. Of `GET /api/reviews/:taskId/case`. */
export interface ReviewCase {
  readonly task: ReviewView;
  readonly entity: EntitySummary;
  readonly evidence: EvidenceView;
  /** The newest first. */
  readonly notes: readonly NoteView[];
  readonly questions: readonly QuestionView[];
}

/** One order for many tasks. Exactly one of `tasks` and `filter`. */
export interface BulkOrder {
  readonly action: BulkAction;
  readonly tasks?: readonly string[];
  /** As in `GET /api/reviews`. */
  readonly filter?: ReviewFilter;
  /** One reason for all, as a code. */
  readonly reasonCode: string;
  /** What allows it; needed to extend. */
  readonly reference?: string;
  /** Free text, which is kept beside each of them; it goes to the erasable store. */
  readonly note?: string;
}

/** What is done with each task. */
export type BulkAction =
  | { readonly kind: 'assign'; readonly assignee: string }
  | { readonly kind: 'release' }
  | { readonly kind: 'park'; readonly until: string }
  /** Moves the clock by which the task's due is reckoned: the state's own. Below zero: earlier. */
  | { readonly kind: 'extend'; readonly byDays: number };

/** One task of an order: what would become of it. */
export interface BulkTarget {
  readonly taskId: string;
  readonly lifecycle: string;
  readonly id: string;
  readonly state: string;
  readonly assignee?: string;
  readonly dueAt?: string;
  /** With `extend`: its due from then on. */
  readonly newDueAt?: string;
  /** Why it would be left out, as a code: `alreadyDone`, `unknownClock`, `Forbidden`. */
  readonly skipped?: string;
}

/** Of `POST /api/reviews/bulk/preview`. Nothing is changed. */
export interface BulkPreview {
  /** Names the order and exactly these targets: it is carried out with it, and repeating it does nothing twice. */
  readonly order: string;
  readonly targets: readonly BulkTarget[];
  /** How many it would change. */
  readonly affected: number;
  readonly amounts: readonly AmountsView[];
}

/** Of `POST /api/reviews/bulk`: `{ ...BulkOrder, tasks, order }` with the preview's `order`. */
export interface BulkReport {
  readonly done: number;
  readonly refused: ReadonlyArray<{ readonly taskId: string; readonly code: string; readonly sentence: string }>;
}
