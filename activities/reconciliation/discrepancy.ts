/** What a comparison says where its two sides disagree. */
import type { RecordedEntity } from '../../records/reconciliation.js';
import type { Instant } from '../../workflows/lifecycle/entry.js';
import type { Kind } from './kinds.js';

/** The message that an entity has missed; its inbox takes it as it would have taken the first. */
export interface Missed {
  /** Wire name. */
  readonly name: string;
  readonly data: object;
  /** On the clock of whoever knows. */
  readonly occurredAt: Instant;
}

export interface Discrepancy {
  readonly kind: Kind;
  /** What it is about, within its entity: the other side's id. */
  readonly key: string;
  /** Since when the sides have disagreed: the later of their last changes. */
  readonly since: Instant;
  readonly evidence: { readonly here: unknown; readonly there: unknown };
  /** What mends it; absent: a person has to look. */
  readonly missed?: Missed;
}

/** An entity with the facts of its lifecycle. */
export type Recorded<Facts> = Omit<RecordedEntity, 'facts'> & { readonly facts: Facts };

/** The latest of some instants. */
export function latest(first: Instant, ...others: readonly (Instant | undefined)[]): Instant {
  return others.reduce<Instant>(
    (late, at) => (at !== undefined && Date.parse(at) > Date.parse(late) ? at : late),
    first,
  );
}
