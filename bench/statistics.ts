/** The little arithmetic that the benchmarks share. */

/** One measured point: `y` at `x`. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The middle one; of an even number of values the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** The smallest value that so large a share of them does not exceed (nearest rank); NaN of none. @param share above 0, at most 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
}

/** The arithmetic mean; NaN of no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The slope of the straight line that fits the points best (least squares): what one more of `x` costs in `y`.
 * @throws Error when the points do not span a line: fewer than two, or all at one `x`.
 */
export function slope(points: readonly Point[]): number {
  const [meanX, meanY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (!(spread > 0)) throw new Error(`${points.length} points at a single x have no slope: measure at two or more`);
  return points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
}
