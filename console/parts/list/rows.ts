/**
 * Which rows of a long list are in the document: those in sight, a few beside them, and the one that has the focus. The rest is room of
 * their height, so that the page scrolls as if all of them were there. More of the list is read before its end comes into sight.
 */
import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
} from 'react';
import type { Pages } from '../../http/pages.js';
import { keepPlace, useKeptPlace } from './place.js';

/** Rows before and after those in sight. */
const BESIDE = 8;
/** So many rows before the end of what has been read the next page is asked for. */
const AHEAD = 40;
/** What lies over the list at the top of the window: the page's header and the table's, in pixels. */
const COVERED = 110;
/** Rows of one step. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
};

/** A row that is in the document. */
export interface Row<Item> {
  readonly item: Item;
  readonly index: number;
  readonly key: string;
  /** Room before it, in pixels. */
  readonly gap: number;
}

/** What a list is drawn of. */
export interface Rows<Item> {
  readonly rows: readonly Row<Item>[];
  /** Room after the last row, in pixels. */
  readonly gapAfter: number;
  /** `ref` of every row, which has its index as `data-index`. */
  readonly measure: (row: Element | null) => void;
  /** What holds the rows: arrow keys, Page up and down, Home and End go from row to row while one has the focus. */
  readonly holder: {
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: () => void;
    readonly onKeyDown: (event: KeyboardEvent) => void;
  };
}

/** What a list says of itself. */
export interface RowsOf<Item> {
  readonly pages: Pages<Item>;
  /** Names an item. A function of its own, not made anew by every drawing. */
  readonly keyOf: (item: Item) => string;
  /** About, in pixels, before a row has been measured. */
  readonly rowHeight: number;
  /** Key of the row that is to be in sight. */
  readonly chosen?: string | undefined;
}

/** Follows the window. @param body what holds the rows */
export function useRows<Item>(
  { pages, keyOf, rowHeight, chosen }: RowsOf<Item>,
  body: RefObject<HTMLElement | null>,
): Rows<Item> {
  const { items, query, path } = pages;
  const [top, setTop] = useState(0);
  const [focused, setFocused] = useState<number>();
  const wanted = useRef<number>(undefined);
  const place = useKeptPlace(path);
  const virtualizer = useWindowVirtualizer<Element>({
    count: items.length,
    getItemKey: useCallback((index: number) => (items[index] ? keyOf(items[index]) : index), [items, keyOf]),
    estimateSize: () => rowHeight,
    overscan: BESIDE,
    scrollMargin: top,
    scrollPaddingStart: COVERED,
    rangeExtractor: useCallback((range: Range) => withRow(range, focused), [focused]),
    initialOffset: place?.offset ?? (() => window.scrollY),
    initialMeasurementsCache: place?.rows ?? [],
  });

  // What stands above the list may grow and shrink.
  useLayoutEffect(() => {
    const now = body.current === null ? 0 : Math.round(body.current.getBoundingClientRect().top + window.scrollY);
    if (Math.abs(now - top) > 1) setTop(now);
  });
  useLayoutEffect(
    () => () => keepPlace(path, { offset: virtualizer.scrollOffset ?? 0, rows: virtualizer.takeSnapshot() }),
    [path, virtualizer],
  );
  // A row that was gone to has the focus once it is there.
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    const row = body.current?.querySelector(`[data-index="${wanted.current}"]`);
    if (!row) return;
    wanted.current = undefined;
    row.querySelector<HTMLElement>('a, button')?.focus({ preventScroll: true });
  });

  const shown = virtualizer.getVirtualItems();
  const last = shown.at(-1);
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const nearEnd = last !== undefined && last.index >= items.length - AHEAD;
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage();
  }, [nearEnd, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);

  const at = useMemo(() => items.findIndex((item) => keyOf(item) === chosen), [items, keyOf, chosen]);
  useEffect(() => {
    if (at >= 0) virtualizer.scrollToIndex(at);
  }, [at, virtualizer]);

  const goTo = (index: number): void => {
    wanted.current = index;
    setFocused(index);
    virtualizer.scrollToIndex(index);
  };
  return {
    rows: shown.flatMap(({ index, key, start }, nth) => {
      const item = items[index];
      return item ? [{ item, index, key: String(key), gap: start - (shown[nth - 1]?.end ?? top) }] : [];
    }),
    gapAfter: last ? virtualizer.getTotalSize() + top - last.end : 0,
    measure: virtualizer.measureElement,
    holder: {
      onFocus: ({ target }) => setFocused(indexOf(target)),
      onBlur: () => setFocused(undefined),
      onKeyDown: (event) => {
        const step = STEPS[event.key];
        const target = event.target as Element;
        const from = indexOf(target);
        // What can be scrolled by itself keeps its keys.
        if (step === undefined || from === undefined || !target.matches('a, button, input')) return;
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        goTo(Math.min(Math.max(from + step, 0), items.length - 1));
      },
    },
  };
}

/** The number of the row that something is in. */
function indexOf(element: Element): number | undefined {
  const index = element.closest<HTMLElement>('[data-index]')?.dataset['index'];
  return index === undefined ? undefined : Number(index);
}

function withRow(range: Range, row: number | undefined): number[] {
  const indexes = defaultRangeExtractor(range);
  if (row === undefined || row >= range.count || indexes.includes(row)) return indexes;
  return [...indexes, row].sort((a, b) => a - b);
}
