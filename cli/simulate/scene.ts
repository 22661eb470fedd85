/** What a run under load is of: a lifecycle, its stories, whoever plays in them, and what must hold at the end. */
import type { EntitySummary, Resolution, ReviewView } from '../../client/index.js';
import type { ReconciliationOptions } from '../../client/index.js';
import type { Actor } from '../../workflows/lifecycle/entry.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import type { Usual } from './characters.js';
import type { LoadFlags, Speed } from './options.js';
import type { Plan, Seeds, StoryOfMix, Told } from './stories.js';

/** A lifecycle, as `throughline simulate <plural>` plays it. */
export interface Scene {
  readonly lifecycle: Lifecycle;
  /** `orders`. */
  readonly plural: string;
  readonly summary: string;
  readonly description: string;
  /** Speeds at which it makes sense; default: all. */
  readonly speeds?: readonly Speed[];
  readonly stories: readonly StoryOfMix[];
  /** What its entities are compared with. */
  readonly pairs: NonNullable<ReconciliationOptions['pairs']>;
  /** Everything that a run needs, made by its seed. */
  cast(flags: Pick<LoadFlags, 'run' | 'count' | 'seed' | 'speed'>): Cast;
}

/** A run. Its messages are typed where they are made; on their way they are checked by their schemas. */
export interface Cast {
  /** By entity id, in the order in which they come in. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** What the services know before the first comes in. */
  readonly house: Seeds;
  readonly usual: Usual;
  /** Who says something about an entity. Undefined: nobody in particular. */
  speaker(told: Told, id: string): Actor | undefined;
  /** How the people of the house decide. @param asked how often the entity was decided on before */
  decide(task: ReviewView, entity: EntitySummary, asked: number): Resolution;
  /** What the services have on their books for the entities. @throws Error where they cannot be read; a repeat may mend it */
  books(services: string, entities: ReadonlyMap<string, EntitySummary>): Promise<Books>;
}

/** The books of all entities of a run. */
export interface Books {
  /** What is broken about one of them. */
  of(id: string): Discrepancies;
}

/** What the closing report counts, of one entity. */
export interface Discrepancies {
  readonly chargedTwice: boolean;
  readonly holdsLeft: number;
}
