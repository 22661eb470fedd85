/** Makes a batch that violates an invariant smaller for as long as it still does. */
import type { Violation } from './invariants.js';
import type { Batch, EntityPlan } from './plan.js';

/**
 * The smallest batch found within a time.
 * @param guilty what was found in the batch as it is.
 * @param withinMs real time, in milliseconds.
 * @param play plays a batch and tells what is violated in it.
 */
export async function smallest(
  batch: Batch,
  guilty: readonly { readonly plan: EntityPlan; readonly violations: readonly Violation[] }[],
  withinMs: number,
  play: (batch: Batch) => Promise<readonly { readonly violations: readonly Violation[] }[]>,
): Promise<Batch> {
  const deadline = Date.now() + withinMs;
  const wanted = new Set(guilty.flatMap(({ violations }) => violations.map(({ invariant }) => invariant)));
  const shows = async (candidate: Batch): Promise<boolean> => {
    const found = await play(candidate);
    return found.some(({ violations }) => violations.some(({ invariant }) => wanted.has(invariant)));
  };
  let small: Batch = { ...batch, entities: guilty.map(({ plan }) => plan) };
  for (let [candidates, nth] = [smaller(small), 0]; nth < candidates.length && Date.now() < deadline; nth++) {
    const candidate = candidates[nth];
    if (!candidate || !(await shows(candidate))) continue;
    small = candidate;
    [candidates, nth] = [smaller(small), -1];
  }
  return small;
}

/** Each entity alone, then without a round, then without a command. */
function smaller({ world, entities }: Batch): Batch[] {
  const alone = entities.length > 1 ? entities.map((entity): Batch => ({ world, entities: [entity] })) : [];
  const without = world.map((_, nth): Batch => ({
    world: world.toSpliced(nth, 1),
    entities: entities.map((entity) => ({ ...entity, rounds: entity.rounds.toSpliced(nth, 1) })),
  }));
  const [only, ...others] = entities;
  const silent = (others.length > 0 ? [] : (only?.rounds ?? [])).flatMap((said, round) =>
    said.map((_, nth): Batch => ({
      world,
      entities: entities.map((entity) => ({
        ...entity,
        rounds: entity.rounds.with(round, said.toSpliced(nth, 1)),
      })),
    })),
  );
  return [...alone, ...(world.length > 1 ? without : []), ...silent];
}
