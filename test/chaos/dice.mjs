/** Numbers that follow from a seed, so that what was chosen can be chosen again. */
export class Dice {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed;
  }

  /** Mulberry32. @returns {number} from 0 up to 1 */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /**
   * @param {number} least
   * @param {number} most
   * @returns {number} a whole number from `least` to `most`
   */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }
}
