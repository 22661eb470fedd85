/**
 * The code lists of the National Flood Insurance Program that the intake reads, as the documentation of OpenFEMA's
 * "FIMA NFIP Redacted Claims" gives them. A code that is not listed is refused rather than guessed.
 */

/** Deductible in whole dollars by deductible code. */
export const DEDUCTIBLE_DOLLARS: ReadonlyMap<string, number> = new Map([
  ['0', 500],
  ['1', 1_000],
  ['2', 2_000],
  ['3', 3_000],
  ['4', 4_000],
  ['5', 5_000],
  ['9', 750],
  ['A', 10_000],
  ['B', 15_000],
  ['C', 20_000],
  ['D', 25_000],
  ['E', 50_000],
  ['F', 1_250],
  ['G', 1_500],
  ['H', 200],
]);

/** Causes of damage: tidal water, stream or lake, alluvial fan, rainfall, erosion, earth movement, expedited handling, other. */
export const CAUSES_OF_DAMAGE: ReadonlySet<string> = new Set([
  '0',
  '1',
  '2',
  '3',
  '4',
  '7',
  '8',
  '9',
  'A',
  'B',
  'C',
  'D',
]);
