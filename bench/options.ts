/** Reads the numbers that the benchmarks take on their command lines. */

/**
 * A whole number given as an option.
 * @param name of the option, without dashes.
 * @param least the smallest that makes sense.
 * @throws Error that names the option, what was given and what it takes.
 */
export function wholeNumber(name: string, given: string, least = 1): number {
  const number = /^\d{1,9}$/.test(given) ? Number(given) : NaN;
  if (!(number >= least)) throw new Error(`--${name} is ${given}: give a whole number of at least ${least}`);
  return number;
}

/**
 * A number above zero given as an option, with or without decimals.
 * @param name of the option, without dashes.
 * @throws Error that names the option, what was given and what it takes.
 */
export function positiveNumber(name: string, given: string): number {
  const number = /^\d{1,9}(\.\d{1,9})?$/.test(given) ? Number(given) : NaN;
  if (!(number > 0)) throw new Error(`--${name} is ${given}: give a number above 0, such as 2.5`);
  return number;
}
