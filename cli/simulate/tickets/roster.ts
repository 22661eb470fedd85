/** The experts of a run. Their skill bears the run's name, so that runs take nobody from each other. */
import type { Dice } from '../dice.js';

/** Three experts near to each of three cities, in three thirds of the country. */
const CITIES = ['11101', '60601', '94102'] as const;
const EACH = 3;
/** More than any run brings. */
const CAPACITY = 10_000;

export class Roster {
  constructor(private readonly run: string) {}

  /** What nearly every ticket takes. */
  get skill(): string {
    return `${this.run}.network`;
  }

  /** Seeds of the dispatch. */
  get seeds() {
    const experts = CITIES.flatMap((postalCode, i) =>
      Array.from({ length: EACH }, (_, n) => ({
        id: `${this.run}-expert-${i * EACH + n + 1}`,
        capacity: CAPACITY,
        skills: [this.skill],
        country: 'US',
        postalCode,
      })),
    );
    return { experts };
  }

  /** Somebody who alone knows something, and has room for so many tickets. */
  specialist(skill: string, capacity: number) {
    return { id: `${skill}-expert`, capacity, skills: [skill], country: 'US', postalCode: CITIES[0] };
  }

  /** Where a problem is: in a city with experts, or elsewhere in its region, or where the nearest is far away. */
  somewhere(dice: Dice): string {
    return dice.next() < 0.7
      ? dice.pick(CITIES)
      : `${dice.pick(['1', '6', '9', '3'])}${String(dice.between(0, 9_999)).padStart(4, '0')}`;
  }
}
