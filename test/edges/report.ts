/** What the tests have walked against what the table promises, as text and as a verdict. */
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import { KINDS, universeOf, type Items, type Kind } from './universe.js';

/** One kind of items of one lifecycle. */
export interface Coverage {
  readonly kind: Kind;
  readonly covered: number;
  readonly of: number;
  readonly uncovered: readonly string[];
  /** Edges that were walked although the table does not have them. */
  readonly strange: readonly string[];
}

/** Compares; kinds of which the table promises nothing are left out. */
export function coverageOf(lifecycle: Lifecycle, walked: Items): Coverage[] {
  const universe = universeOf(lifecycle);
  return KINDS.flatMap((kind) => {
    const uncovered = [...universe[kind]].filter((item) => !walked[kind].has(item));
    const closed = kind === 'edges' || kind === 'part edges';
    const strange = closed ? [...walked[kind]].filter((item) => !universe[kind].has(item)) : [];
    const of = universe[kind].size;
    return of + strange.length === 0 ? [] : [{ kind, covered: of - uncovered.length, of, uncovered, strange }];
  });
}

/** Whether everything is covered, and nothing walked that the table does not have. */
export const complete = (coverage: readonly Coverage[]): boolean =>
  coverage.every(({ uncovered, strange }) => uncovered.length + strange.length === 0);

/** The lines about one lifecycle: how many of how many, then what is uncovered, then what should not have been. */
export function reportOf({ name, version }: Lifecycle, coverage: readonly Coverage[]): string {
  const width = Math.max(...coverage.map(({ kind }) => kind.length));
  const digits = Math.max(...coverage.map(({ of }) => String(of).length));
  const lines = coverage.map(
    ({ kind, covered, of }) =>
      `  ${covered === of ? '✓' : '✗'} ${kind.padEnd(width)}  ${String(covered).padStart(digits)} of ${String(of).padStart(digits)}`,
  );
  const listed = (title: string, pick: (one: Coverage) => readonly string[]): string[] => {
    const items = coverage.flatMap((one) => pick(one).map((item) => `    ${one.kind.padEnd(width)}  ${item}`));
    return items.length === 0 ? [] : [`  ${title}:`, ...items];
  };
  return [
    `${name}, version ${version}`,
    ...lines,
    ...listed('walked by no test', ({ uncovered }) => uncovered),
    ...listed('walked, and not in the table', ({ strange }) => strange),
  ].join('\n');
}
