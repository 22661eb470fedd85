/** Those whom entities deal with: customers, and whoever else a story has, each entity by its plan. */
import type { EntitySummary } from '../../client/index.js';
import type { Plan, Seeds, Told } from './stories.js';

/** What they need. */
export interface Means {
  seed(seeds: Seeds): Promise<void>;
  /**
   * Sends a message under an id by which a repeat is recognised. @returns whether that is done with: it was taken, or the entity does not
   * take it any more; false: there was no answer, and it has to be sent again
   */
  tell(id: string, messageId: string, told: Told): Promise<boolean>;
}

/**
 * What is no part of a story: whoever is asked answers.
 * @param nth how often something was said about it before, from 2
 */
export type Usual = (entity: EntitySummary, nth: number) => Told | undefined;

type Attempt = () => Promise<void>;

/** Plays them through a run. */
export class Characters {
  /** By entity: how many acts of its plan are done. */
  readonly #done = new Map<string, number>();
  /** By entity: the visits of a state in which something was done about it. */
  readonly #answered = new Map<string, Set<string>>();
  /** By entity: what got no answer. It may have been taken all the same: the entity's state does not say whether it was. */
  readonly #unanswered = new Map<string, Attempt>();

  constructor(
    private readonly plans: ReadonlyMap<string, Pick<Plan, 'acts'>>,
    private readonly means: Means,
    private readonly usual: Usual,
  ) {}

  /** What is to be done about an entity as it is; undefined: nothing. Done twice it counts once. */
  react(entity: EntitySummary): Attempt | undefined {
    const again = this.#unanswered.get(entity.id);
    if (again) return again;
    const { id, state, since } = entity;
    const answered = this.#answered.get(id) ?? new Set();
    this.#answered.set(id, answered);
    // Once for each visit: where it still seems to be there, it may have gone on meanwhile.
    if (answered.has(since)) return undefined;
    const nth = this.#done.get(id) ?? 0;
    const next = this.plans.get(id)?.acts[nth];
    if (next?.in.includes(state)) {
      return this.#attempt(id, String(nth + 1), next, () => {
        this.#done.set(id, nth + 1);
        if (!next.stays) answered.add(since);
      });
    }
    const tell = this.usual(entity, answered.size + 2);
    return tell && this.#attempt(id, since, { tell }, () => answered.add(since));
  }

  #attempt(
    id: string,
    name: string,
    { seeds, tell }: { readonly seeds?: Seeds; readonly tell?: Told },
    done: () => void,
  ): Attempt {
    const attempt = async () => {
      if (seeds) await this.means.seed(seeds);
      if (tell && !(await this.means.tell(id, `simulate/${id}/${name}`, tell))) {
        this.#unanswered.set(id, attempt);
        return;
      }
      this.#unanswered.delete(id);
      done();
    };
    return attempt;
  }
}
